#include "dataverse/functions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>

#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kNamespace = "Microsoft.Dynamics.CRM.";

std::string response_type(Call const& call, std::string_view type) {
  return fmt::format("{}/$metadata#Microsoft.Dynamics.CRM.{}", call.base, type);
}

Checked<Response> who_am_i(Engine& engine, Call const& call) {
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "WhoAmIResponse")},
                                       {"BusinessUnitId", engine.organization.business_unit_id},
                                       {"UserId", call.caller.user_id},
                                       {"OrganizationId", engine.organization.id}});
}

Checked<Response> retrieve_version(Engine& engine, Call const& call) {
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "RetrieveVersionResponse")},
                                       {"Version", engine.organization.version}});
}

json::Object role_privilege(Engine const& engine, Caller const& caller, std::string const& name) {
  auto const id = privilege_id(name);
  auto depth = std::string("Global");
  if (caller.application) {
    for (auto const& [known, value] : engine.settings.depths) {
      if (privilege_id(known) == id) depth = value;
    }
  }
  return json::Object{{"Depth", depth},
                      {"PrivilegeId", id},
                      {"BusinessUnitId", engine.organization.business_unit_id},
                      {"PrivilegeName", name},
                      {"RecordFilterId", "00000000-0000-0000-0000-000000000000"},
                      {"RecordFilterUniqueName", ""}};
}

// The application user's privileges can be taken away, a person holds all.
Caller who(Call const& call, std::string const& user_id) {
  return Caller{user_id, user_id == call.caller.user_id && call.caller.application, {}};
}

Checked<Response> user_privileges(Engine const& engine, Call const& call, std::string const& user_id,
                                  std::optional<std::string> const& only_id, std::string_view type) {
  auto const user = who(call, user_id);
  json::Array list;
  for (auto const& name : privilege_names(engine.schema)) {
    if (only_id && *only_id != privilege_id(name)) continue;
    if (holds_privilege(engine, user, name)) list.push_back(role_privilege(engine, user, name));
  }
  return json_answer(200, json::Object{{"@odata.context", response_type(call, type)}, {"RolePrivileges", std::move(list)}});
}

// Target=@t with @t={'@odata.id':'incidents(<guid>)'} (dataverse.md §23).
Checked<Response> principal_access(Engine const& engine, Call const& call, std::string const& user_id, std::string const& key) {
  auto const bad = [&] {
    return tl::unexpected(
        bad_query(engine.settings.dialect, "The parameter 'Target' is missing or is not a reference to a row."));
  };
  constexpr std::string_view kTarget = "Target=";
  if (!key.starts_with(kTarget)) return bad();
  auto text = key.substr(kTarget.size());
  if (text.starts_with('@')) text = call.request.query(text).value_or("");
  for (char& c : text) c = c == '\'' ? '"' : c;  // JSON with single quotes is what the documentation shows
  auto const parsed = json::parse(text);
  auto const segments = segments_of(parsed ? (*parsed)["@odata.id"].text() : std::string_view{});
  if (!segments || segments->empty() || !segments->back().key) return bad();
  auto const* table = engine.schema.table_of_set(segments->back().name);
  if (table == nullptr) return tl::unexpected(unknown_segment(engine.settings.dialect, segments->back().name));
  SANDBOX_TRY(auto const id, existing_id(engine, *table, *segments->back().key));
  auto const* row = engine.database.find(*table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(*table, id));
  auto const user = who(call, user_id);
  std::string rights;
  for (std::string const kind : {"Read", "Write", "Append", "AppendTo", "Create", "Delete", "Share", "Assign"}) {
    bool const exists = std::find(table->privileges.begin(), table->privileges.end(), kind) != table->privileges.end();
    bool const held = exists && holds_privilege(engine, user, privilege_name(kind, *table)) &&
                      visible_rows(engine, user, *table, kind)(*row).value_or(false);
    if (held) rights += (rights.empty() ? "" : ", ") + kind + "Access";
  }
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "RetrievePrincipalAccessResponse")},
                                       {"AccessRights", rights.empty() ? "None" : rights}});
}

// AppModuleId=<guid> -> the app's components, as rows of appmodulecomponent.
Checked<Response> app_components(Engine const& engine, Call const& call, Segment const& segment) {
  constexpr std::string_view kParameter = "AppModuleId=";
  auto const key = segment.key.value_or("");
  auto const id = key.starts_with(kParameter) ? tandem::normalized_uuid(key.substr(kParameter.size())) : std::nullopt;
  if (!id) return tl::unexpected(bad_query(engine.settings.dialect, "The parameter 'AppModuleId' is missing."));
  auto const* apps = engine.schema.table("appmodule");
  auto const* components = engine.schema.table("appmodulecomponent");
  if (apps == nullptr || components == nullptr) return tl::unexpected(unknown_segment(engine.settings.dialect, segment.name));
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", *components));
  if (engine.database.find(*apps, *id) == nullptr) return tl::unexpected(no_such_row(*apps, *id));
  json::Array list;
  auto const& data = engine.database.data(*components);
  auto const found = data.by_lookup.find({components->index_of("appmoduleidunique"), *id});
  if (found != data.by_lookup.end()) {
    for (auto const component : found->second) {
      json::Object row{{"@odata.type", "#Microsoft.Dynamics.CRM.appmodulecomponent"}};
      auto const all = engine.presenter(call.base).row(*components, *engine.database.find(*components, component), {}, {}, {});
      for (auto const& [name, value] : all) row.append(name, value);
      list.push_back(std::move(row));
    }
  }
  return json_answer(200, json::Object{{"@odata.context",
                                        fmt::format("{}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)", call.base)},
                                       {"value", std::move(list)}});
}

