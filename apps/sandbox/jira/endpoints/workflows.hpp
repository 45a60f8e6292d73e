// Workflows as administrators read them: statuses, transitions, conditions and validators.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// By project and issue type, or by name. Needs "Administer Jira", "Administer Projects" or "View (read-only) workflow"; what a refusal looks like
// is not verified: 403 here, other statuses by the fault plan.
Response post_workflows(Site& site, Call const& call);

}  // namespace sandbox::jira
