// Fills the Dataverse service from its part of a world file.
#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/service.hpp"
#include "dataverse/world_rows.hpp"

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;
namespace json = tandem::json;

namespace {

// What a role may hold, as rows: GET /privileges?$filter=name eq 'prvReadIncident'.
Result<Unit> load_privileges(Engine& engine, std::string const& default_user) {
  auto const* table = engine.schema.table("privilege");
  if (table == nullptr) return Unit{};
  for (auto const& name : privilege_names(engine.schema)) {
    json::Value const row{json::Object{{"@id", privilege_id(name)}, {"name", name}}};
    TANDEM_CHECK(load_row(engine, *table, row, default_user));
  }
  return Unit{};
}

}  // namespace

Result<Unit> DataverseService::load(json::Value const& part) {
  TANDEM_TRY(engine_.schema, Schema::from_json(part["tables"], part["globalChoices"]));
  if (engine_.schema.table("systemuser") == nullptr)
    return fail(ErrorKind::config, "world file: dataverse needs a table systemuser");
  engine_.database = Database{};
  engine_.sequences.clear();
  engine_.transfers.clear();
  engine_.tenant_id = tandem::text::ascii_lower(part["tenantId"].text());
  auto const& organization = part["organization"];
  engine_.organization.id = id_of_alias("organization", organization["id"].text());
  engine_.organization.name = organization["name"].text_or("");
  engine_.organization.business_unit_id = id_of_alias("businessunit", organization["businessUnit"].text());
  engine_.organization.version = organization["version"].text_or(engine_.organization.version);
  engine_.organization.currency_symbol = organization["currencySymbol"].text_or("$");
  if (auto const locale = locale_named(organization["locale"].text_or("en-US"))) engine_.settings.locale = *locale;
  people_.clear();
  for (auto const& [login, alias] : part["people"].members()) people_[login] = id_of_alias("systemuser", alias.text());
  auto const default_user = id_of_alias("systemuser", part["defaultUser"].text());
  for (auto const& [table_name, rows] : part["records"].members()) {
    auto const* table = engine_.schema.table(table_name);
    if (table == nullptr) return fail(ErrorKind::config, "world file: records of an unknown table '" + table_name + "'");
    for (auto const& row : rows.items()) TANDEM_CHECK(load_row(engine_, *table, row, default_user));
  }
  TANDEM_CHECK(load_privileges(engine_, default_user));
  grow_recipe_ = part["grow"];
  grow_user_ = default_user;
  return Unit{};
}

Result<Unit> DataverseService::grow(std::size_t count) { return grow_rows(engine_, grow_recipe_, count, grow_user_); }

}  // namespace sandbox::dataverse
