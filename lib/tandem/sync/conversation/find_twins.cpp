#include <tandem/sync/conversation/find_twins.hpp>

#include <algorithm>

#include <tandem/sync/conversation/look.hpp>
#include <tandem/sync/conversation/recognise.hpp>
#include <tandem/sync/conversation/writer.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr std::size_t kLinksPerLook = 25;

// Each note's file is the oldest attachment of the same content that is nobody's twin yet.
Result<Unit> compare(Writer const& reader, Lookalikes const& files, std::vector<link::Twin>& twins) {
  std::vector<std::pair<std::string, std::string>> left;  // attachment, hash
  for (auto const& id : files.attachments) {
    TANDEM_TRY(auto const content, reader.fetch_attachment(id, files.size));
    left.emplace_back(id, content->sha256());
  }
  for (auto const& note : files.notes) {
    TANDEM_TRY(auto const content, reader.fetch_note_file(note, files.size));
    auto const same = std::find_if(left.begin(), left.end(), [&](auto const& one) { return one.second == content->sha256(); });
    if (same == left.end()) continue;
    link::Twin twin;
    twin.kind = link::TwinKind::file;
    twin.note = note;
    twin.jira = same->first;
    twins.push_back(std::move(twin));
    left.erase(same);
  }
  return Unit{};
}

}  // namespace

Result<std::vector<FoundTwins>> find_twins(RunContext& run, mapping::CompiledItem const& item,
                                           std::vector<link::Link> const& links,
                                           std::function<void(std::size_t)> const& progress) {
  std::vector<FoundTwins> out(links.size());
  if (links.empty() || !mapping::conversation::has_conversation(item.item)) return out;
  TANDEM_TRY(auto const rules, rules_of(run, item));
  TANDEM_TRY(auto const account, run.jira_account());
  for (std::size_t at = 0; at < links.size(); at += kLinksPerLook) {
    TANDEM_CHECK(run.go_on());
    auto const end = std::min(at + kLinksPerLook, links.size());
    std::vector<link::Link> const part(links.begin() + static_cast<std::ptrdiff_t>(at),
                                       links.begin() + static_cast<std::ptrdiff_t>(end));
    TANDEM_TRY(auto const looked, look(run, rules, part, Texts::none));
    for (auto i = at; i < end; ++i) {
      auto const& one = looked[i - at];
      if (one.failed) {
        out[i].failed = one.failed;
        continue;
      }
      auto found = recognise(one.both, rules, account);
      out[i].twins = std::move(found.twins);
      Outcome none;
      Writer const reader{run, item, one, none};
      for (auto const& files : found.doubtful) {
        auto done = compare(reader, files, out[i].twins);
        if (done) continue;
        if (ends_run(done.error().kind)) return fail(std::move(done).error());
        out[i].failed = std::move(done).error();
      }
    }
    if (progress) progress(end);
  }
  return out;
}

}  // namespace tandem::sync::conversation
