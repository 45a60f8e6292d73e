#include "jira/endpoints/metadata.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/permissions.hpp"
#include "jira/render.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

// `groups` and `applicationRoles` are always there, their items only when they are asked for.
void set_details(Site const& site, Call const& call, Account const& account, json::Value& user) {
  auto const expand = call.list("expand");
  auto const asked = [&](std::string_view name) { return std::find(expand.begin(), expand.end(), name) != expand.end(); };
  json::Array groups, roles;
  for (auto const& group : site.definition.groups) {
    if (std::find(account.groups.begin(), account.groups.end(), group.name) == account.groups.end()) continue;
    groups.emplace_back(
        json::Object{{"name", group.name}, {"groupId", group.id}, {"self", site.api("group?groupId=") + group.id}});
  }
  roles.emplace_back(json::Object{{"key", "jira-software"}, {"name", "Jira Software"}});
  auto const sized = [&](std::string_view name, json::Array items) {
    auto const size = static_cast<std::uint64_t>(items.size());
    user.set(std::string(name), json::Object{{"size", size}, {"items", asked(name) ? std::move(items) : json::Array{}}});
  };
  sized("groups", std::move(groups));
  sized("applicationRoles", std::move(roles));
  user.set("expand", "groups,applicationRoles");
}

// Whether a search text names an account: a part of the display name's words, or the beginning of an address that is shown.
bool is_named(Account const& account, std::string const& folded) {
  return tandem::text::folded(account.display_name).find(folded) != std::string::npos ||
         (account.shows_email && !account.email.empty() && tandem::text::folded(account.email).starts_with(folded));
}

}  // namespace

Response get_myself(Site& site, Call const& call) {
  auto user = user_json(site, call.reader, call.account()->id);
  user.set("locale", call.account()->locale);
  set_details(site, call, *call.account(), user);
  return json_answer(200, user);
}

Response get_server_info(Site& site, Call const& call) {
  json::Object out;
  out.append("baseUrl", site.definition.base_url);
  out.append("version", "1001.0.0-SNAPSHOT");
  out.append("versionNumbers", json::Array{1001, 0, 0});
  out.append("deploymentType", "Cloud");
  out.append("buildNumber", 100300);
  out.append("buildDate", stamp(tandem::floor_seconds(site.now() - std::chrono::hours{24 * 7}), call.reader.zone));
  out.append("serverTime", stamp(site.now(), call.reader.zone));
  out.append("scmInfo", "0000000000000000000000000000000000000000");
  out.append("serverTitle", site.definition.title);
  out.append("serverTimeZone", "UTC");
  return json_answer(200, std::move(out));
}

Response get_tenant_info(Site& site, Call const&) {
  return json_answer(200, json::Object{{"cloudId", site.definition.cloud_id}});
}

Response get_my_permissions(Site& site, Call const& call) {
  auto const wanted = call.list("permissions");
  if (wanted.empty()) return refused(400, "The 'permissions' query parameter is required.");
  for (auto const& key : wanted) {
    if (!is_permission(key)) return refused(400, "Unrecognized permission: " + key);
  }
  auto const named = call.param("projectKey") ? call.param("projectKey") : call.param("projectId");
  if (named && !sees_project(site, call.account(), site.definition.project_by(*named))) {
    return refused(404, "No project could be found with key '" + *named + "'.");
  }
  auto const issue = call.param("issueKey") ? call.param("issueKey") : call.param("issueId");
  if (issue && visible_issue(site, call, *issue) == nullptr) return missing_issue();
  json::Object out;
  for (auto const& permission : permissions()) {
    if (std::find(wanted.begin(), wanted.end(), permission.key) == wanted.end()) continue;
    json::Object shown;
    shown.append("id", permission.id);
    shown.append("key", permission.key);
    shown.append("name", permission.name);
    shown.append("type", permission.global ? "GLOBAL" : "PROJECT");
    shown.append("description", "");
    shown.append("havePermission", may(site, call.account(), permission.key));
    out.append(std::string(permission.key), std::move(shown));
  }
  return json_answer(200, json::Object{{"permissions", std::move(out)}});
}

Response get_user_search(Site& site, Call const& call) {
  auto const query = call.param("query");
  auto const id = call.param("accountId");
  if (!query && !id) return refused(400, "Either 'query' or 'accountId' must be given.");
  if (query && id) return refused(400, "'query' and 'accountId' cannot both be given.");
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  json::Array out;
  if (call.account() != nullptr) {
    auto const wanted = tandem::text::folded(query.value_or(""));
    for (auto const& account : site.definition.accounts) {
      bool const named = id ? account.id == *id : is_named(account, wanted);
      if (named) out.push_back(user_json(site, call.reader, account.id));
    }
  }
  return json_answer(200, slice(std::move(out), *offset));
}

Response get_assignable_users(Site& site, Call const& call) {
  auto const named = call.param("project");
  auto const key = call.param("issueKey") ? call.param("issueKey") : call.param("issueId");
  if (!named && !key) return refused(400, "Either 'project', 'issueKey' or 'issueId' must be given.");
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  auto const* project = named ? site.definition.project_by(*named) : nullptr;
  if (key) {
    auto const* issue = visible_issue(site, call, *key);
    if (issue == nullptr) return missing_issue();
    project = site.definition.project(issue->project);
  }
  if (!sees_project(site, call.account(), project))
    return refused(404, "No project could be found with key '" + named.value_or("") + "'.");
  auto const query = tandem::text::folded(call.param("query").value_or(""));
  auto const id = call.param("accountId");
  // The page is cut first and narrowed to those who can be assigned then: it can be short though more exist.
  json::Array out;
  auto const& accounts = site.definition.accounts;
  for (auto i = offset->start; i < std::min(offset->start + offset->most, accounts.size()); ++i) {
    auto const& account = accounts[i];
    bool const assignable =
        account.type == "atlassian" && may(site, &account, "ASSIGNABLE_USER") && sees_project(site, &account, project);
    if (assignable && (id ? account.id == *id : is_named(account, query)))
      out.push_back(user_json(site, call.reader, account.id));
  }
  return json_answer(200, std::move(out));
}

Response get_user(Site& site, Call const& call) {
  auto user = user_json(site, call.reader, call.param("accountId").value_or(""));
  if (!call.param("accountId")) return refused(400, "The query parameter 'accountId' is required.");
  if (user.is_null()) return refused(404, "Specified user does not exist or you do not have required permissions.");
  auto const* account = site.definition.account(*call.param("accountId"));
  user.set("locale", account->locale);
  set_details(site, call, *account, user);
  return json_answer(200, user);
}

}  // namespace sandbox::jira
