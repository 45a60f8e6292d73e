#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>

#include "dataverse/aggregate.hpp"
#include "dataverse/change_tracking.hpp"
#include "dataverse/query.hpp"
#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kMostCounted = 5000;

std::string expand_list(std::vector<Expand> const& expands) {
  std::string out;
  for (auto const& expand : expands) {
    std::string inner;
    for (auto const& name : expand.select) inner += (inner.empty() ? "" : ",") + name;
    auto const nested = expand_list(expand.expand);
    if (!nested.empty()) inner += (inner.empty() ? "" : ",") + nested;
    out += (out.empty() ? "" : ",") + expand.navigation + (expand.references ? "" : "(" + inner + ")");
  }
  return out;
}

Checked<Response> answer_page(Engine& engine, Call const& call, Table const& table, Options const& options,
                              Predicate const& visible) {
  // $top and maxpagesize together: $top is ignored.
  std::size_t limit = call.preferences.page_size.value_or(kMostRows);
  bool const top_only = options.top && !call.preferences.page_size;
  if (top_only) limit = std::min(*options.top, kMostRows);
  QueryPage page;
  if (limit > 0) {
    SANDBOX_TRY(page, run_query(table, options, limit, visible, engine.context(call.caller.user_id)));
  }
  json::Object body{{"@odata.context", fmt::format("{}/$metadata#{}{}", call.base, table.set_name, context_list(options))}};
  if (page.count) {
    body.append("@odata.count", std::min(*page.count, kMostCounted));
    if (call.preferences.wants_annotation("Microsoft.Dynamics.CRM.totalrecordcount")) {
      body.append("@Microsoft.Dynamics.CRM.totalrecordcount", *page.count > kMostCounted ? std::int64_t{-1} : *page.count);
      body.append("@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded", *page.count > kMostCounted);
    }
  }
  if (call.preferences.wants_annotation("Microsoft.Dynamics.CRM.globalmetadataversion")) {
    body.append("@Microsoft.Dynamics.CRM.globalmetadataversion", "1000001");
  }
  auto const presenter = engine.presenter(call.base, call.preferences.page_size.value_or(kMostRows));
  json::Array rows;
  rows.reserve(page.rows.size());
  for (auto const* row : page.rows) rows.push_back(presenter.row(table, *row, options.select, options.expand, call.preferences));
  body.append("value", std::move(rows));
  if (!page.next_token.empty() && !top_only) {
    auto const url = url_without(engine, call.request, {"$skiptoken"});
    body.append("@odata.nextLink", url + (url.find('?') == std::string::npos ? "?" : "&") +
                                       "$skiptoken=" + tandem::text::percent_encoded(page.next_token));
  }
  return json_answer(200, body);
}

}  // namespace

std::string context_list(Options const& options) {
  std::string out;
  for (auto const& name : options.selected_names) out += (out.empty() ? "" : ",") + name;
  auto const expanded = expand_list(options.expand);
  if (!expanded.empty()) out += (out.empty() ? "" : ",") + expanded;
  return out.empty() ? "" : "(" + out + ")";
}

std::string url_without(Engine const& engine, Request const& request, std::vector<std::string_view> const& options) {
  auto const mark = request.target.find('?');
  std::string query;
  if (mark != std::string::npos) {
    auto const rest = request.target.substr(mark + 1);
    for (std::size_t at = 0; at <= rest.size();) {
      auto const end = std::min(rest.find('&', at), rest.size());
      auto const part = rest.substr(at, end - at);
      auto const name = tandem::text::percent_decoded(part.substr(0, part.find('=')));
      bool const left_out = std::find(options.begin(), options.end(), name) != options.end();
      if (!part.empty() && !left_out) query += (query.empty() ? "?" : "&") + part;
      at = end + 1;
    }
  }
  return engine.urls.dataverse + request.raw_path() + query;
}

