#include "dataverse/write_body.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/percent.hpp>

#include "dataverse/cell_input.hpp"
#include "dataverse/record_key.hpp"
#include "dataverse/resource_path.hpp"
#include "dataverse/status_rules.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

// "/accounts(guid)", "accounts(accountnumber='x')" or an absolute URL -> set name and key.
std::optional<Segment> bound_row(std::string_view text) {
  auto const segments = segments_of(tandem::text::percent_decoded(text));
  if (!segments || segments->empty() || !segments->back().key) return std::nullopt;
  return segments->back();
}

void set_lookup(Table const& table, Row& row, int column, Cell cell) {
  // An EntityName column tells the target of its lookup (objecttypecode of objectid).
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].of != table.column(column).name) continue;
    auto const* reference = std::get_if<Reference>(&cell);
    row.set(static_cast<int>(i), reference == nullptr ? Cell{} : Cell{reference->table->name});
  }
  if (column == table.owner && table.owning_user >= 0) row.set(table.owning_user, cell);
  row.set(column, std::move(cell));
}

Checked<std::monostate> apply_bind(Engine& engine, Caller const& caller, Table const& table, Row& row, std::string const& name,
                                   json::Value const& value, Write write) {
  auto const navigation = table.navigation(name);
  if (navigation.column < 0) return tl::unexpected(undeclared_navigation(name, table.set_name));
  auto const& column = table.column(navigation.column);
  if (write == Write::create ? !column.creatable : !column.updatable) return std::monostate{};
  if (value.is_null()) {
    if (column.required == "SystemRequired")
      return refuse(400, "0x80040203", fmt::format("'{}' of '{}' cannot be set to null.", column.name, table.name));
    set_lookup(table, row, navigation.column, {});
    return std::monostate{};
  }
  auto const bound = bound_row(value.text());
  if (!bound)
    return tl::unexpected(bad_payload(
        table.set_name, fmt::format("Microsoft.OData.ODataException: '{}' is not a reference to a row.", value.text())));
  for (auto const* target : navigation.targets) {
    auto const* other = engine.schema.table(target->table);
    if (other == nullptr || other->set_name != bound->name) continue;
    SANDBOX_TRY(auto const id, existing_id(engine, *other, *bound->key));
    if (engine.database.find(*other, id) == nullptr) return tl::unexpected(no_such_row(*other, id));
    SANDBOX_TRY([[maybe_unused]] auto const append, need(engine, caller, "Append", table));
    SANDBOX_TRY([[maybe_unused]] auto const append_to, need(engine, caller, "AppendTo", *other));
    set_lookup(table, row, navigation.column, Reference{other, id});
    return std::monostate{};
  }
  if (engine.schema.table_of_set(bound->name) == nullptr)
    return tl::unexpected(unknown_segment(engine.settings.dialect, bound->name));
  return tl::unexpected(bad_payload(
      table.set_name, fmt::format("Microsoft.OData.ODataException: The navigation property '{}' does not take rows of '{}'.",
                                  name, bound->name)));
}

Checked<std::monostate> check_closed(Engine const& engine, Table const& table, Row const& row, json::Object const& body) {
  if (!table.closed_read_only || !engine.settings.closed_read_only || table.state < 0 || row.number(table.state) == 0)
    return std::monostate{};
  for (auto const& [name, value] : body) {
    if (name == "statecode" || name == "statuscode" || name.find('@') == 0) continue;
    auto const column = table.index_of(name);
    if (column >= 0 && !table.column(column).updatable) continue;
    auto const* state = body.find("statecode");
    if (state != nullptr && state->integer() == 0) return std::monostate{};  // reopened by the same write
    auto const* label = table.column(table.state).option(row.number(table.state));
    return refuse(engine.settings.closed_update.status, engine.settings.closed_update.code,
                  fmt::format("The {} is {} and read-only. Reactivate it before you edit it.", table.name,
                              label == nullptr ? "closed" : label_or_any(label->labels, 1033)));
  }
  return std::monostate{};
}

Checked<std::monostate> apply_column(Engine const& engine, Table const& table, Row& row, std::string const& name,
                                     json::Value const& value, Write write) {
  auto const index = table.index_of(name);
  bool const lookup_value = table.index_of_query_name(name) >= 0 && index < 0;
  if (lookup_value || (index >= 0 && table.column(index).is_lookup())) {
    return tl::unexpected(
        bad_payload("",
                    "Microsoft.OData.ODataException: CRM do not support direct update of Entity Reference properties, "
                    "Use Navigation properties instead."));
  }
  if (index < 0) return tl::unexpected(unknown_body_property(engine.settings.dialect, name, table.name));
  auto const& column = table.column(index);
  if (index == table.primary || index == table.state || index == table.status || !column.of.empty()) return std::monostate{};
  if (write == Write::create ? !column.creatable : !column.updatable) return std::monostate{};  // read-only: ignored in silence
  SANDBOX_TRY(auto cell, cell_from_json(table, column, value));
  if (is_null(cell) && column.required == "SystemRequired") {
    return refuse(400, "0x80040203", fmt::format("'{}' of '{}' cannot be set to null.", column.name, table.name));
  }
  row.set(index, std::move(cell));
  return std::monostate{};
}

