#include <tandem/sync/make_missing.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/history.hpp>

namespace tandem::sync {

namespace {

using jira::PartKind;
using mapping::value::Part;
using mapping::value::PartName;

constexpr std::size_t kLongestName = 255;  // UTF-16 units (schemas ProjectComponent and Version)

// What a name may not be; "" when it may.
std::string fault_of(std::string const& name) {
  if (text::utf16_units(name) > kLongestName) return fmt::format("it is longer than {} characters", kLongestName);
  if (text::folded(name).empty()) return "it holds no letter or digit";
  bool const control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return control ? "it holds a line end or another control character" : "";
}

// One kind of one project, as it is now.
class Maker {
 public:
  Maker(RunContext& run, mapping::CompiledItem const& item, PartKind kind) : run_(run), item_(item), kind_(kind) {}

  Result<Unit> answer(std::set<PartName> const& wanted) {
    auto& answers = item_.directory->parts;
    TANDEM_TRY(auto const refusal, read_list());
    for (auto const& asked : wanted) {
      if (asked.first != kind_) continue;
      TANDEM_CHECK(run_.go_on());
      auto& part = answers[asked];
      if (!refusal.empty()) {
        part.refused = refusal;
      } else if (auto found = find(asked.second)) {
        part = std::move(*found);
      } else {
        TANDEM_TRY(part, make(asked.second));
      }
    }
    return Unit{};
  }

 private:
  // "" or why the list cannot be read.
  Result<std::string> read_list() {
    auto list = run_.jira().parts(*item_.schema.project, kind_);
    if (list) {
      list_ = std::move(*list);
      return std::string();
    }
    if (ends_run(list.error().kind) && list.error().kind != ErrorKind::auth) return fail(std::move(list).error());
    return fmt::format("the {}s of {} cannot be read: {}", name_of(kind_), item_.schema.project->key, list.error().message);
  }

  // The part of this name: equal, else the only one that differs in case or accents. A name that several resemble is nobody's.
  [[nodiscard]] std::optional<Part> find(std::string const& name) const {
    jira::ProjectPart const* found = nullptr;
    std::size_t similar = 0;
    auto const folded = text::folded(name);
    for (auto const& one : list_) {
      if (one.name == name) return known(one);
      if (text::folded(one.name) != folded) continue;
      found = &one;
      ++similar;
    }
    if (similar == 1) return known(*found);
    if (similar == 0) return std::nullopt;
    Part several;
    several.refused = fmt::format("{} {}s have almost this name", similar, name_of(kind_));
    return several;
  }
  [[nodiscard]] static Part known(jira::ProjectPart const& one) {
    Part part;
    part.id = one.id;
    part.name = one.name;
    if (one.archived) part.refused = "the version of this name is archived; restore it in Jira";
    return part;
  }

  Result<Part> make(std::string const& name) {
    Part part;
    part.refused = fault_of(name);
    if (!part.refused.empty()) return part;
    if (run_.options.dry_run) {
      part.id = "name:" + name;
      part.name = name;
      part.pending = true;
      return part;
    }
    IntendedPart const intended{item_.item.name, kind_, name, run_.jira_now()};
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return put_intended_part(writer, intended); }));
    auto made = run_.jira().make_part(*item_.schema.project, kind_, name);
    if (made) {
      part.id = made->id;
      part.name = made->name.empty() ? name : made->name;
      part.made = true;
      list_.push_back({part.id, part.name, false});
      TANDEM_CHECK(tell_made(run_, intended));
      return part;
    }
    auto error = std::move(made).error();
    if (ends_run(error.kind) && error.kind != ErrorKind::auth) return fail(std::move(error));
    // Refused since an earlier try whose answer was lost has made it, or somebody else in the same moment: then it is in the list now.
    TANDEM_TRY(auto const refusal, read_list());
    if (refusal.empty()) {
      if (auto found = find(name)) {
        TANDEM_CHECK(tell_made(run_, intended));
        return std::move(*found);
      }
    }
    if (error.kind == ErrorKind::unknown_outcome) {
      error.kind = ErrorKind::transient;  // it may still come: the next run looks again
      return fail(std::move(error));
    }
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return erase_intended_part(writer, intended); }));
    part.refused = fmt::format("the {} cannot be made: {}", name_of(kind_), error.message);
    return part;
  }

  RunContext& run_;
  mapping::CompiledItem const& item_;
  PartKind kind_;
  std::vector<jira::ProjectPart> list_;
};

}  // namespace

Result<Unit> tell_made(RunContext& run, IntendedPart const& part) {
  HistoryEntry entry;
  entry.at = run.jira_now().value_or(Instant{});
  entry.run = run.run_id;
  entry.item = part.item;
  entry.action = fmt::format("created-{}", name_of(part.kind));
  entry.reason = code_of(Reason::value_made);
  entry.fields.push_back({std::string(name_of(part.kind)), "", part.name, json::Value()});
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(erase_intended_part(writer, part));
    return append_history(writer, entry);
  }));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  return Unit{};
}

Result<Unit> make_missing(RunContext& run, mapping::CompiledItem const& item, std::set<PartName> const& wanted) {
  for (auto const kind : {PartKind::component, PartKind::version}) {
    bool const asked = std::any_of(wanted.begin(), wanted.end(), [&](PartName const& one) { return one.first == kind; });
    if (!asked) continue;
    Maker maker(run, item, kind);
    TANDEM_CHECK(maker.answer(wanted));
  }
  return Unit{};
}

}  // namespace tandem::sync
