// Issues: create (one, bulk), read (one, bulkfetch), edit, move, delete, and editmeta (contract §4, §5).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// Creates one issue from an IssueUpdateDetails body and gives its id. Nothing is changed on refusal (but a number, if the switch says so).
Checked<std::int64_t> create_issue(Site& site, Call const& call, json::Value const& body);

Response post_issue(Site& site, Call const& call);
Response post_issue_bulk(Site& site, Call const& call);
Response get_issue(Site& site, Call const& call);
Response post_issue_bulk_fetch(Site& site, Call const& call);
Response put_issue(Site& site, Call const& call);
Response put_assignee(Site& site, Call const& call);
Response delete_issue(Site& site, Call const& call);
Response post_bulk_move(Site& site, Call const& call);
Response get_edit_meta(Site& site, Call const& call);

}  // namespace sandbox::jira
