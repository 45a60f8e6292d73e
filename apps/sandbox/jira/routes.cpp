#include "jira/routes.hpp"

#include <map>

#include <tandem/base/text/percent.hpp>

#include "jira/endpoints/attachments.hpp"
#include "jira/endpoints/changelog.hpp"
#include "jira/endpoints/comments.hpp"
#include "jira/endpoints/issue_links.hpp"
#include "jira/endpoints/issues.hpp"
#include "jira/endpoints/metadata.hpp"
#include "jira/endpoints/properties.hpp"
#include "jira/endpoints/remote_links.hpp"
#include "jira/endpoints/search.hpp"
#include "jira/endpoints/transitions.hpp"
#include "jira/endpoints/workflows.hpp"
#include "jira/endpoints/worklogs.hpp"

namespace sandbox::jira {

namespace {

using enum Route::Body;
constexpr bool kAnonymous = true, kSignedIn = false, kWrites = true;

std::vector<Route> const& routes() {
  static std::vector<Route> const all{
      {"GET", "myself", get_myself, kSignedIn},
      {"GET", "serverInfo", get_server_info},
      {"GET", "mypermissions", get_my_permissions},
      {"GET", "user", get_user, kSignedIn},
      {"GET", "user/search", get_user_search},
      {"GET", "user/assignable/search", get_assignable_users},
      {"GET", "project/search", get_project_search},
      {"GET", "project/{project}", get_project},
      {"GET", "project/{project}/statuses", get_project_statuses},
      {"GET", "project/{project}/components", get_project_components},
      {"GET", "project/{project}/component", get_project_component_page},
      {"GET", "project/{project}/versions", get_project_versions},
      {"GET", "project/{project}/version", get_project_version_page},
      {"POST", "component", post_component, kAnonymous, json},
      {"POST", "version", post_version, kAnonymous, json},
      {"GET", "field", get_fields},
      {"GET", "field/search", get_field_search, kSignedIn},
      {"GET", "priority", get_priorities, kSignedIn},
      {"GET", "priority/search", get_priority_search, kSignedIn},
      {"GET", "status", get_statuses},
      {"GET", "statuses/search", get_status_search, kSignedIn},
      {"POST", "workflows", post_workflows, kSignedIn, json},
      {"GET", "resolution", get_resolutions, kSignedIn},
      {"GET", "resolution/search", get_resolution_search, kSignedIn},
      {"GET", "issuetype", get_issue_types},
      {"GET", "issuetype/project", get_issue_types_of_project},
      {"GET", "issue/limit/report", get_issue_limit_report, kSignedIn},
      {"GET", "issue/createmeta", get_create_meta},
      {"GET", "issue/createmeta/{project}/issuetypes", get_create_meta_types},
      {"GET", "issue/createmeta/{project}/issuetypes/{type}", get_create_meta_fields},
      {"POST", "issue", post_issue, kSignedIn, json},
      {"POST", "issue/bulk", post_issue_bulk, kSignedIn, json},
      {"POST", "issue/bulkfetch", post_issue_bulk_fetch, kAnonymous, json},
      {"POST", "bulk/issues/move", post_bulk_move, kSignedIn, json},
      {"GET", "issue/{issue}", get_issue},
      {"PUT", "issue/{issue}", put_issue, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}", delete_issue, kAnonymous, none, kWrites},
      {"PUT", "issue/{issue}/assignee", put_assignee, kAnonymous, json, kWrites},
      {"GET", "issue/{issue}/editmeta", get_edit_meta},
      {"GET", "issue/{issue}/transitions", get_transitions},
      {"POST", "issue/{issue}/transitions", post_transition, kAnonymous, json, kWrites},
      {"GET", "issue/{issue}/changelog", get_changelog},
      {"POST", "issue/{issue}/changelog/list", post_changelog_list, kAnonymous, json},
      {"POST", "changelog/bulkfetch", post_changelog_bulk_fetch, kSignedIn, json},
      {"GET", "issue/{issue}/remotelink", get_remote_links},
      {"POST", "issue/{issue}/remotelink", post_remote_link, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}/remotelink", delete_remote_link_by_global_id, kAnonymous, typed_if_empty, kWrites},
      {"GET", "issue/{issue}/remotelink/{link}", get_remote_link},
      {"PUT", "issue/{issue}/remotelink/{link}", put_remote_link, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}/remotelink/{link}", delete_remote_link, kAnonymous, typed_if_empty, kWrites},
      {"POST", "issue/{issue}/attachments", post_attachments, kAnonymous, raw, kWrites},
      {"GET", "attachment/meta", get_attachment_meta, kSignedIn},
      {"GET", "attachment/{id}", get_attachment},
      {"DELETE", "attachment/{id}", delete_attachment},
      {"GET", "attachment/content/{id}", get_attachment_content},
      {"GET", "attachment/thumbnail/{id}", get_attachment_thumbnail},
      {"GET", "issue/{issue}/worklog", get_worklogs},
      {"POST", "issue/{issue}/worklog", post_worklog, kAnonymous, json, kWrites},
      {"GET", "issue/{issue}/worklog/{worklog}", get_worklog},
      {"PUT", "issue/{issue}/worklog/{worklog}", put_worklog, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}/worklog/{worklog}", delete_worklog, kAnonymous, none, kWrites},
      {"POST", "issueLink", post_issue_link, kAnonymous, json},
      {"GET", "issueLink/{link}", get_issue_link},
      {"DELETE", "issueLink/{link}", delete_issue_link},
      {"GET", "issueLinkType", get_issue_link_types},
      {"GET", "issue/{issue}/properties", get_property_keys},
      {"GET", "issue/{issue}/properties/{key}", get_property},
      {"PUT", "issue/{issue}/properties/{key}", put_property, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}/properties/{key}", delete_property, kAnonymous, none, kWrites},
      {"GET", "issue/{issue}/comment", get_comments},
      {"POST", "issue/{issue}/comment", post_comment, kAnonymous, json, kWrites},
      {"GET", "issue/{issue}/comment/{comment}", get_comment},
      {"PUT", "issue/{issue}/comment/{comment}", put_comment, kAnonymous, json, kWrites},
      {"DELETE", "issue/{issue}/comment/{comment}", delete_comment, kSignedIn, none, kWrites},
      {"POST", "comment/list", post_comment_list, kAnonymous, json},
      {"GET", "comment/{comment}/properties", get_comment_property_keys},
      {"GET", "comment/{comment}/properties/{key}", get_comment_property},
      {"PUT", "comment/{comment}/properties/{key}", put_comment_property, kSignedIn, json},
      {"DELETE", "comment/{comment}/properties/{key}", delete_comment_property, kSignedIn},
      {"GET", "search/jql", get_search},
      {"POST", "search/jql", post_search, kAnonymous, json},
      {"POST", "search/approximate-count", post_approximate_count, kAnonymous, json},
      {"GET", "search", removed_search},
      {"POST", "search", removed_search, kAnonymous, json},
      {"POST", "jql/parse", post_jql_parse, kAnonymous, json},
      {"POST", "jql/match", post_jql_match, kSignedIn, json},
      {"GET", "webhook", refuse_dynamic_webhooks, kSignedIn},
      {"POST", "webhook", refuse_dynamic_webhooks, kSignedIn, json},
      {"DELETE", "webhook", refuse_dynamic_webhooks, kSignedIn, json},
      {"GET", "webhook/failed", refuse_dynamic_webhooks, kSignedIn},
      {"PUT", "webhook/refresh", refuse_dynamic_webhooks, kSignedIn, json},
  };
  return all;
}

struct Pattern {
  Route const* route;
  std::vector<std::string_view> parts;
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  while (true) {
    auto const slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

// By number of segments and the first word, so that a request looks at a handful.
std::multimap<std::pair<std::size_t, std::string_view>, Pattern> const& index() {
  static auto const made = [] {
    std::multimap<std::pair<std::size_t, std::string_view>, Pattern> out;
    for (auto const& route : routes()) {
      auto parts = split(route.pattern);
      auto const key = std::pair(parts.size(), parts.front());
      out.emplace(key, Pattern{&route, std::move(parts)});
    }
    return out;
  }();
  return made;
}

// How many segments are literal; nothing when the pattern does not match. The most literal pattern wins.
std::optional<int> literal_matches(Pattern const& pattern, std::vector<std::string_view> const& segments) {
  int literal = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (pattern.parts[i].front() == '{') continue;
    if (pattern.parts[i] != segments[i]) return std::nullopt;
    ++literal;
  }
  return literal;
}

}  // namespace

Found find_route(std::string_view method, std::vector<std::string_view> const& segments) {
  Found out;
  if (segments.empty()) return out;
  int best = -1;
  Pattern const* chosen = nullptr;
  auto const [first, last] = index().equal_range({segments.size(), segments.front()});
  int best_any = -1;
  for (auto it = first; it != last; ++it) {
    auto const literal = literal_matches(it->second, segments);
    if (!literal) continue;
    best_any = std::max(best_any, *literal);
    if (it->second.route->method == method && *literal > best) {
      best = *literal;
      chosen = &it->second;
    }
  }
  if (chosen == nullptr || best < best_any) {
    // "POST issue/bulk" exists: "GET issue/bulk" is the issue named "bulk".
    out.wrong_method = chosen == nullptr && best_any >= 0;
    if (chosen == nullptr) return out;
  }
  out.route = chosen->route;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (chosen->parts[i].front() == '{') out.args.push_back(tandem::text::percent_decoded(segments[i]));
  }
  return out;
}

}  // namespace sandbox::jira
