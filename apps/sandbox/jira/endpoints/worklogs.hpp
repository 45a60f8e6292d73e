// Worklogs (contract §2, §6): list, read, log, edit and delete, each moving the time tracking of its issue.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_worklogs(Site& site, Call const& call);
Response post_worklog(Site& site, Call const& call);
Response get_worklog(Site& site, Call const& call);
Response put_worklog(Site& site, Call const& call);
Response delete_worklog(Site& site, Call const& call);

json::Value worklog_json(Site const& site, Reader const& reader, Issue const& issue, Worklog const& worklog,
                         bool with_properties);
std::int64_t seconds_spent(Issue const& issue);

}  // namespace sandbox::jira
