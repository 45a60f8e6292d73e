// JQL dates (contract §4): literals in the account's zone with minute resolution, periods like "-30m", epoch milliseconds without quotes, now().
#pragma once

#include "jira/jql/parser.hpp"
#include "jira/site.hpp"

namespace sandbox::jira::jql {

std::optional<Instant> read_date(Operand const& operand, Instant now, std::string const& zone);

}  // namespace sandbox::jira::jql
