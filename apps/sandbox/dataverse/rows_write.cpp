#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>

#include "dataverse/closing.hpp"
#include "dataverse/notes.hpp"
#include "dataverse/options.hpp"
#include "dataverse/rows.hpp"
#include "dataverse/write_body.hpp"
#include "dataverse/write_checks.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

// The word null in If-None-Match only overrides caching (dataverse.md §2).
std::string_view none_match(Request const& request) {
  auto const value = request.header("If-None-Match");
  return value == "null" ? std::string_view{} : value;
}

Checked<std::monostate> check_match(Engine const& engine, Call const& call, Table const& table, Row const& row) {
  auto const match = call.request.header("If-Match");
  if (match.empty() || match == "*" || match == etag_of(row)) return std::monostate{};
  if (!table.optimistic)
    return tl::unexpected(invalid_argument(fmt::format("Optimistic concurrency isn't enabled for entity type {}.", table.name)));
  return tl::unexpected(version_mismatch(engine.settings.dialect));
}

// `printed`: the key as the client wrote it, which the answer repeats.
Checked<Response> answer_written(Engine& engine, Call const& call, Table const& table, Row const& row, bool created,
                                 std::string const& printed) {
  auto const entity_id = fmt::format("{}/{}({})", call.base, table.set_name, printed);
  if (!call.preferences.representation) {
    auto response = no_content();
    return response.with("Location", entity_id).with("OData-EntityId", entity_id);
  }
  SANDBOX_TRY(auto const options, options_of(call.request, table, engine.context(call.caller.user_id)));
  Options shown;
  shown.selected_names = options.selected_names;
  json::Object body{{"@odata.context", fmt::format("{}/$metadata#{}{}/$entity", call.base, table.set_name, context_list(shown))}};
  for (auto& [name, value] : engine.presenter(call.base).row(table, row, options.select, {}, call.preferences))
    body.append(name, value);
  auto response = json_answer(created ? 201 : 200, body);
  return response.with("ETag", etag_of(row)).with("Location", entity_id).with("OData-EntityId", entity_id);
}

Checked<std::string> id_in_body(Engine& engine, Table const& table, json::Object const& body) {
  auto const* given = body.find(table.primary_id);
  if (given == nullptr) return engine.next_id("row");
  auto const normalized = tandem::normalized_uuid(given->text());
  if (normalized) return *normalized;
  return tl::unexpected(bad_payload(
      table.name, fmt::format("Microsoft.OData.ODataException: Cannot convert the literal '{}' to the expected type 'Edm.Guid'.",
                              given->scalar_text())));
}

// The rows that belong to this one (notes, activities) go with it; other lookups to it are emptied where they may be.
void erase_with_children(Engine& engine, Table const& table, std::string const& id) {
  for (auto const& other : engine.schema.tables()) {
    for (std::size_t i = 0; i < other->columns.size(); ++i) {
      auto const& column = other->columns[i];
      auto const index = static_cast<int>(i);
      if (!is_indexed(column) || column.target(table.name) == nullptr) continue;
      auto const& by_lookup = engine.database.data(*other).by_lookup;
      auto const found = by_lookup.find({index, id});
      if (found == by_lookup.end()) continue;
      std::vector<std::string> const children(found->second.begin(), found->second.end());
      for (auto const& child : children) {
        auto const* row = engine.database.find(*other, child);
        auto const* reference = row == nullptr ? nullptr : row->reference(index);
        if (reference == nullptr || reference->table != &table) continue;
        if (column.cascades) {
          erase_with_children(engine, *other, child);
        } else if (column.required != "SystemRequired") {
          Row unlinked = *row;
          unlinked.set(index, {});
          engine.database.put(*other, std::move(unlinked));
        }
      }
    }
  }
  engine.database.erase(table, id);
}

}  // namespace

Checked<json::Object> body_of(Request const& request, Table const& table) {
  auto parsed = json::parse(request.body, {.bytes = 512U << 20U});
  if (!parsed || !parsed->is_object()) {
    return tl::unexpected(
        bad_payload(table.name,
                    "Newtonsoft.Json.JsonReaderException: Error reading JObject from JsonReader. The body is not a "
                    "JSON object."));
  }
  return std::move(*parsed->if_object());
}

Checked<Row const*> insert_row(Engine& engine, Call const& call, Table const& table, std::string id, json::Object const& body) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Create", table));
  if (id.empty()) {
    SANDBOX_TRY(id, id_in_body(engine, table, body));
  }
  if (engine.database.find(table, id) != nullptr) return refuse(412, "0x80040237", "Cannot insert duplicate key.");
  Row row;
  row.set_id(std::move(id));
  SANDBOX_TRY([[maybe_unused]] auto const applied, apply_body(engine, call.caller, table, row, body, Write::create));
  SANDBOX_TRY([[maybe_unused]] auto const ruled, apply_note_rules(engine, table, row, body.find("documentbody")));
  SANDBOX_TRY([[maybe_unused]] auto const checked, check_write(engine, call, table, row));
  auto const& stored = store_row(engine, call.caller, table, std::move(row), Write::create);
  touch_parent(engine, call.caller, table, stored);
  return &stored;
}

