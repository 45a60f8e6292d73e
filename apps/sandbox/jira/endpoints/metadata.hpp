// What the site is made of: account, server, projects, fields, statuses, priorities, resolutions, types, create screens, permissions (contract §2).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_myself(Site& site, Call const& call);
Response get_server_info(Site& site, Call const& call);
Response get_tenant_info(Site& site, Call const& call);  // /_edge/tenant_info
Response get_my_permissions(Site& site, Call const& call);
Response get_user_search(Site& site, Call const& call);
Response get_user(Site& site, Call const& call);
Response get_assignable_users(Site& site, Call const& call);

Response get_project_search(Site& site, Call const& call);
Response get_project(Site& site, Call const& call);
Response get_project_statuses(Site& site, Call const& call);
Response get_project_components(Site& site, Call const& call);
Response get_project_versions(Site& site, Call const& call);
Response get_project_component_page(Site& site, Call const& call);
Response get_project_version_page(Site& site, Call const& call);
Response post_component(Site& site, Call const& call);
Response post_version(Site& site, Call const& call);

Response get_fields(Site& site, Call const& call);
Response get_field_search(Site& site, Call const& call);
Response get_priorities(Site& site, Call const& call);
Response get_priority_search(Site& site, Call const& call);
Response get_statuses(Site& site, Call const& call);
Response get_status_search(Site& site, Call const& call);
Response get_resolutions(Site& site, Call const& call);
Response get_resolution_search(Site& site, Call const& call);
Response get_issue_types(Site& site, Call const& call);
Response get_issue_types_of_project(Site& site, Call const& call);

Response get_create_meta_types(Site& site, Call const& call);
Response get_create_meta_fields(Site& site, Call const& call);
Response get_create_meta(Site& site, Call const& call);  // the old form: everything in one answer

Response get_issue_limit_report(Site& site, Call const& call);
// GET, POST, DELETE webhook, PUT webhook/refresh, GET webhook/failed: for apps alone, so a user's token gets 403 (contract §12).
Response refuse_dynamic_webhooks(Site& site, Call const& call);

}  // namespace sandbox::jira
