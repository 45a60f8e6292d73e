// WAS and CHANGED: what an issue's history says about a field (contract §7 has its entries).
//
// Served for the fields whose history Jira indexes: assignee, fix version, priority, reporter, resolution, status. What a field held before its first
// entry is told by undoing all entries from the present value.
#pragma once

#include "jira/jql/compile.hpp"

namespace sandbox::jira::jql {

// Errors: the text of the refusal.
tl::expected<Test, std::string> history_test(Site const& site, Reader const& reader, Clause const& clause, Field const& field);

}  // namespace sandbox::jira::jql
