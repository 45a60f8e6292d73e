// JQL functions that give values or issues: currentUser(), membersOf(), openSprints(), releasedVersions(), issuesWithRemoteLinksByGlobalId(), ….
// Functions of dates are in date.hpp.
#pragma once

#include <set>

#include "jira/jql/compile.hpp"

namespace sandbox::jira::jql {

// The ids that an operand means in a field that holds ids (never an `empty` one). Errors: the text of the refusal; a value that does not exist is one.
tl::expected<std::vector<std::string>, std::string> operand_ids(Site const& site, Reader const& reader, Field const& field,
                                                                std::string const& clause_name, Operand const& operand);
// Accounts of a `BY`: an account id, a name, or a function.
tl::expected<std::vector<std::string>, std::string> account_ids(Site const& site, Reader const& reader, Operand const& operand);

// `issue in function(…)`: which issues it gives.
tl::expected<Test, std::string> issue_function(Site const& site, Operand const& operand);

}  // namespace sandbox::jira::jql
