// Jira -> Dynamics: the record takes the status that the issue's one stands for, by an update or by the message that closes it (SPEC G4-G6, R2).
#pragma once

#include <tandem/sync/status/walk_issue.hpp>

namespace tandem::sync {

// REQUIRES: pair.status changes the record. Afterwards row and base are what the server kept. Errors as walk_issue().
Result<StatusOutcome> change_record(RunContext& run, mapping::CompiledItem const& item, Pair& pair);

// The resolution or close activity of an intent, however it stands by now: by its id, else by its subject.
Result<bool> finds_closing_activity(RunContext& run, mapping::CompiledItem const& item, Intent const& intent);

}  // namespace tandem::sync
