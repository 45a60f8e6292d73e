#include "dataverse/functions.hpp"

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

Checked<Response> who_am_i(Engine const& engine, Call const& call) {
  return json_answer(200, json::Object{{"@odata.context", call.base + "/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"},
                                       {"BusinessUnitId", engine.organization.business_unit_id},
                                       {"UserId", call.caller.user_id},
                                       {"OrganizationId", engine.organization.id}});
}

Checked<Response> retrieve_version(Engine const& engine, Call const& call) {
  return json_answer(200,
                     json::Object{{"@odata.context", call.base + "/$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse"},
                                  {"Version", engine.organization.version}});
}

json::Object role_privilege(Engine const& engine, Caller const& caller, std::string const& name) {
  auto const lower = privilege_id(name);
  auto depth = std::string("Global");
  if (caller.application) {
    for (auto const& [known, value] : engine.settings.depths) {
      if (privilege_id(known) == lower) depth = value;
    }
  }
  return json::Object{{"Depth", depth},
                      {"PrivilegeId", lower},
                      {"BusinessUnitId", engine.organization.business_unit_id},
                      {"PrivilegeName", name},
                      {"RecordFilterId", "00000000-0000-0000-0000-000000000000"},
                      {"RecordFilterUniqueName", ""}};
}

// Privileges of one user: the application user's can be taken away, a person holds all.
Checked<Response> user_privileges(Engine const& engine, Call const& call, std::string const& user_id,
                                  std::optional<std::string> const& only, std::string_view type) {
  Caller const who{user_id, user_id == call.caller.user_id && call.caller.application};
  json::Array list;
  for (auto const& name : privilege_names(engine.schema)) {
    if (only && privilege_id(*only) != privilege_id(name)) continue;
    if (holds_privilege(engine, who, name)) list.push_back(role_privilege(engine, who, name));
  }
  return json_answer(200, json::Object{{"@odata.context", fmt::format("{}/$metadata#Microsoft.Dynamics.CRM.{}", call.base, type)},
                                       {"RolePrivileges", std::move(list)}});
}

}  // namespace

std::optional<Checked<Response>> call_unbound(Engine& engine, Call const& call, Segment const& segment) {
  bool const is_function = segment.name == "WhoAmI" || segment.name == "RetrieveVersion";
  bool const is_action = segment.name == "CloseIncident";
  if (!is_function && !is_action) return std::nullopt;
  if (call.request.method != (is_function ? "GET" : "POST")) {
    return Checked<Response>(tl::unexpected(no_http_resource(engine.urls.dataverse + call.request.target)));
  }
  if (segment.name == "WhoAmI") return who_am_i(engine, call);
  if (segment.name == "RetrieveVersion") return retrieve_version(engine, call);
  return close_incident(engine, call);
}

std::optional<Checked<Response>> call_bound(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                            Segment const& segment) {
  constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";
  if (!segment.name.starts_with(kNamespace)) return std::nullopt;
  auto const name = segment.name.substr(kNamespace.size());
  bool const all = name == "RetrieveUserPrivileges";
  bool const one = name == "RetrieveUserPrivilegeByPrivilegeName";
  if (table.name != "systemuser" || (!all && !one)) {
    return Checked<Response>(tl::unexpected(unknown_segment(engine.settings.dialect, segment.name)));
  }
  if (call.request.method != "GET")
    return Checked<Response>(tl::unexpected(no_http_resource(engine.urls.dataverse + call.request.target)));
  if (engine.database.find(table, id) == nullptr) return Checked<Response>(tl::unexpected(no_such_row(table.schema_name, id)));
  auto const only = one ? named_key(segment.key.value_or(""), "PrivilegeName") : std::nullopt;
  if (one && !only)
    return Checked<Response>(tl::unexpected(bad_query(engine.settings.dialect, "The parameter 'PrivilegeName' is missing.")));
  return user_privileges(engine, call, id, only, name + "Response");
}

}  // namespace sandbox::dataverse