Checked<Row const*> update_row(Engine& engine, Call const& call, Table const& table, std::string const& id,
                               json::Object const& body) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Write", table));
  auto const* row = engine.database.find(table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(table, id));
  SANDBOX_TRY([[maybe_unused]] auto const reached, check_depth(engine, call.caller, "Write", table, *row));
  Row changed = *row;
  SANDBOX_TRY([[maybe_unused]] auto const applied, apply_body(engine, call.caller, table, changed, body, Write::update));
  SANDBOX_TRY([[maybe_unused]] auto const ruled, apply_note_rules(engine, table, changed, body.find("documentbody")));
  SANDBOX_TRY([[maybe_unused]] auto const legal, check_state_change(engine, table, *row, changed));
  SANDBOX_TRY([[maybe_unused]] auto const checked, check_write(engine, call, table, changed));
  auto const state_before = table.state < 0 ? 0 : row->number(table.state);
  auto const& stored = store_row(engine, call.caller, table, std::move(changed), Write::update);
  after_state_change(engine, call.caller, table, state_before, stored);
  touch_parent(engine, call.caller, table, stored);
  return &stored;
}

Checked<Response> create_row(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY(auto const body, body_of(call.request, table));
  SANDBOX_TRY(auto const* row, insert_row(engine, call, table, {}, body));
  return answer_written(engine, call, table, *row, true, row->id());
}

Checked<Response> patch_row(Engine& engine, Call const& call, Table const& table, RecordKey const& key) {
  auto const* row = key.id.empty() ? nullptr : engine.database.find(table, key.id);
  SANDBOX_TRY(auto body, body_of(call.request, table));
  if (row == nullptr) {
    if (!call.request.header("If-Match").empty())
      return tl::unexpected(key.alternate ? no_such_key(table.name) : no_such_row(table, key.id));
    Presenter const presenter = engine.presenter();
    Row given;  // the key in the address is part of what is created
    for (auto const& [column, cell] : key.values) given.set(column, cell);
    for (auto const& [column, cell] : key.values) {
      auto const& name = table.column(column).name;
      if (key.alternate && !table.column(column).is_lookup() && body.find(name) == nullptr)
        body.set(name, presenter.value(table, given, column));
    }
    SANDBOX_TRY(auto const* created, insert_row(engine, call, table, key.id, body));
    return answer_written(engine, call, table, *created, true, key.alternate ? key.printed : created->id());
  }
  if (none_match(call.request) == "*") {
    return refuse(412, engine.settings.dialect == Dialect::older ? "" : "0x80040237",
                  "A record with matching key values already exists.");
  }
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Write", table));
  SANDBOX_TRY([[maybe_unused]] auto const matched, check_match(engine, call, table, *row));
  SANDBOX_TRY(auto const* stored, update_row(engine, call, table, key.id, body));
  return answer_written(engine, call, table, *stored, false, key.alternate ? key.printed : stored->id());
}

Checked<Response> delete_row(Engine& engine, Call const& call, Table const& table, std::string const& id) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Delete", table));
  auto const* row = engine.database.find(table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(table, id));
  SANDBOX_TRY([[maybe_unused]] auto const reached, check_depth(engine, call.caller, "Delete", table, *row));
  SANDBOX_TRY([[maybe_unused]] auto const matched, check_match(engine, call, table, *row));
  SANDBOX_TRY([[maybe_unused]] auto const checked, check_plugin(engine, call, table));
  erase_with_children(engine, table, id);
  return no_content();
}

Checked<Response> write_property(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                 std::string const& property) {
  auto const column = table.index_of(property);
  if (column < 0 || table.column(column).is_lookup()) return tl::unexpected(unknown_segment(engine.settings.dialect, property));
  json::Object change{{property, nullptr}};
  if (call.request.method == "PUT") {
    SANDBOX_TRY(auto const body, body_of(call.request, table));
    auto const* value = body.find("value");
    if (value == nullptr || body.size() != 1)
      return tl::unexpected(bad_payload(table.name, "Microsoft.OData.ODataException: A property is written as {\"value\":…}."));
    change.set(property, *value);
  }
  SANDBOX_TRY(auto const* row, update_row(engine, call, table, id, change));
  return answer_written(engine, call, table, *row, false, row->id());
}

}  // namespace sandbox::dataverse
