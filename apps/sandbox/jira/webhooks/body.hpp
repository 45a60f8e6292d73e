// Webhook bodies in v2 form (contract §12): rich text is wiki markup, `self` links say /rest/api/2/, nobody has an e-mail address.
#pragma once

#include <string>

#include "jira/site.hpp"

namespace sandbox::jira {

// A value of REST v3 as v2 would show it.
json::Value as_v2(Site const& site, json::Value value);

// `user` of issue events.
json::Value webhook_user(Site const& site, std::string_view account_id);
// `issue`: brief = summary, type, project, assignee, priority, status (comment events); whole = every field of its project but comments
// and worklogs, which only a deletion shows.
json::Value webhook_issue(Site const& site, Issue const& issue, Event::IssueForm form);
// `changelog` of an entry of the history: {id, items}.
json::Value webhook_changelog(Site const& site, History const& history);
// `changelog` of a creation: what was set, from nothing.
json::Value creation_changelog(Site const& site, Issue const& issue, std::int64_t id);

// The whole body as sent.
std::string webhook_body(Site const& site, Event const& event);

}  // namespace sandbox::jira
