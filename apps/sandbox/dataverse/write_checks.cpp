#include "dataverse/write_checks.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/record_key.hpp"

namespace sandbox::dataverse {

namespace {

// Off unless the request asks for it.
Checked<std::monostate> check_duplicates(Engine const& engine, Call const& call, Table const& table, Row const& row) {
  auto const& rule = engine.settings.duplicate_rule;
  bool const asked = tandem::text::equal_ignoring_case(call.request.header("MSCRM.SuppressDuplicateDetection"), "false");
  if (!rule || !asked || rule->table != table.name) return std::monostate{};
  for (auto const& [id, other] : engine.database.data(table).rows) {
    if (id == row.id()) continue;
    bool const same = std::all_of(rule->columns.begin(), rule->columns.end(), [&, &candidate = other](auto const& name) {
      auto const column = table.index_of(name);
      return column >= 0 && !is_null(row.get(column)) &&
             compare_cells(table.column(column), row.get(column), candidate.get(column)) == 0;
    });
    if (!same) continue;
    return refuse(412, "0x80040333",
                  "A record was not created or updated because a duplicate of the current record already exists.");
  }
  return std::monostate{};
}

}  // namespace

Checked<std::monostate> check_plugin(Engine const& engine, Call const& call, Table const& table) {
  bool const bypass = tandem::text::equal_ignoring_case(call.request.header("MSCRM.BypassCustomPluginExecution"), "true");
  if (bypass) {
    SANDBOX_TRY([[maybe_unused]] auto const held, need_named(engine, call.caller, "prvBypassCustomPlugins", table.name));
    return std::monostate{};
  }
  auto const& plugin = engine.settings.plugin;
  if (!plugin || !call.caller.application || plugin->table != table.name) return std::monostate{};
  constexpr std::string_view kUnexpected = "0x80040224";  // the plug-in itself broke
  return refuse(plugin->code == kUnexpected ? 500 : 400, plugin->code, plugin->message);
}

Checked<std::monostate> check_write(Engine const& engine, Call const& call, Table const& table, Row const& row) {
  SANDBOX_TRY([[maybe_unused]] auto const free, check_keys(engine, table, row));
  SANDBOX_TRY([[maybe_unused]] auto const single, check_duplicates(engine, call, table, row));
  return check_plugin(engine, call, table);
}

Checked<std::monostate> check_depth(Engine const& engine, Caller const& caller, std::string_view kind, Table const& table,
                                    Row const& row) {
  if (visible_rows(engine, caller, table, kind)(row).value_or(false)) return std::monostate{};
  return refuse(403, "0x80048306", "The caller does not have enough privilege for this operation on the row.");
}

}  // namespace sandbox::dataverse
