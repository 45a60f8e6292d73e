// Pair: one linked record and its issue on their way through a reconciliation: both sides as read, what is to be done, what is being done.
#pragma once

#include <optional>
#include <string>

#include <tandem/sync/journal.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/status/plan_status.hpp>

namespace tandem::sync {

struct Pair {
  Row row;  // REQUIRES: row.link
  jira::Issue issue;
  Plan plan;
  StatusPlan status;
  Intent intent;  // of the write that is under way
  std::string undoes{};  // the run that the writes take back; "" for ordinary ones
  std::optional<Rehearsal> rehearsal;  // the writes belong to one: each of its intents tells how the pair stood before
  [[nodiscard]] link::Link const& link() const { return *row.link; }
};

// A status is still to be written after what is being written now.
inline bool has_open_status(Pair const& pair) { return pair.status.acts() && !pair.status.done; }
// What every intent of a pair says, whatever is written.
Intent intent_of(RunContext const& run, Pair const& pair, Effect effect);
// An entry for the retry list.
Retry retry_of(Pair const& pair, Reason reason, std::string detail);
// The rule of that key; null when the item has it no more.
mapping::FieldRule const* rule_of(mapping::CompiledItem const& item, std::string const& key);

}  // namespace tandem::sync
