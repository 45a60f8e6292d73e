// Modules: which tables belong together (contract: dataverse.md §18).
//
// A static catalogue comes first, since the application user mostly sees no app; then the apps that its roles show.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/odata.hpp>

namespace tandem::dataverse {
namespace {

struct Catalogued {
  std::string_view name, label;
  std::array<std::string_view, 6> entities;  // "" where there are fewer
};
constexpr std::array<Catalogued, 3> kCatalogue{{
    {"customer-service", "Customer Service", {"incident", "task", "phonecall", "email", "account", "contact"}},
    {"sales", "Sales", {"lead", "opportunity", "task", "phonecall", "account", "contact"}},
    {"field-service", "Field Service", {"msdyn_workorder", "bookableresourcebooking", "", "", "", ""}},
}};

// Lists that a role may not see at all are no error here: the catalogue stands.
Result<std::vector<json::Value>> read_if_allowed(http::Transport& transport, std::string const& organisation_url,
                                                 std::string const& path, std::string const& endpoint) {
  auto const request = make_request(organisation_url, "GET", path, endpoint);
  TANDEM_TRY(auto const reply, http::exchange(transport, request, http::Access::read));
  if (reply.status == 403 || reply.status == 404 || reply.status == 400) return std::vector<json::Value>{};
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, organisation_url, endpoint));
  TANDEM_TRY(auto const body, read_body(reply, endpoint));
  return std::vector<json::Value>(body["value"].items().begin(), body["value"].items().end());
}

}  // namespace

Result<std::vector<Module>> Client::modules(std::vector<EntityName> const& existing) {
  std::vector<Module> modules;
  auto const exists = [&](std::string_view name) {
    return std::any_of(existing.begin(), existing.end(), [&](auto const& one) { return one.logical_name == name; });
  };
  for (auto const& row : kCatalogue) {
    Module module{std::string(row.name), std::string(row.label), {}, false};
    for (auto const entity : row.entities) {
      if (exists(entity)) module.entities.emplace_back(entity);
    }
    if (!module.entities.empty()) modules.push_back(std::move(module));
  }
  modules.push_back({"custom", "Custom (any table)", {}, true});

  TANDEM_TRY(auto const apps,
             read_if_allowed(transport_, organisation_url_, "/appmodules?$select=name,uniquename,appmoduleidunique&$orderby=name",
                             "GET /appmodules"));
  for (auto const& app : apps) {
    auto const name = app["uniquename"].text();
    auto const id = normalized_uuid(app["appmoduleidunique"].text());
    auto const taken = std::any_of(modules.begin(), modules.end(), [&](auto const& module) { return module.name == name; });
    if (name.empty() || !id || taken) continue;
    auto const filter = fmt::format("_appmoduleidunique_value eq {} and componenttype eq 1", *id);  // 1 = table
    TANDEM_TRY(auto const components,
               read_if_allowed(transport_, organisation_url_,
                               "/appmodulecomponents?$select=objectid&$filter=" + text::percent_encoded(filter),
                               "GET /appmodulecomponents"));
    std::set<std::string> ids;
    for (auto const& component : components) {
      if (auto const one = normalized_uuid(component["objectid"].text())) ids.insert(*one);
    }
    Module module{std::string(name), app["name"].text_or(name), {}, false};
    for (auto const& entity : existing) {
      if (auto const one = normalized_uuid(entity.metadata_id); one && ids.contains(*one))
        module.entities.push_back(entity.logical_name);
    }
    modules.push_back(std::move(module));
  }
  return modules;
}

}  // namespace tandem::dataverse