struct Function {
  std::string_view name;
  Checked<Response> (*run)(Engine&, Call const&);
};
constexpr Function kFunctions[] = {{"WhoAmI", who_am_i}, {"RetrieveVersion", retrieve_version}};
constexpr Function kActions[] = {{"CloseIncident", close_incident},
                                 {"WinOpportunity", win_opportunity},
                                 {"LoseOpportunity", lose_opportunity},
                                 {"InitializeAnnotationBlocksUpload", initialize_upload},
                                 {"UploadBlock", upload_block},
                                 {"CommitAnnotationBlocksUpload", commit_upload},
                                 {"InitializeAnnotationBlocksDownload", initialize_download},
                                 {"DownloadBlock", download_block}};

tl::unexpected<Refusal> wrong_call(Engine const& engine, Call const& call) {
  return tl::unexpected(no_http_resource(engine.urls.dataverse + call.request.target));
}

Checked<Response> call_user(Engine const& engine, Call const& call, std::string const& id, std::string const& name,
                            Segment const& segment) {
  auto const key = segment.key.value_or("");
  auto const missing = [&](std::string_view parameter) {
    return tl::unexpected(bad_query(engine.settings.dialect, fmt::format("The parameter '{}' is missing.", parameter)));
  };
  if (name == "RetrievePrincipalAccess") return principal_access(engine, call, id, key);
  std::optional<std::string> only;
  if (name == "RetrieveUserPrivilegeByPrivilegeName") {
    auto const wanted = named_key(key, "PrivilegeName");
    if (!wanted) return missing("PrivilegeName");
    only = privilege_id(*wanted);
  } else if (name == "RetrieveUserPrivilegeByPrivilegeId") {
    constexpr std::string_view kId = "PrivilegeId=";
    only = key.starts_with(kId) ? tandem::normalized_uuid(key.substr(kId.size())) : std::nullopt;
    if (!only) return missing("PrivilegeId");
  }
  return user_privileges(engine, call, id, only, name + "Response");
}

}  // namespace

Checked<json::Object> parameters_of(Call const& call) {
  auto parsed = json::parse(call.request.body, {.bytes = 512U << 20U});
  if (parsed && parsed->is_object()) return std::move(*parsed->if_object());
  return tl::unexpected(bad_payload(
      "", "Newtonsoft.Json.JsonReaderException: Error reading JObject from JsonReader. The body is not a JSON object."));
}

Checked<std::int64_t> status_parameter(Engine const& engine, json::Object const& parameters) {
  auto const* given = parameters.find("Status");
  auto const status = given == nullptr ? std::nullopt : given->integer();
  if (!status) return tl::unexpected(invalid_argument("The parameter 'Status' of the action is required."));
  if (*status == -1 && !engine.settings.default_status) return refuse(400, "0x80048408", "-1 is not a valid status code.");
  return *status;
}

std::optional<Checked<Response>> call_unbound(Engine& engine, Call const& call, Segment const& segment) {
  auto const& method = call.request.method;
  for (auto const& function : kFunctions) {
    if (function.name != segment.name) continue;
    if (method != "GET") return Checked<Response>(wrong_call(engine, call));
    return function.run(engine, call);
  }
  for (auto const& action : kActions) {
    if (action.name != segment.name) continue;
    if (method != "POST" || segment.key) return Checked<Response>(wrong_call(engine, call));
    return action.run(engine, call);
  }
  if (segment.name != "RetrieveAppComponents") return std::nullopt;
  if (method != "GET") return Checked<Response>(wrong_call(engine, call));
  return app_components(engine, call, segment);
}

std::optional<Checked<Response>> call_bound(Engine& engine, Call const& call, Table const& table,
                                            std::optional<std::string> const& id, Segment const& segment) {
  if (!segment.name.starts_with(kNamespace)) return std::nullopt;
  auto const name = segment.name.substr(kNamespace.size());
  auto const& method = call.request.method;
  bool const multiple = !id && (name == "CreateMultiple" || name == "UpdateMultiple");
  bool const qualify = id && name == "QualifyLead" && table.name == "lead";
  bool const user = id && table.name == "systemuser" &&
                    (name == "RetrieveUserPrivileges" || name == "RetrieveUserPrivilegeByPrivilegeName" ||
                     name == "RetrieveUserPrivilegeByPrivilegeId" || name == "RetrievePrincipalAccess");
  if (!multiple && !qualify && !user)
    return Checked<Response>(tl::unexpected(unknown_segment(engine.settings.dialect, segment.name)));
  if (method != (user ? "GET" : "POST")) return Checked<Response>(wrong_call(engine, call));
  if (multiple) return name == "CreateMultiple" ? create_multiple(engine, call, table) : update_multiple(engine, call, table);
  auto const row_id = existing_id(engine, table, *id);
  if (!row_id) return Checked<Response>(tl::unexpected(row_id.error()));
  if (engine.database.find(table, *row_id) == nullptr) return Checked<Response>(tl::unexpected(no_such_row(table, *row_id)));
  return qualify ? qualify_lead(engine, call, table, *row_id) : call_user(engine, call, *row_id, name, segment);
}

}  // namespace sandbox::dataverse
