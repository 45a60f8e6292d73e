#include "dataverse/world_rows.hpp"

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/cell_input.hpp"
#include "dataverse/notes.hpp"
#include "dataverse/write_body.hpp"
#include "world/relative_time.hpp"

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;
namespace json = tandem::json;

namespace {

constexpr std::string_view kAliases = "c7a0d5e2-6b1f-5f0a-9c3e-8d2b4f6a1e07";  // namespace of aliases

Result<Cell> cell_of(Engine const& engine, Table const& table, Column const& column, json::Value const& value) {
  if (value.is_null()) return Cell{};
  auto const bad = [&](std::string_view what) {
    return fail(ErrorKind::config, fmt::format("world file: table {}, column {}: {}", table.name, column.name, what));
  };
  if (column.is_lookup()) {
    if (!value.is_object() || value.members().size() != 1) return bad("a lookup is {\"table\":\"alias or GUID\"}");
    auto const& [target, alias] = *value.members().begin();
    auto const* other = engine.schema.table(target);
    if (other == nullptr || column.target(target) == nullptr) return bad("cannot point to '" + target + "'");
    return Cell{Reference{other, id_of_alias(target, alias.text())}};
  }
  if (column.type == Type::date_time && value.is_string()) {
    auto const at = instant_or_relative(value.text(), engine.clock.now());
    if (at) {
      auto const text = tandem::to_rfc3339_seconds(*at);
      return column.is_date_only() ? Cell{text.substr(0, 10)} : Cell{tandem::epoch_millis(tandem::floor_seconds(*at))};
    }
  }
  auto cell = cell_from_json(table, column, value);
  if (!cell) return bad(cell.error().message);
  return std::move(*cell);
}

// "{n}" in texts, {"cycle":[…]} by number; everything else stays.
json::Value grown(json::Value const& recipe, std::size_t number) {
  if (recipe.is_string()) {
    std::string text(recipe.text());
    for (auto at = text.find("{n}"); at != std::string::npos; at = text.find("{n}", at))
      text.replace(at, 3, fmt::format("{}", number));
    return text;
  }
  if (recipe.is_object() && recipe.has("cycle")) {
    auto const& choices = recipe["cycle"].items();
    return choices.empty() ? json::Value{} : grown(choices[number % choices.size()], number);
  }
  return recipe;
}

}  // namespace

std::string id_of_alias(std::string_view table, std::string_view alias) {
  if (auto const id = tandem::normalized_uuid(alias)) return *id;
  return tandem::uuid5(kAliases, fmt::format("{}/{}", table, alias));
}

Result<Unit> load_row(Engine& engine, Table const& table, json::Value const& value, std::string const& default_user) {
  Row row;
  row.set_id(value.has("@id") ? id_of_alias(table.name, value["@id"].text()) : engine.next_id("row"));
  for (auto const& [name, given] : value.members()) {
    if (name == "@id") continue;
    auto const index = table.index_of(name);
    if (index < 0) return fail(ErrorKind::config, fmt::format("world file: table {} has no column '{}'", table.name, name));
    auto const& column = table.column(index);
    TANDEM_TRY(auto cell, cell_of(engine, table, column, given));
    if (auto const* reference = std::get_if<Reference>(&cell)) {
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].of == column.name) row.set(static_cast<int>(i), Cell{reference->table->name});
      }
    }
    row.set(index, std::move(cell));
  }
  Caller const caller{default_user, false};
  apply_defaults(engine, caller, table, row);
  for (auto const& column : table.columns) {
    if (!column.joined.empty() && is_null(row.get(table.index_of(column.name)))) apply_joined(table, row);
  }
  if (auto const ruled = apply_note_rules(engine, table, row, value.members().find("documentbody")); !ruled) {
    return fail(ErrorKind::config, fmt::format("world file: table {}: {}", table.name, ruled.error().message));
  }
  Reference const who{engine.schema.table("systemuser"), default_user};
  constexpr std::int64_t kHour = 3'600'000;
  if (is_null(row.get(table.created_on))) row.set(table.created_on, engine.now_seconds() - kHour);
  if (is_null(row.get(table.modified_on))) row.set(table.modified_on, row.get(table.created_on));
  if (is_null(row.get(table.created_by))) row.set(table.created_by, who);
  if (is_null(row.get(table.modified_by))) row.set(table.modified_by, who);
  engine.database.put(table, std::move(row));
  return Unit{};
}

Result<Unit> grow_rows(Engine& engine, json::Value const& recipe, std::size_t count, std::string const& default_user) {
  auto const* table = engine.schema.table(recipe["table"].text());
  if (table == nullptr) return fail(ErrorKind::config, "world file: \"grow\" names no table");
  for (std::size_t i = 1; i <= count; ++i) {
    json::Value row{json::Object{{"@id", fmt::format("grown-{}", i)}}};
    for (auto const& [name, value] : recipe["columns"].members()) row.set(name, grown(value, i));
    TANDEM_CHECK(load_row(engine, *table, row, default_user));
  }
  return Unit{};
}

}  // namespace sandbox::dataverse
