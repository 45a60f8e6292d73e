// What a service's refusal to change a status means, as a reason (dataverse.md §4, §20; jira.md §7).
#pragma once

#include <tandem/base/result.hpp>
#include <tandem/mapping/reason.hpp>

namespace tandem::mapping::status {

// REQUIRES: the error is a refusal of a status change, by Dataverse (its code is in the context) or by Jira.
Report refusal_of(Error const& error);
// CloseIncident and its like on a record that is closed already: what was wanted.
bool says_closed_already(Error const& error);
// A PATCH of the state that the service wants to be told by a message: CloseIncident, WinOpportunity, LoseOpportunity.
bool wants_message(Error const& error);

}  // namespace tandem::mapping::status