std::string auto_number(Engine& engine, Table const& table, Column const& column) {
  auto& last = engine.sequences.try_emplace(table.name + "/" + column.name, 1000).first->second;
  auto const number = ++last;
  auto const random = tandem::to_hex(tandem::sha256(fmt::format("{}/{}/{}", engine.seed, column.name, number)));
  std::string out;
  std::string_view pattern = column.auto_number;
  while (!pattern.empty()) {
    auto const open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    auto const close = pattern.find('}', open);
    auto const field = pattern.substr(open + 1, close - open - 1);
    auto const width = std::strtoul(std::string(field.substr(field.find(':') + 1)).c_str(), nullptr, 10);
    if (field.starts_with("SEQNUM")) out += fmt::format("{:0{}}", number, width);
    if (field.starts_with("RANDSTRING")) {
      for (std::size_t i = 0; i < width; ++i) out += static_cast<char>(random[i] >= 'a' ? random[i] - 'a' + 'K' : random[i]);
    }
    pattern.remove_prefix(close == std::string_view::npos ? pattern.size() : close + 1);
  }
  return out;
}

}  // namespace

void apply_defaults(Engine& engine, Caller const& caller, Table const& table, Row& row) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto const index = static_cast<int>(i);
    auto const& column = table.columns[i];
    if (!is_null(row.get(index))) {
      // A given number still moves the sequence on, so that the next one is free.
      if (!column.auto_number.empty()) auto_number(engine, table, column);
      continue;
    }
    if (!column.auto_number.empty()) row.set(index, auto_number(engine, table, column));
    if (column.default_value.is_null()) continue;
    if (auto cell = cell_from_json(table, column, column.default_value)) row.set(index, std::move(*cell));
  }
  if (table.state >= 0 && is_null(row.get(table.state))) row.set(table.state, table.column(table.state).options.front().value);
  if (table.state >= 0 && table.status >= 0 && is_null(row.get(table.status))) {
    auto const* state = table.column(table.state).option(row.number(table.state));
    row.set(table.status, state != nullptr && state->default_status ? *state->default_status
                                                                    : table.column(table.status).options.front().value);
  }
  auto const* users = engine.schema.table("systemuser");
  if (table.owner >= 0 && is_null(row.get(table.owner))) set_lookup(table, row, table.owner, Reference{users, caller.user_id});
  if (table.owning_unit >= 0 && is_null(row.get(table.owning_unit)) && !engine.organization.business_unit_id.empty()) {
    row.set(table.owning_unit, Reference{engine.schema.table("businessunit"), engine.organization.business_unit_id});
  }
}

void apply_joined(Table const& table, Row& row) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::string text;
    for (auto const& part : table.columns[i].joined) {
      auto const piece = row.text(table.index_of(part));
      if (!piece.empty()) text += (text.empty() ? "" : " ") + std::string(piece);
    }
    if (!text.empty()) row.set(static_cast<int>(i), std::move(text));
  }
}

Checked<std::monostate> apply_body(Engine& engine, Caller const& caller, Table const& table, Row& row, json::Object const& body,
                                   Write write) {
  if (write == Write::create && body.find("overriddencreatedon") != nullptr) {
    SANDBOX_TRY([[maybe_unused]] auto const held, need_named(engine, caller, "prvOverrideCreatedOnCreatedBy", table.name));
  }
  if (write == Write::update) {
    SANDBOX_TRY([[maybe_unused]] auto const open, check_closed(engine, table, row, body));
  }
  constexpr std::string_view kBind = "@odata.bind";
  for (auto const& [name, value] : body) {
    if (name.ends_with(kBind)) {
      SANDBOX_TRY([[maybe_unused]] auto const bound,
                  apply_bind(engine, caller, table, row, name.substr(0, name.size() - kBind.size()), value, write));
    } else if (name.find('@') == std::string::npos) {  // other annotations carry nothing to write
      SANDBOX_TRY([[maybe_unused]] auto const applied, apply_column(engine, table, row, name, value, write));
    }
  }
  if (write == Write::create) {
    apply_defaults(engine, caller, table, row);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (!table.columns[i].required_on_create || !is_null(row.get(static_cast<int>(i)))) continue;
      return refuse(400, "0x80040203",
                    fmt::format("A required field is missing: '{}' of '{}'.", table.columns[i].name, table.name));
    }
  }
  apply_joined(table, row);
  return apply_status(engine.settings, table, row, body);
}

Row const& store_row(Engine& engine, Caller const& caller, Table const& table, Row row, Write write) {
  auto const now = engine.now_seconds();
  Reference const who{engine.schema.table("systemuser"), caller.user_id};
  Cell const app = caller.behalf_of.empty() ? Cell{} : Cell{Reference{who.table, caller.behalf_of}};
  if (write == Write::create) {
    row.set(table.created_on, now);
    row.set(table.created_by, who);
    row.set(table.index_of("createdonbehalfby"), app);
    // A given creation time takes the place of the true one, which is kept beside it.
    auto const overridden = table.index_of("overriddencreatedon");
    if (auto const given = row.get(overridden); !is_null(given)) {
      row.set(table.created_on, given);
      row.set(overridden, now);
    }
  }
  row.set(table.modified_on, now);
  row.set(table.modified_by, who);
  row.set(table.index_of("modifiedonbehalfby"), app);
  return engine.database.put(table, std::move(row));
}

}  // namespace sandbox::dataverse
