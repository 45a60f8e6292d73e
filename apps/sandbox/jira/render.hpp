// Entities as the REST API shows them to one reader: names in the reader's language, times with the reader's offset (contract §6).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

json::Value user_json(Site const& site, Reader const& reader, std::string_view account_id);  // null for "" and unknown accounts
json::Value status_json(Site const& site, Reader const& reader, Status const& status);
json::Value status_category_json(Site const& site, Reader const& reader, std::string_view key);
json::Value priority_json(Site const& site, Reader const& reader, Priority const& priority, bool with_color);
json::Value resolution_json(Site const& site, Reader const& reader, Resolution const& resolution);
json::Value issue_type_json(Site const& site, Reader const& reader, IssueType const& type);
json::Value project_json(Site const& site, Project const& project);  // the short form inside of issues and metadata
json::Value component_json(Site const& site, Component const& component);
json::Value version_json(Site const& site, Version const& version);
json::Value option_json(Site const& site, Reader const& reader, Option const& option);
json::Value avatars_json(std::string const& url);
// Another issue in short, as parents, sub-tasks and links show it.
json::Value linked_issue_json(Site const& site, Reader const& reader, Issue const& other);
// {"type":"PROJECT","project":{"id"}} of what a team-managed project owns.
json::Value scope_json(std::string_view project_id);
json::Value comment_json(Site const& site, Reader const& reader, Issue const& issue, Comment const& comment,
                         bool with_properties);
json::Value history_json(Site const& site, Reader const& reader, History const& history);
json::Value remote_link_json(Site const& site, Issue const& issue, RemoteLink const& link);
json::Value field_schema(Field const& field);  // null when it has none
json::Value properties_json(Properties const& properties);  // [{key, value}]

}  // namespace sandbox::jira
