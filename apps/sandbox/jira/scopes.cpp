#include "jira/scopes.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sandbox::jira {

namespace {

struct Needs {
  std::string_view classic, granular;  // blank-separated; each list is enough by itself, and all of it is needed
};
using Table = std::map<std::pair<std::string_view, std::string_view>, Needs>;

constexpr std::string_view kReadIssue =
    "read:issue-meta:jira read:issue-security-level:jira read:issue.vote:jira read:issue.changelog:jira read:avatar:jira "
    "read:issue:jira read:status:jira read:user:jira read:field-configuration:jira";

Table const& table() {
  static Table const all{
      {{"GET", "myself"}, {"read:jira-user", "read:application-role:jira read:group:jira read:user:jira read:avatar:jira"}},
      {{"GET", "serverInfo"}, {"", ""}},
      {{"GET", "project/search"},
       {"read:jira-work",
        "read:issue-type:jira read:project:jira read:project.property:jira read:user:jira read:application-role:jira "
        "read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:project-category:jira read:project-version:jira "
        "read:project.component:jira"}},
      {{"GET", "project/*"},
       {"read:jira-work",
        "read:issue-type:jira read:project:jira read:project.property:jira read:user:jira read:application-role:jira "
        "read:avatar:jira read:group:jira read:issue-type-hierarchy:jira read:project-category:jira read:project-version:jira "
        "read:project.component:jira"}},
      {{"GET", "project/*/statuses"}, {"read:jira-work", "read:issue-status:jira read:issue-type:jira read:status:jira"}},
      {{"GET", "project/*/components"},
       {"read:jira-work",
        "read:project:jira read:project.component:jira read:user:jira read:application-role:jira read:avatar:jira "
        "read:group:jira"}},
      {{"GET", "project/*/component"},
       {"read:jira-work",
        "read:project:jira read:project.component:jira read:user:jira read:application-role:jira read:avatar:jira "
        "read:group:jira"}},
      {{"GET", "project/*/versions"}, {"read:jira-work", "read:project-version:jira"}},
      {{"GET", "project/*/version"}, {"read:jira-work", "read:project-version:jira"}},
      {{"POST", "component"},
       {"manage:jira-project",
        "read:project:jira read:user:jira write:project.component:jira read:application-role:jira read:avatar:jira"}},
      {{"POST", "version"}, {"manage:jira-project", "write:project-version:jira read:project-version:jira"}},
      {{"POST", "workflows"}, {"manage:jira-configuration", "read:workflow:jira"}},
      {{"POST", "issue"},
       {"write:jira-work",
        "write:issue:jira write:comment:jira write:comment.property:jira write:attachment:jira read:issue:jira"}},
      {{"POST", "issue/bulk"},
       {"write:jira-work",
        "write:issue:jira write:comment:jira write:comment.property:jira write:attachment:jira read:issue:jira"}},
      {{"POST", "issue/bulkfetch"}, {"read:jira-work", kReadIssue}},
      {{"DELETE", "issue/*"}, {"write:jira-work", "delete:issue:jira"}},
      {{"GET", "issue/*"}, {"read:jira-work", kReadIssue}},
      {{"PUT", "issue/*"}, {"write:jira-work", "write:issue:jira"}},
      {{"GET", "issue/*/transitions"},
       {"read:jira-work", "read:issue.transition:jira read:status:jira read:field-configuration:jira"}},
      {{"POST", "issue/*/transitions"}, {"write:jira-work", "write:issue:jira write:issue.property:jira"}},
      {{"GET", "issue/*/comment"},
       {"read:jira-work",
        "read:comment:jira read:comment.property:jira read:group:jira read:project:jira read:project-role:jira read:user:jira "
        "read:avatar:jira"}},
      {{"POST", "issue/*/comment"},
       {"write:jira-work",
        "read:comment:jira read:comment.property:jira read:group:jira read:project:jira read:project-role:jira read:user:jira "
        "write:comment:jira read:avatar:jira"}},
      {{"DELETE", "issue/*/comment/*"}, {"write:jira-work", "delete:comment:jira delete:comment.property:jira"}},
      {{"GET", "issue/*/comment/*"},
       {"read:jira-work",
        "read:comment:jira read:comment.property:jira read:group:jira read:project:jira read:project-role:jira read:user:jira "
        "read:avatar:jira"}},
      {{"PUT", "issue/*/comment/*"},
       {"write:jira-work",
        "read:comment:jira read:comment.property:jira read:group:jira read:project:jira read:project-role:jira read:user:jira "
        "write:comment:jira read:avatar:jira"}},
      {{"POST", "comment/list"},
       {"read:jira-work",
        "delete:comment.property:jira read:avatar:jira read:comment:jira read:group:jira read:project-role:jira read:user:jira "
        "read:comment.property:jira read:project:jira"}},
      {{"GET", "comment/*/properties"}, {"read:jira-work", "read:comment.property:jira"}},
      {{"DELETE", "comment/*/properties/*"}, {"write:jira-work", "delete:comment.property:jira"}},
      {{"GET", "comment/*/properties/*"}, {"read:jira-work", "read:comment.property:jira"}},
      {{"PUT", "comment/*/properties/*"}, {"write:jira-work", "write:comment.property:jira"}},
      {{"POST", "issue/*/attachments"},
       {"write:jira-work", "read:user:jira write:attachment:jira read:attachment:jira read:avatar:jira"}},
      {{"DELETE", "attachment/*"}, {"write:jira-work", "delete:attachment:jira"}},
      {{"GET", "attachment/*"},
       {"read:jira-work", "read:attachment:jira read:user:jira read:application-role:jira read:avatar:jira read:group:jira"}},
      {{"GET", "attachment/content/*"}, {"read:jira-work", "read:attachment:jira"}},
      {{"GET", "attachment/meta"}, {"read:jira-work", "read:instance-configuration:jira"}},
      {{"DELETE", "issue/*/remotelink"}, {"write:jira-work", "delete:issue.remote-link:jira write:issue:jira"}},
      {{"GET", "issue/*/remotelink"}, {"read:jira-work", "read:issue.remote-link:jira read:status:jira"}},
      {{"POST", "issue/*/remotelink"},
       {"write:jira-work", "write:issue:jira write:issue.remote-link:jira read:issue.remote-link:jira"}},
      {{"DELETE", "issue/*/remotelink/*"}, {"write:jira-work", "delete:issue.remote-link:jira write:issue:jira"}},
      {{"GET", "issue/*/remotelink/*"}, {"read:jira-work", "read:issue.remote-link:jira read:status:jira"}},
      {{"PUT", "issue/*/remotelink/*"}, {"write:jira-work", "write:issue:jira write:issue.remote-link:jira"}},
      {{"GET", "issue/*/properties"}, {"read:jira-work", "read:issue.property:jira"}},
      {{"DELETE", "issue/*/properties/*"}, {"write:jira-work", "delete:issue.property:jira"}},
      {{"GET", "issue/*/properties/*"}, {"read:jira-work", "read:issue.property:jira"}},
      {{"PUT", "issue/*/properties/*"}, {"write:jira-work", "write:issue.property:jira"}},
      {{"GET", "issue/*/changelog"}, {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:issue.changelog:jira"}},
      {{"POST", "issue/*/changelog/list"}, {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:issue.changelog:jira"}},
      {{"POST", "changelog/bulkfetch"}, {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:issue.changelog:jira"}},
      {{"GET", "issue/*/worklog"},
       {"read:jira-work",
        "read:group:jira read:issue-worklog:jira read:issue-worklog.property:jira read:project-role:jira read:user:jira "
        "read:avatar:jira"}},
      {{"POST", "issue/*/worklog"},
       {"write:jira-work",
        "write:issue-worklog:jira write:issue-worklog.property:jira read:avatar:jira read:group:jira read:issue-worklog:jira "
        "read:project-role:jira read:user:jira read:issue-worklog.property:jira"}},
      {{"DELETE", "issue/*/worklog/*"},
       {"write:jira-work", "delete:issue-worklog:jira delete:issue-worklog.property:jira write:issue.time-tracking:jira"}},
      {{"GET", "issue/*/worklog/*"},
       {"read:jira-work",
        "read:comment:jira read:group:jira read:issue-worklog:jira read:issue-worklog.property:jira read:project-role:jira "
        "read:user:jira read:avatar:jira"}},
      {{"PUT", "issue/*/worklog/*"},
       {"write:jira-work",
        "read:comment:jira read:group:jira read:issue-worklog:jira read:issue-worklog.property:jira read:project-role:jira "
        "read:user:jira write:comment:jira write:issue-worklog:jira write:issue-worklog.property:jira read:avatar:jira"}},
      {{"PUT", "issue/*/assignee"}, {"write:jira-work", "write:issue:jira"}},
      {{"GET", "issue/createmeta"}, {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:field-configuration:jira"}},
      {{"GET", "issue/createmeta/*/issuetypes"},
       {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:field-configuration:jira"}},
      {{"GET", "issue/createmeta/*/issuetypes/*"},
       {"read:jira-work", "read:issue-meta:jira read:avatar:jira read:field-configuration:jira"}},
      {{"GET", "issue/*/editmeta"}, {"read:jira-work", "read:issue-meta:jira read:field-configuration:jira"}},
      {{"GET", "issue/limit/report"}, {"read:jira-work", "read:project:jira read:issue:jira"}},
      {{"GET", "field"},
       {"read:jira-work",
        "read:field:jira read:avatar:jira read:project-category:jira read:project:jira read:field-configuration:jira"}},
      {{"GET", "field/search"}, {"read:jira-work", "read:field:jira read:field-configuration:jira"}},
      {{"GET", "priority"}, {"read:jira-work", "read:priority:jira"}},
      {{"GET", "priority/search"}, {"read:jira-work", "read:priority:jira"}},
      {{"GET", "status"}, {"read:jira-work", "read:status:jira"}},
      {{"GET", "statuses/search"}, {"manage:jira-configuration", "read:workflow:jira"}},
      {{"GET", "resolution"}, {"read:jira-work", "read:resolution:jira"}},
      {{"GET", "resolution/search"}, {"read:jira-work", "read:resolution:jira"}},
      {{"GET", "issuetype"},
       {"read:jira-work", "read:issue-type:jira read:avatar:jira read:project-category:jira read:project:jira"}},
      {{"GET", "issuetype/project"},
       {"read:jira-work", "read:issue-type:jira read:avatar:jira read:project-category:jira read:project:jira"}},
      {{"POST", "issueLink"}, {"write:jira-work", "write:comment:jira write:issue:jira write:issue-link:jira"}},
      {{"DELETE", "issueLink/*"}, {"write:jira-work", "delete:issue-link:jira"}},
      {{"GET", "issueLink/*"},
       {"read:jira-work",
        "read:field:jira read:issue-link-type:jira read:issue:jira read:issue-type:jira read:priority:jira read:status:jira "
        "read:avatar:jira read:issue.time-tracking:jira read:project-category:jira read:project:jira read:user:jira"}},
      {{"GET", "issueLinkType"}, {"read:jira-work", "read:issue-link-type:jira"}},
      {{"GET", "search/jql"},
       {"read:jira-work",
        "read:issue-details:jira read:audit-log:jira read:avatar:jira read:field-configuration:jira read:issue-meta:jira"}},
      {{"POST", "search/jql"},
       {"read:jira-work",
        "read:issue-details:jira read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira"}},
      {{"POST", "search/approximate-count"},
       {"read:jira-work",
        "read:issue-details:jira read:field.default-value:jira read:field.option:jira read:field:jira read:group:jira"}},
      {{"POST", "jql/parse"}, {"read:jira-work", "read:field:jira validate:jql:jira read:jql:jira"}},
      {{"POST", "jql/match"}, {"read:jira-work", "read:issue-details:jira"}},
      {{"GET", "user"}, {"read:jira-user", "read:application-role:jira read:group:jira read:user:jira read:avatar:jira"}},
      {{"GET", "user/search"},
       {"read:jira-user", "read:user:jira read:user.property:jira read:application-role:jira read:avatar:jira read:group:jira"}},
      {{"GET", "user/assignable/search"},
       {"read:jira-user",
        "read:issue:jira read:project:jira read:user:jira read:application-role:jira read:avatar:jira read:group:jira"}},
      {{"GET", "mypermissions"}, {"read:jira-work", "read:permission:jira"}},
      {{"DELETE", "webhook"}, {"read:jira-work manage:jira-webhook", "delete:webhook:jira"}},
      {{"GET", "webhook"}, {"read:jira-work manage:jira-webhook", "read:webhook:jira read:jql:jira"}},
      {{"POST", "webhook"}, {"read:jira-work manage:jira-webhook", "read:field:jira read:project:jira write:webhook:jira"}},
      {{"GET", "webhook/failed"},
       {"read:jira-work manage:jira-webhook",
        "read:issue-details:jira read:webhook:jira read:comment.property:jira read:group:jira read:issue-type:jira "
        "read:project-role:jira read:epic:jira-software"}},
      {{"PUT", "webhook/refresh"}, {"read:jira-work manage:jira-webhook", "write:webhook:jira read:webhook:jira"}},
  };
  return all;
}

bool holds_all(std::vector<std::string> const& held, std::string_view wanted) {
  while (!wanted.empty()) {
    auto const end = std::min(wanted.find(' '), wanted.size());
    if (std::find(held.begin(), held.end(), wanted.substr(0, end)) == held.end()) return false;
    wanted.remove_prefix(std::min(end + 1, wanted.size()));
  }
  return true;
}

// "issue/{issue}/comment" -> "issue/*/comment"
std::string starred(std::string_view pattern) {
  std::string out;
  bool inside = false;
  for (char const c : pattern) {
    if (c == '{') out += '*';
    inside = (inside || c == '{') && c != '}';
    if (!inside && c != '}') out += c;
  }
  return out;
}

}  // namespace

bool scopes_allow(std::vector<std::string> const& held, std::string_view method, std::string_view pattern) {
  auto const path = starred(pattern);
  auto const found = table().find({method, path});
  if (found == table().end()) return true;
  return holds_all(held, found->second.classic) || (!found->second.granular.empty() && holds_all(held, found->second.granular));
}

}  // namespace sandbox::jira
