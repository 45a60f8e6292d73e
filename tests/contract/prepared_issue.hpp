// An issue that has everything that Jira can show of one, made through the API.
#pragma once

#include <string>

#include "contract/guest.hpp"

namespace tandem::test {

// Ids: the issue and what hangs on it, a second issue that is still open, a sub-task of the first, one with estimates; our account's id.
struct Prepared {
  std::string issue, open, subtask, estimated, account, comment, worklog, remote_link, attachment, issue_link;
};
Prepared prepare(Guest& guest);  // throws std::runtime_error with what was refused

// "/rest/api/3/issue/{issue}" with the ids in place of their names.
std::string filled(std::string target, Prepared const& prepared);

}  // namespace tandem::test
