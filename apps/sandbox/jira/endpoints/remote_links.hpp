// Remote issue links (contract §10): the same globalId replaces the whole link, `updated` moves and the history gets a RemoteIssueLink item.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_remote_links(Site& site, Call const& call);  // all, or by ?globalId=
Response post_remote_link(Site& site, Call const& call);
Response delete_remote_link_by_global_id(Site& site, Call const& call);
Response get_remote_link(Site& site, Call const& call);
Response put_remote_link(Site& site, Call const& call);
Response delete_remote_link(Site& site, Call const& call);

}  // namespace sandbox::jira
