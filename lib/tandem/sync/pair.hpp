// Pair: one linked record and its issue on their way through a reconciliation: both sides as read, what is to be done, what is being done.
#pragma once

#include <optional>
#include <string>

#include <tandem/sync/journal.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync {

struct Pair {
  Row row;  // REQUIRES: row.link
  jira::Issue issue;
  Plan plan;
  Intent intent;  // of the write that is under way
  [[nodiscard]] link::Link const& link() const { return *row.link; }
};

// What every intent of a pair says, whatever is written.
Intent intent_of(RunContext const& run, Pair const& pair, Effect effect);
// An entry for the retry list.
Retry retry_of(Pair const& pair, Reason reason, std::string detail);
// The rule of that key; null when the item has it no more.
mapping::FieldRule const* rule_of(mapping::CompiledItem const& item, std::string const& key);

}  // namespace tandem::sync
