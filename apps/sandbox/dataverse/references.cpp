// /$ref: which rows are linked, linking and unlinking them (dataverse.md §12; associate and disassociate of the clients).
#include <fmt/format.h>

#include <tandem/base/text/percent.hpp>

#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

std::string address(Call const& call, Table const& table, std::string const& id) {
  return fmt::format("{}/{}({})", call.base, table.set_name, id);
}

Checked<Response> read_references(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                  std::string const& name) {
  SANDBOX_TRY(auto const* row, visible_row(engine, call, table, id));
  if (auto const navigation = table.navigation(name); navigation.column >= 0) {
    auto const* reference = row->reference(navigation.column);
    if (reference == nullptr || reference->table == nullptr) return no_content();
    return json_answer(200, json::Object{{"@odata.context", call.base + "/$metadata#$ref"},
                                         {"@odata.id", address(call, *reference->table, reference->id)}});
  }
  auto const collection = engine.schema.collection(table, name);
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", *collection.table));
  json::Array list;
  auto const& by_lookup = engine.database.data(*collection.table).by_lookup;
  if (auto const found = by_lookup.find({collection.column, id}); found != by_lookup.end()) {
    for (auto const other : found->second) {
      if (list.size() == kMostRows) break;
      list.push_back(json::Object{{"@odata.id", address(call, *collection.table, std::string(other))}});
    }
  }
  return json_answer(200,
                     json::Object{{"@odata.context", call.base + "/$metadata#Collection($ref)"}, {"value", std::move(list)}});
}

// The address in {"@odata.id":"…"}.
Checked<std::string> reference_in_body(Call const& call, Table const& table) {
  SANDBOX_TRY(auto const body, body_of(call.request, table));
  auto const* given = body.find("@odata.id");
  if (given == nullptr || !given->is_string()) {
    return tl::unexpected(
        bad_payload(table.set_name, "Microsoft.OData.ODataException: A link is written as {\"@odata.id\":\"…\"}."));
  }
  return given->text_or("");
}

// The last segment with a key of an address -> the row's id.
Checked<std::string> id_at(Engine const& engine, Table const& table, std::string_view url) {
  auto const segments = segments_of(tandem::text::percent_decoded(url));
  if (!segments || segments->empty() || !segments->back().key || segments->back().name != table.set_name) {
    return tl::unexpected(
        bad_payload(table.set_name, fmt::format("Microsoft.OData.ODataException: '{}' is not a reference to a row.", url)));
  }
  return existing_id(engine, table, *segments->back().key);
}

// A collection's link is the lookup of the other row.
Checked<Response> link_other(Engine& engine, Call const& call, Table const& table, std::string const& id,
                             Schema::Collection const& collection, std::string const& other, bool linked) {
  auto const* target = collection.table->column(collection.column).target(table.name);
  auto const* row = engine.database.find(*collection.table, other);
  if (row == nullptr) return tl::unexpected(no_such_row(*collection.table, other));
  auto const* reference = row->reference(collection.column);
  bool const ours = reference != nullptr && reference->id == id;
  if (!linked && !ours) return tl::unexpected(no_such_row(*collection.table, other));
  json::Value const bound = linked ? json::Value(fmt::format("/{}({})", table.set_name, id)) : json::Value();
  SANDBOX_TRY([[maybe_unused]] auto const* written,
              update_row(engine, call, *collection.table, other, json::Object{{target->navigation + "@odata.bind", bound}}));
  return no_content();
}

}  // namespace

Checked<Response> handle_references(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                    Segment const& segment) {
  auto const& method = call.request.method;
  auto const navigation = table.navigation(segment.name);
  auto const collection = engine.schema.collection(table, segment.name);
  if (navigation.column < 0 && collection.table == nullptr)
    return tl::unexpected(unknown_segment(engine.settings.dialect, segment.name));
  if (engine.database.find(table, id) == nullptr) return tl::unexpected(no_such_row(table, id));
  if (method == "GET" && !segment.key) return read_references(engine, call, table, id, segment.name);
  bool const sets = navigation.column >= 0 && method == "PUT" && !segment.key;
  bool const clears = navigation.column >= 0 && method == "DELETE" && !segment.key;
  if (sets || clears) {
    json::Value bound;
    if (sets) {
      SANDBOX_TRY(bound, reference_in_body(call, table));
    }
    SANDBOX_TRY([[maybe_unused]] auto const* row,
                update_row(engine, call, table, id, json::Object{{segment.name + "@odata.bind", std::move(bound)}}));
    return no_content();
  }
  if (collection.table != nullptr && method == "POST" && !segment.key) {
    SANDBOX_TRY(auto const url, reference_in_body(call, table));
    SANDBOX_TRY(auto const other, id_at(engine, *collection.table, url));
    return link_other(engine, call, table, id, collection, other, true);
  }
  if (collection.table != nullptr && method == "DELETE") {
    auto const url = call.request.query("$id");
    if (!segment.key && !url) return tl::unexpected(wrong_verb(method));
    SANDBOX_TRY(auto const other,
                segment.key ? existing_id(engine, *collection.table, *segment.key) : id_at(engine, *collection.table, *url));
    return link_other(engine, call, table, id, collection, other, false);
  }
  return tl::unexpected(wrong_verb(method));
}

}  // namespace sandbox::dataverse
