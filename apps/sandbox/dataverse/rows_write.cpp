#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>

#include "dataverse/notes.hpp"
#include "dataverse/options.hpp"
#include "dataverse/rows.hpp"
#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

// The word null in If-None-Match only overrides caching (dataverse.md §2).
std::string_view none_match(Request const& request) {
  auto const value = request.header("If-None-Match");
  return value == "null" ? std::string_view{} : value;
}

Refusal version_mismatch(Dialect dialect) {
  return {412, dialect == Dialect::older ? "" : "0x80060882",
          "The version of the existing record doesn't match the RowVersion property provided."};
}

Checked<Response> answer_written(Engine& engine, Call const& call, Table const& table, Row const& row, bool created) {
  auto const entity_id = fmt::format("{}/{}({})", call.base, table.set_name, row.id());
  if (!call.preferences.representation) {
    Response response{204, {}, ""};
    return response.with("OData-Version", "4.0").with("Location", entity_id).with("OData-EntityId", entity_id);
  }
  SANDBOX_TRY(auto const options, options_of(call.request, table, engine.context()));
  json::Object body{{"@odata.context", fmt::format("{}/$metadata#{}/$entity", call.base, table.set_name)}};
  for (auto& [name, value] : engine.presenter().row(table, row, options.select, {}, call.preferences)) body.append(name, value);
  auto response = json_answer(created ? 201 : 200, body);
  return response.with("ETag", etag_of(row)).with("Location", entity_id).with("OData-EntityId", entity_id);
}

Checked<Response> insert(Engine& engine, Call const& call, Table const& table, std::string id, json::Object const& body) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Create", table));
  Row row;
  row.set_id(std::move(id));
  SANDBOX_TRY([[maybe_unused]] auto const applied, apply_body(engine, call.caller, table, row, body, Write::create));
  SANDBOX_TRY([[maybe_unused]] auto const ruled, apply_note_rules(engine, table, row, body.find("documentbody") != nullptr));
  auto const& stored = store_row(engine, call.caller, table, std::move(row), Write::create);
  touch_parent(engine, call.caller, table, stored);
  return answer_written(engine, call, table, stored, true);
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

Checked<Response> create_row(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY(auto const body, body_of(call.request, table));
  std::string id;
  if (auto const* given = body.find(table.primary_id); given != nullptr) {
    auto const normalized = tandem::normalized_uuid(given->text());
    if (!normalized) {
      return tl::unexpected(bad_payload(
          table.name, fmt::format("Microsoft.OData.ODataException: Cannot convert the literal '{}' to the expected type "
                                  "'Edm.Guid'.",
                                  given->scalar_text())));
    }
    id = *normalized;
  }
  if (id.empty()) id = engine.next_id("row");
  if (engine.database.find(table, id) != nullptr) {
    SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Create", table));
    return refuse(412, "0x80040237", "Cannot insert duplicate key.");
  }
  return insert(engine, call, table, std::move(id), body);
}

Checked<Response> patch_row(Engine& engine, Call const& call, Table const& table, std::string const& id) {
  auto const* row = engine.database.find(table, id);
  auto const match = call.request.header("If-Match");
  SANDBOX_TRY(auto const body, body_of(call.request, table));
  if (row == nullptr) {
    if (!match.empty()) return tl::unexpected(no_such_row(table.name, id));
    return insert(engine, call, table, id, body);
  }
  if (none_match(call.request) == "*") {
    return refuse(412, engine.settings.dialect == Dialect::older ? "" : "0x80040237",
                  "A record with matching key values already exists.");
  }
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Write", table));
  if (!match.empty() && match != "*" && match != etag_of(*row)) return tl::unexpected(version_mismatch(engine.settings.dialect));
  Row changed = *row;
  SANDBOX_TRY([[maybe_unused]] auto const applied, apply_body(engine, call.caller, table, changed, body, Write::update));
  SANDBOX_TRY([[maybe_unused]] auto const ruled, apply_note_rules(engine, table, changed, body.find("documentbody") != nullptr));
  auto const& stored = store_row(engine, call.caller, table, std::move(changed), Write::update);
  touch_parent(engine, call.caller, table, stored);
  return answer_written(engine, call, table, stored, false);
}

Checked<Response> delete_row(Engine& engine, Call const& call, Table const& table, std::string const& id) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Delete", table));
  auto const* row = engine.database.find(table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(table.name, id));
  auto const match = call.request.header("If-Match");
  if (!match.empty() && match != "*" && match != etag_of(*row)) return tl::unexpected(version_mismatch(engine.settings.dialect));
  engine.database.erase(table, id);
  Response response{204, {}, ""};
  return response.with("OData-Version", "4.0");
}

Checked<Response> clear_lookup(Engine& engine, Call const& call, Table const& table, std::string const& id,
                               std::string const& navigation) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Write", table));
  auto const* row = engine.database.find(table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(table.name, id));
  if (table.navigation(navigation).column < 0) return tl::unexpected(unknown_segment(engine.settings.dialect, navigation));
  Row changed = *row;
  json::Object const body{{navigation + "@odata.bind", nullptr}};
  SANDBOX_TRY([[maybe_unused]] auto const applied, apply_body(engine, call.caller, table, changed, body, Write::update));
  store_row(engine, call.caller, table, std::move(changed), Write::update);
  Response response{204, {}, ""};
  return response.with("OData-Version", "4.0");
}

}  // namespace sandbox::dataverse
