// The sweep: every linked record and issue is read again by id and compared (SPEC E7). It catches lost webhooks, writes that moved no time stamp and
// restored organisations, and it is where deleted issues and records are found. Absence from a search proves nothing; a direct read does.
// Conversations are compared by their listings.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/broken_links.hpp>
#include <tandem/sync/conversation/look.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/item_cycle.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kLinksPerLook = 100;
constexpr std::uint64_t kLeastForBrake = 10;  // links; below, a fifth says nothing

}  // namespace

bool ItemCycle::sweep_is_due() const {
  if (run_.options.sweep || state_.sweeping) return true;
  auto const now = run_.dataverse_now();
  return now && state_.swept_at && *now - *state_.swept_at >= run_.options.sweep_every;
}

// Dataverse's clock shows less than the watermark: the feed goes on from `earlier`, and what was linked before is read again whatever its times say.
void ItemCycle::follow_clock_back(Instant earlier, Instant now) {
  ++stats_.skipped[std::string(code_of(Reason::clock_went_back))];
  run_.in.log(Level::warn, "clock_went_back",
              {{"item", compiled_.item.name}, {"now", to_rfc3339(now)}, {"watermark", to_rfc3339(*state_.watermark)}});
  state_.watermark = earlier;
  state_.start_sweep();
}

Result<Unit> ItemCycle::sweep() {
  if (!state_.sweeping) state_.start_sweep();
  std::size_t all = 0;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(all, link::count_links(reader, compiled_.item.name));
    return Unit{};
  }));
  begin(Work::links, all);
  std::uint64_t swept = state_.swept_links;  // by an earlier run that was ended in the middle
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    TANDEM_TRY(auto const links, links_after(state_.sweep_after, kLinksPerLook));
    if (links.empty()) break;
    TANDEM_CHECK(sweep_part(links));
    swept += links.size();
    progress_.done = std::min<std::uint64_t>(swept, all);
    advance(0);
    state_.sweep_after = links.back().record;
    if (!run_.options.dry_run) TANDEM_CHECK(save_state());
    if (links.size() < kLinksPerLook) break;
  }
  return finish_sweep();
}

Result<Unit> ItemCycle::sweep_part(std::vector<link::Link> const& links) {
  std::vector<link::Link> active;
  for (auto const& link : links) {
    if (link.state == link::State::active) active.push_back(link);
  }
  state_.swept_links += active.size();
  std::vector<std::string> records;
  std::vector<std::string> issues;
  for (auto const& link : active) {
    records.push_back(link.record);
    issues.push_back(link.issue);
  }
  TANDEM_TRY(auto found_records, records_by_id(run_, compiled_, records));
  TANDEM_TRY(auto found_issues, read_issues(run_, compiled_, issues));
  TANDEM_TRY(auto rows, joined(run_, compiled_, std::move(found_records)));
  for (std::size_t i = 0; i < active.size(); ++i) {
    auto const row = std::find_if(rows.begin(), rows.end(), [&](Row const& one) { return one.record.id == active[i].record; });
    if (row == rows.end() || !found_issues[i]) {
      state_.swept_gone.push_back(active[i].id);
      if (row != rows.end()) rows.erase(row);
      continue;
    }
    row->look = true;
    row->issue = std::move(found_issues[i]);
  }
  stats_.seen += rows.size();
  TANDEM_CHECK(handle(std::move(rows)));
  std::erase_if(active, [&](link::Link const& link) {
    return std::find(state_.swept_gone.begin(), state_.swept_gone.end(), link.id) != state_.swept_gone.end();
  });
  return sweep_conversations(active);
}

// Notes, comments and files whose event or row of a feed got lost: what differs from what is known goes on the list, before the sweep moves on.
Result<Unit> ItemCycle::sweep_conversations(std::vector<link::Link> const& links) {
  if (!mapping::conversation::has_conversation(compiled_.item)) return Unit{};
  if (!rules_) {
    TANDEM_TRY(auto rules, conversation::rules_of(run_, compiled_));
    rules_ = std::make_shared<conversation::Rules const>(std::move(rules));
  }
  auto found = conversation::with_news(run_, *rules_, links);
  if (!found) {
    // A missing privilege for notes costs the conversations, which say so themselves, and not the sweep of the fields.
    if (found.error().kind == ErrorKind::auth && !found.error().find("privilege").empty()) return Unit{};
    return fail(std::move(found).error());
  }
  conversations_.insert(found->begin(), found->end());
  if (run_.options.dry_run || found->empty()) return Unit{};
  return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& link : *found) TANDEM_CHECK(link::note_conversation(writer, compiled_.item.name, link));
    return Unit{};
  });
}

// Links are broken only at the end, when it is known that not too many are gone to believe it (SPEC E12).
Result<Unit> ItemCycle::finish_sweep() {
  auto const gone = std::move(state_.swept_gone);
  auto const links = state_.swept_links;
  state_.sweeping = false;
  state_.sweep_after.clear();
  state_.swept_gone.clear();
  state_.swept_at = run_.dataverse_now();
  if (run_.options.dry_run) return Unit{};
  bool const too_many = links >= kLeastForBrake && gone.size() * 5 > links && !run_.options.allow_mass_change;
  if (!too_many) {
    for (auto const& id : gone) TANDEM_CHECK(break_if_gone(id));
  }
  TANDEM_CHECK(save_state());
  if (!too_many) return Unit{};
  auto const& text = text_of(Reason::mass_gone);
  return fail(
      Error{ErrorKind::refused,
            fmt::format("{}: {} of {} links were not found; none was broken. {}", text.code, gone.size(), links, text.cure),
            {}});
}

Result<Unit> ItemCycle::break_if_gone(std::string const& link_id) {
  std::optional<link::Link> link;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(link, link::find_link(reader, link_id));
    return Unit{};
  }));
  if (!link || link->state == link::State::broken) return Unit{};
  TANDEM_TRY(bool const no_issue, issue_is_gone(run_, link->issue));
  bool no_record = false;
  if (!no_issue) {
    TANDEM_TRY(no_record, record_is_gone(run_, compiled_, link->record));
  }
  if (!no_issue && !no_record) return Unit{};
  auto const reason = no_issue ? Reason::issue_missing : Reason::record_missing;
  TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return break_link(run_, writer, link->id, reason); }));
  ++stats_.broken;
  return Unit{};
}

}  // namespace tandem::sync
