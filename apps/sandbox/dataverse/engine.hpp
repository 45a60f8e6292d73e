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
  std::string behalf_of{};    // impersonation: the application user behind it (dataverse.md §16)
};

// A file on its way into or out of a note, in blocks (dataverse.md §22).
struct BlockTransfer {
  std::string note_id;
  bool upload = true;
  std::map<std::string, std::string> blocks;  // block id -> bytes
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
  std::map<std::string, BlockTransfer> transfers{};  // by FileContinuationToken

  [[nodiscard]] FilterContext context(std::string user_id = {}) const;
  // `base` as in Call; `page_size` limits expanded collections.
  [[nodiscard]] Presenter presenter(std::string base = {}, std::size_t page_size = kMostRows) const;
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
Response no_content();  // 204

// Privileges (dataverse.md §23).
std::string privilege_id(std::string_view name);
std::string privilege_name(std::string_view kind, Table const& table);  // prvReadIncident
std::vector<std::string> privilege_names(Schema const& schema);         // of every table, and those of metadata
bool holds_privilege(Engine const& engine, Caller const& caller, std::string_view name);
Checked<std::monostate> need(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table);
// Reading at organisation depth, as change tracking asks for it.
Checked<std::monostate> need_global_read(Engine const& engine, Caller const& caller, Table const& table);
Checked<std::monostate> need_named(Engine const& engine, Caller const& caller, std::string_view name, std::string_view entity);
// Rows beyond the depth of the caller's read privilege are invisible, not refused.
Predicate visible_rows(Engine const& engine, Caller const& caller, Table const& table, std::string_view kind = "Read");
// "Basic" | "Local" | "Deep" | "Global" of a caller's privilege on a table.
std::string depth_of(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table);

}  // namespace sandbox::dataverse
