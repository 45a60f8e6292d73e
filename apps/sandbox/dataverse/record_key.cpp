#include "dataverse/record_key.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/cell_input.hpp"
#include "dataverse/odata/split.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

// 'O''Brien' -> O'Brien; nothing when it is not quoted.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\'') ++i;  // doubled
  }
  return out;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 20 && text.find_first_not_of("-0123456789") == std::string_view::npos &&
         text.find_last_of('-') == (text.front() == '-' ? 0 : std::string_view::npos) && text != "-";
}

std::optional<Cell> cell_of_key(Engine const& engine, Table const& table, int index, std::string_view text) {
  auto const& column = table.column(index);
  if (column.is_lookup()) {
    auto const id = tandem::normalized_uuid(unquoted(text).value_or(std::string(text)));
    auto const* target = engine.schema.table(column.targets.front().table);
    return id && target != nullptr ? std::optional<Cell>(Reference{target, *id}) : std::nullopt;
  }
  json::Value value;
  if (auto const quoted = unquoted(text))
    value = *quoted;
  else if (text == "true" || text == "false")
    value = text == "true";
  else if (column.type == Type::uniqueidentifier || column.type == Type::date_time)
    value = std::string(text);
  else if (is_number(text))
    value = json::Number{std::string(text)};
  else
    return std::nullopt;
  auto cell = cell_from_json(table, column, value);
  return cell && !is_null(*cell) ? std::optional<Cell>(std::move(*cell)) : std::nullopt;
}

}  // namespace

Checked<RecordKey> record_key(Engine const& engine, Table const& table, std::string const& text) {
  RecordKey out;
  out.printed = text;
  auto const refused = [&] {
    return tl::unexpected(bad_query(engine.settings.dialect,
                                    fmt::format("Error in query syntax: '{}' is not a key of '{}'.", text, table.set_name)));
  };
  if (auto const id = tandem::normalized_uuid(text)) {
    out.id = *id;
    out.printed = *id;
    return out;
  }
  for (auto const& part : odata::split_outside(text, ',')) {
    auto const equals = part.find('=');
    if (equals == std::string::npos) return refused();
    auto const name = std::string(tandem::text::trimmed(std::string_view(part).substr(0, equals)));
    auto const value = tandem::text::trimmed(std::string_view(part).substr(equals + 1));
    auto const index = table.index_of_query_name(name);
    if (index < 0) return tl::unexpected(unknown_property(engine.settings.dialect, name, table.name));
    auto cell = cell_of_key(engine, table, index, value);
    if (!cell) return refused();
    out.values.emplace_back(index, std::move(*cell));
  }
  if (out.values.empty()) return refused();
  if (out.values.size() == 1 && out.values.front().first == table.primary) {
    out.id = std::get<std::string>(out.values.front().second);
    out.printed = out.id;
    return out;
  }
  out.alternate = true;
  Row given;
  std::vector<int> columns;
  for (auto const& [index, cell] : out.values) {
    given.set(index, cell);
    columns.push_back(index);
  }
  std::sort(columns.begin(), columns.end());
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    auto wanted = table.keys[i].columns;
    std::sort(wanted.begin(), wanted.end());
    if (wanted != columns) continue;
    auto const* row = engine.database.find_by_key(table, i, Database::key_text(table.keys[i], given).value_or(""));
    if (row != nullptr) out.id = row->id();
    return out;
  }
  return refused();
}

Checked<std::string> existing_id(Engine const& engine, Table const& table, std::string const& text) {
  SANDBOX_TRY(auto key, record_key(engine, table, text));
  if (key.id.empty()) return tl::unexpected(no_such_key(table.name));
  return std::move(key.id);
}

Checked<std::monostate> check_keys(Engine const& engine, Table const& table, Row const& row) {
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    auto const text = Database::key_text(table.keys[i], row);
    auto const* other = text ? engine.database.find_by_key(table, i, *text) : nullptr;
    if (other == nullptr || other->id() == row.id()) continue;
    return refuse(412, "0x80060892",
                  fmt::format("Entity Key {} violated. A record with the same value for {} already exists. A duplicate record "
                              "cannot be created.",
                              table.keys[i].name, table.column(table.keys[i].columns.front()).name));
  }
  return std::monostate{};
}

}  // namespace sandbox::dataverse
