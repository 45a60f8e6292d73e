// Dynamics -> Jira: the issue walks to the status that the record's one stands for, one transition at a time (SPEC G3, R2).
#pragma once

#include <tandem/sync/pair.hpp>

namespace tandem::sync {

// Why a status was not brought over; nothing when it was. `again`: somebody else was quicker, it is looked at anew without counting as a failure.
struct StatusOutcome {
  std::optional<Report> refused{};
  bool again = false;
};

// REQUIRES: pair.status moves the issue. Afterwards what Jira offered is remembered. Errors: unknown_outcome (the intent is open), or what ends
// the run (surely not executed).
Result<StatusOutcome> walk_issue(RunContext& run, mapping::CompiledItem const& item, Pair& pair);

// Why no known way leads from the issue's status to its target; nothing when one does. Reads only. REQUIRES: as walk_issue().
Result<std::optional<Report>> why_no_way(RunContext& run, mapping::CompiledItem const& item, Pair& pair);

}  // namespace tandem::sync
