// Settling: what became of writes whose outcome is unknown (SPEC R2). One file per effect.
//
// Evidence found by a read that does not lag -> done. Evidence absent and at least `settleAfter` by that server's clock since the intent -> not
// done, planned again. In between the link waits. Nothing is ever blindly sent again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tandem/sync/journal.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct SettleCounts {
  std::uint64_t not_done = 0, waiting = 0;
  std::map<std::string, std::uint64_t> created, edited,
      updated;  // found to be done, by item: issues made, issues and records written
  std::map<std::string, std::uint64_t> held;  // fields, by item
  std::map<std::string, std::uint64_t> failed;  // by item: doubles that were found, rehearsals that could not be put back
  void add(SettleCounts const& part);
};

using ItemsByName = std::map<std::string, RunItem const*, std::less<>>;

// Settles every open intent of the given items, and puts back what rehearsals have left. Intents of items that are not part of this run stay
// open.
Result<SettleCounts> settle_open_intents(RunContext& run, ItemsByName const& items);

// Issue creates of one project: reads its next keys directly until past the newest known key and 30 misses; then a search by creator.
Result<SettleCounts> settle_creates(RunContext& run, ItemsByName const& items, std::string const& project,
                                    std::vector<Intent> intents);
// Issue edits: target value = done, base value = not done, else plan anew.
Result<SettleCounts> settle_edits(RunContext& run, ItemsByName const& items, std::vector<Intent> intents);

// Record updates: each is bound to the version it was planned over, so a record that still has it, or shows other values, is planned anew at once.
Result<SettleCounts> settle_updates(RunContext& run, ItemsByName const& items, std::vector<Intent> intents);
// Transitions: our own entry in the history = done; still where it was and no newer entry = not done.
Result<SettleCounts> settle_transitions(RunContext& run, ItemsByName const& items, std::vector<Intent> intents);
// Records' status: by the version, or by the activity that closing leaves behind.
Result<SettleCounts> settle_changes(RunContext& run, ItemsByName const& items, std::vector<Intent> intents);

// Components and versions that were about to be made for the item: those that the project's list shows are told.
Result<Unit> settle_parts(RunContext& run, RunItem const& item);

// Whether enough of the server's time has passed since the intent to take missing evidence for "not executed".
bool old_enough(RunContext const& run, Intent const& intent);
// Closes an intent whose write did not happen: the record is looked at again in this run.
Result<Unit> plan_anew(RunContext& run, Intent const& intent);

}  // namespace tandem::sync
