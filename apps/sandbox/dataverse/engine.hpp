// What the parts of the Dataverse service share: organisation, tables, rows, switches, and who is calling.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataverse/database.hpp"
#include "dataverse/predicate.hpp"
#include "dataverse/prefer.hpp"
#include "dataverse/present.hpp"
#include "dataverse/refusal.hpp"
#include "dataverse/settings.hpp"
#include "world/urls.hpp"

namespace sandbox::dataverse {

struct Caller {
  std::string user_id;        // systemuserid
  bool application = true;    // a person (control edits) has every privilege
};

struct Engine {
  VirtualClock& clock;
  Urls const& urls;
  std::uint64_t seed = 1;
  std::uint64_t ids = 0;
  Settings settings{};
  Organization organization{};
  std::string tenant_id{};
  Schema schema{};
  Database database{};
  std::map<std::string, std::int64_t> sequences{};  // "incident/ticketnumber" -> last number given

  [[nodiscard]] FilterContext context() const { return {schema, database, settings.dialect}; }
  [[nodiscard]] Presenter presenter() const { return {schema, database, settings.locale, organization.currency_symbol}; }
  [[nodiscard]] std::int64_t now_seconds() const;  // milliseconds, cut to whole seconds: how Dataverse keeps time
  std::string next_id(std::string_view kind);      // random-looking, the same for the same seed
};

// One request on its way through the service.
struct Call {
  Request const& request;
  Caller caller;
  Preferences preferences;
  std::string base;  // "https://org/api/data/v9.2": absolute URLs in the answer start with it
};

Response json_answer(int status, tandem::json::Value const& body);

// Privileges (dataverse.md §23).
std::string privilege_id(std::string_view name);
std::string privilege_name(std::string_view kind, Table const& table);  // prvReadIncident
std::vector<std::string> privilege_names(Schema const& schema);         // of every table, and those of metadata
bool holds_privilege(Engine const& engine, Caller const& caller, std::string_view name);
Checked<std::monostate> need(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table);
Checked<std::monostate> need_named(Engine const& engine, Caller const& caller, std::string_view name, std::string_view entity);
// Rows beyond the depth of the caller's read privilege are invisible, not refused.
Predicate visible_rows(Engine const& engine, Caller const& caller, Table const& table);

}  // namespace sandbox::dataverse
