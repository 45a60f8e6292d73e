// History of issues (contract §7): paged and oldest first for one issue, by token for many.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_changelog(Site& site, Call const& call);
Response post_changelog_list(Site& site, Call const& call);
Response post_changelog_bulk_fetch(Site& site, Call const& call);

}  // namespace sandbox::jira