Checked<Response> read_collection(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", table));
  SANDBOX_TRY(auto const options, options_of(call.request, table, engine.context(call.caller.user_id)));
  if (options.apply) return aggregate(engine, call, table, options);
  if (call.preferences.track_changes || options.delta_token) return track_changes(engine, call, table, options);
  return answer_page(engine, call, table, options, visible_rows(engine, call.caller, table));
}

namespace {

Checked<Options> options_of_related(Engine& engine, Call const& call, Table const& table, int column,
                                    std::string const& parent_id) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", table));
  SANDBOX_TRY(auto options, options_of(call.request, table, engine.context(call.caller.user_id)));
  // The relation is one more condition, so that the index on the lookup is used.
  odata::Filter related;
  related.kind = odata::Filter::Kind::compare;
  related.op = "eq";
  related.path = {table.column(column).query_name};
  related.literal = {odata::Literal::Kind::guid, parent_id};
  SANDBOX_TRY(auto const points_here, compile(related, table, engine.context(call.caller.user_id)));
  odata::Filter both;
  both.parts.push_back(std::move(related));
  if (options.filter) both.parts.push_back(*options.filter);
  auto const given = options.predicate;
  options.predicate = [points_here, given](Row const& row) -> Truth {
    return points_here(row).value_or(false) && (!given || (*given)(row).value_or(false));
  };
  options.filter = std::move(both);
  return options;
}

Checked<Response> answer_count(Engine& engine, Call const& call, Table const& table, Options options) {
  options.count = true;
  SANDBOX_TRY(auto const page,
              run_query(table, options, 1, visible_rows(engine, call.caller, table), engine.context(call.caller.user_id)));
  Response response{200, {}, fmt::format("{}", std::min(page.count.value_or(0), kMostCounted))};
  return response.with("Content-Type", "text/plain").with("OData-Version", "4.0");
}

Checked<Response> count_related(Engine& engine, Call const& call, Table const& table, int column, std::string const& parent_id) {
  SANDBOX_TRY(auto options, options_of_related(engine, call, table, column, parent_id));
  return answer_count(engine, call, table, std::move(options));
}

}  // namespace

Checked<Response> read_related(Engine& engine, Call const& call, Table const& table, int column, std::string const& parent_id) {
  SANDBOX_TRY(auto const options, options_of_related(engine, call, table, column, parent_id));
  return answer_page(engine, call, table, options, visible_rows(engine, call.caller, table));
}

Checked<Response> read_count(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", table));
  SANDBOX_TRY(auto options, options_of(call.request, table, engine.context(call.caller.user_id)));
  if (options.delta_token) return count_changes(engine, call, table, options);
  return answer_count(engine, call, table, std::move(options));
}

Checked<Row const*> visible_row(Engine const& engine, Call const& call, Table const& table, std::string const& id) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Read", table));
  auto const* row = engine.database.find(table, id);
  if (row == nullptr) return tl::unexpected(no_such_row(table, id));
  if (!visible_rows(engine, call.caller, table)(*row).value_or(false)) {
    return refuse(403, "0x80048306",
                  "The caller does not have enough privilege to access the " + table.name + " with Id = " + id + ".");
  }
  return row;
}

Checked<Response> read_row(Engine& engine, Call const& call, Table const& table, std::string const& id) {
  SANDBOX_TRY(auto const* row, visible_row(engine, call, table, id));
  SANDBOX_TRY(auto const options, options_of(call.request, table, engine.context(call.caller.user_id)));
  auto const known = call.request.header("If-None-Match");
  if (known == etag_of(*row) && options.expand.empty() && call.preferences.annotations.empty()) {
    Response unchanged{304, {}, ""};
    return unchanged.with("Content-Type", "application/json; odata.metadata=minimal")
        .with("OData-Version", "4.0")
        .with("ETag", etag_of(*row));
  }
  json::Object body{
      {"@odata.context", fmt::format("{}/$metadata#{}{}/$entity", call.base, table.set_name, context_list(options))}};
  for (auto& [name, value] : engine.presenter(call.base, call.preferences.page_size.value_or(kMostRows))
                                 .row(table, *row, options.select, options.expand, call.preferences))
    body.append(name, value);
  auto response = json_answer(200, body);
  return response.with("ETag", etag_of(*row));
}

