// Links between issues (contract §6): the source shows the other one as outwardIssue, the destination as inwardIssue.
//
// POST issueLink names the source inwardIssue and the destination outwardIssue, as GET issueLink/{id} shows them. The history of both issues gets
// a `Link` item without field id.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response post_issue_link(Site& site, Call const& call);
Response get_issue_link(Site& site, Call const& call);
Response delete_issue_link(Site& site, Call const& call);
Response get_issue_link_types(Site& site, Call const& call);

// One row of `fields.issuelinks` as `issue` shows it; null when the link or the other issue is gone.
json::Value issue_link_json(Site const& site, Reader const& reader, Issue const& issue, std::int64_t link_id);

// {"type":{"name" | "id"},"inwardIssue" | "outwardIssue":{"key" | "id"}} of an edit (update.issuelinks.add), from the view of one issue.
struct WantedLink {
  std::string type;
  std::int64_t other = 0;
  bool other_is_destination = true;
};
tl::expected<WantedLink, std::string> read_wanted_link(Site const& site, Call const& call, json::Value const& sent);
void add_link(Site& site, Call const& call, std::int64_t issue_id, WantedLink const& wanted);

}  // namespace sandbox::jira
