// What an item looks at again without being told: records that wait for another try (SPEC E8), and the links
// that are to be compared anew.
#include <algorithm>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/brakes.hpp>
#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/look_up.hpp>

namespace tandem::sync {

Result<Unit> ItemCycle::look_at_queued() {
  std::string after;
  begin(Work::records);
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    std::vector<Retry> entries;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(entries, retries_of(reader, compiled_.item.name, after, kRowsPerLook));
      return Unit{};
    }));
    if (entries.empty()) return Unit{};
    after = entries.back().record;
    auto const now = run_.dataverse_now();
    std::vector<std::string> ids;
    for (auto const& entry : entries) {
      // A time beyond the longest pause was set by a clock that went back since.
      bool const beyond = !entry.parked && now && entry.next && *entry.next - *now > run_.options.retries.most + kClocksAgree;
      if (beyond || entry.due(now, run_.options.retry_parked)) {
        ids.push_back(entry.record);
        continue;
      }
      ++stats_.skipped[std::string(code_of(entry.parked ? Reason::parked : Reason::retry_later))];
    }
    if (ids.empty()) continue;
    TANDEM_TRY(auto records, records_by_id(run_, compiled_, ids));
    TANDEM_TRY(auto rows, joined(run_, compiled_, std::move(records)));
    stats_.seen += rows.size();
    if (!run_.options.dry_run) {
      TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
        for (auto const& entry : entries) {
          if (std::find(ids.begin(), ids.end(), entry.record) == ids.end()) continue;
          bool const there = std::any_of(rows.begin(), rows.end(), [&](Row const& row) { return row.record.id == entry.record; });
          if (there) continue;
          auto gone = entry;
          gone.reason = code_of(Reason::record_missing);
          gone.detail = text_of(Reason::record_missing).sentence;
          TANDEM_CHECK(commit_failure(run_, writer, std::move(gone), stats_));
        }
        return Unit{};
      }));
    }
    TANDEM_CHECK(handle(std::move(rows)));
  }
}

Result<std::vector<link::Link>> ItemCycle::links_after(std::string const& record, std::size_t most) const {
  std::vector<link::Link> links;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(links, link::links_of_item(reader, compiled_.item.name, record, most));
    return Unit{};
  }));
  return links;
}

Result<Unit> ItemCycle::look_at_requeued_links() {
  begin(Work::links);
  if (!run_.options.allow_mass_change) {
    DueChanges due;
    TANDEM_TRY(auto const links,
               links_after(state_.requeue_after, static_cast<std::size_t>(compiled_.item.brakes.max_updates) + 1));
    due.updates = links.size();
    TANDEM_CHECK(check_brakes(run_, compiled_.item, due));
    progress_.total = due.updates;
  }
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    TANDEM_TRY(auto const links, links_after(state_.requeue_after, kRowsPerLook));
    if (!links.empty()) {
      std::vector<std::string> ids;
      for (auto const& link : links) ids.push_back(link.record);
      TANDEM_TRY(auto records, records_by_id(run_, compiled_, ids));
      TANDEM_TRY(auto rows, joined(run_, compiled_, std::move(records)));
      for (auto& row : rows) row.look = true;
      stats_.seen += rows.size();
      TANDEM_CHECK(handle(std::move(rows)));
      state_.requeue_after = links.back().record;
    }
    state_.requeue = links.size() == kRowsPerLook;
    if (!run_.options.dry_run) {
      TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return feed_.save(writer, state_); }));
    }
    if (!state_.requeue) return Unit{};
  }
}

}  // namespace tandem::sync