Checked<Response> read_property(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                std::string const& property, bool raw) {
  SANDBOX_TRY(auto const* row, visible_row(engine, call, table, id));
  auto const column = table.index_of_query_name(property);
  if (column < 0 || !table.column(column).readable) return tl::unexpected(unknown_segment(engine.settings.dialect, property));
  auto const value = engine.presenter().value(table, *row, column);
  if (value.is_null()) return no_content();
  if (raw) {
    Response text{200, {}, value.scalar_text()};
    return text.with("Content-Type", "text/plain").with("OData-Version", "4.0");
  }
  return json_answer(
      200, json::Object{{"@odata.context", fmt::format("{}/$metadata#{}({})/{}", call.base, table.set_name, id, property)},
                        {"value", value}});
}

Checked<Response> handle_rows(Engine& engine, Call const& call, Table const& table, std::vector<Segment> const& segments) {
  auto const& method = call.request.method;
  auto const& first = segments.front();
  if (!first.key) {
    if (segments.size() == 2 && segments[1].name == "$count" && method == "GET") return read_count(engine, call, table);
    if (segments.size() > 1) return tl::unexpected(unknown_segment(engine.settings.dialect, segments[1].name));
    if (method == "GET") return read_collection(engine, call, table);
    if (method == "POST") return create_row(engine, call, table);
    return tl::unexpected(wrong_verb(method));
  }
  SANDBOX_TRY(auto const key, record_key(engine, table, *first.key));
  if (segments.size() == 1 && method == "PATCH") return patch_row(engine, call, table, key);
  if (key.id.empty()) return tl::unexpected(no_such_key(table.name));
  auto const& id = key.id;
  if (segments.size() == 1) {
    if (method == "GET") return read_row(engine, call, table, id);
    if (method == "DELETE") return delete_row(engine, call, table, id);
    return tl::unexpected(wrong_verb(method));
  }
  auto const& second = segments[1];
  if (segments.size() == 3 && segments[2].name == "$ref") return handle_references(engine, call, table, id, second);
  if (segments.size() == 2 && (method == "PUT" || method == "DELETE"))
    return write_property(engine, call, table, id, second.name);
  if (method != "GET") return tl::unexpected(wrong_verb(method));
  if (auto const related = engine.schema.collection(table, second.name); related.table != nullptr && segments.size() == 2) {
    SANDBOX_TRY([[maybe_unused]] auto const* parent, visible_row(engine, call, table, id));
    return read_related(engine, call, *related.table, related.column, id);
  }
  if (auto const navigation = table.navigation(second.name); navigation.column >= 0 && segments.size() == 2) {
    SANDBOX_TRY(auto const* row, visible_row(engine, call, table, id));
    auto const* reference = row->reference(navigation.column);
    if (reference == nullptr || reference->table == nullptr) return no_content();
    return read_row(engine, call, *reference->table, reference->id);
  }
  if (segments.size() == 3 && segments[2].name == "$count") {
    auto const related = engine.schema.collection(table, second.name);
    if (related.table == nullptr) return tl::unexpected(unknown_segment(engine.settings.dialect, second.name));
    SANDBOX_TRY([[maybe_unused]] auto const* parent, visible_row(engine, call, table, id));
    return count_related(engine, call, *related.table, related.column, id);
  }
  bool const raw = segments.size() == 3 && segments[2].name == "$value";
  if (segments.size() > 2 && !raw) return tl::unexpected(unknown_segment(engine.settings.dialect, segments[2].name));
  return read_property(engine, call, table, id, second.name, raw);
}

}  // namespace sandbox::dataverse
