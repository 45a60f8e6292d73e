#include "run_report/state_counts.hpp"

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::cli {

namespace {
constexpr std::size_t kMost = 1'000'000;  // entries of a table
constexpr std::size_t kRuns = 1000;       // as many as are kept
}  // namespace

Result<StateCounts> count_state(store::Store& store) {
  StateCounts counts;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const items, mapping::load_items(reader));
    for (auto const& [name, stored] : items) {
      auto& item = counts.items[name];
      TANDEM_TRY(item.links, link::count_links(reader, name));
      TANDEM_TRY(auto const retries, sync::retries_of(reader, name, "", kMost));
      for (auto const& retry : retries) ++(retry.parked ? item.parked : item.waiting);
      TANDEM_TRY(auto const conversations, link::conversations_of(reader, name, "", kMost));
      for (auto const& one : conversations) {
        if (one.parked) ++item.parked;
        if (!one.parked && one.tries > 0) ++item.waiting;  // the others are merely looked at by the next run
      }
    }
    TANDEM_TRY(auto const held, sync::all_held(reader, kMost));
    for (auto const& one : held) {
      if (auto const item = counts.items.find(one.item); item != counts.items.end()) ++item->second.held;
    }
    TANDEM_TRY(counts.outbox, sync::event::count_waiting(reader));
    TANDEM_TRY(auto const intents, sync::open_intents(reader));
    counts.unsettled = intents.size();
    TANDEM_TRY(auto const runs, sync::last_runs(reader, kRuns));
    for (auto const& run : runs) {
      if (run.exit != 0 || !run.started_at) continue;
      counts.succeeded_at = *run.started_at + run.duration;
      break;
    }
    return Unit{};
  }));
  return counts;
}

}  // namespace tandem::cli
