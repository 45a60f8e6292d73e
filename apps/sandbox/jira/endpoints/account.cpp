#include "jira/endpoints/metadata.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/permissions.hpp"
#include "jira/render.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

Response get_myself(Site& site, Call const& call) {
  auto user = user_json(site, call.reader, call.account()->id);
  user.set("locale", call.account()->locale);
  for (auto const* name : {"groups", "applicationRoles"}) user.set(name, json::Object{{"size", 1}, {"items", json::Array{}}});
  user.set("expand", "groups,applicationRoles");
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
  if (named && (site.definition.project_by(*named) == nullptr || !may(site, call.account(), "BROWSE_PROJECTS"))) {
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
      bool const named = id ? account.id == *id
                            : tandem::text::folded(account.display_name).find(wanted) != std::string::npos ||
                                  (account.shows_email && tandem::text::folded(account.email).starts_with(wanted));
      if (named) out.push_back(user_json(site, call.reader, account.id));
    }
  }
  return json_answer(200, slice(std::move(out), *offset));
}

Response get_user(Site& site, Call const& call) {
  auto user = user_json(site, call.reader, call.param("accountId").value_or(""));
  if (user.is_null()) return refused(404, "Specified user does not exist or you do not have required permissions.");
  return json_answer(200, user);
}

}  // namespace sandbox::jira
