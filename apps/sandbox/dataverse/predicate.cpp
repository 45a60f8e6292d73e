#include "dataverse/predicate.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>

#include "dataverse/odata/text_match.hpp"

namespace sandbox::dataverse {
namespace {

using odata::Filter;
using odata::Literal;

// Where a path leads: over zero or more lookups to a column of the last table.
struct Resolved {
  std::vector<std::pair<int, Table const*>> steps;  // lookup column, the table it must point to
  Table const* table = nullptr;
  int column = -1;
};

Checked<Resolved> resolve(odata::Path const& path, Table const& table, FilterContext const& context) {
  Resolved out{{}, &table, -1};
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    auto const navigation = out.table->navigation(path[i]);
    if (navigation.column < 0) return tl::unexpected(unknown_property(context.dialect, path[i], out.table->name));
    auto const* next = context.schema.table(navigation.targets.front()->table);
    if (next == nullptr) return tl::unexpected(unknown_property(context.dialect, path[i], out.table->name));
    out.steps.emplace_back(navigation.column, next);
    out.table = next;
  }
  out.column = out.table->index_of_query_name(path.back());
  if (out.column < 0 || !out.table->column(out.column).readable) {
    return tl::unexpected(unknown_property(context.dialect, path.back(), out.table->name));
  }
  return out;
}

// Reads the cell at the end of the path; a broken lookup is null.
std::function<Cell(Row const&)> reader(Resolved const& resolved, FilterContext const& context) {
  bool const is_version = resolved.column == resolved.table->version;
  bool const is_primary = resolved.column == resolved.table->primary;
  return [resolved, is_version, is_primary, &database = context.database](Row const& start) -> Cell {
    Row const* row = &start;
    for (auto const& [column, target] : resolved.steps) {
      auto const* reference = row->reference(column);
      if (reference == nullptr || reference->table != target) return {};
      row = database.find(*target, reference->id);
      if (row == nullptr) return {};
    }
    if (is_version) return row->version();
    if (is_primary) return row->id();
    return row->get(resolved.column);
  };
}

std::string_view edm_name(Column const& column) {
  switch (column.type) {
    case Type::boolean: return "Edm.Boolean";
    case Type::integer:
    case Type::picklist:
    case Type::state:
    case Type::status: return "Edm.Int32";
    case Type::big_int: return "Edm.Int64";
    case Type::decimal:
    case Type::money: return "Edm.Decimal";
    case Type::real: return "Edm.Double";
    case Type::date_time: return column.is_date_only() ? "Edm.Date" : "Edm.DateTimeOffset";
    case Type::lookup:
    case Type::customer:
    case Type::owner:
    case Type::uniqueidentifier: return "Edm.Guid";
    case Type::string:
    case Type::memo:
    case Type::multi_select:
    case Type::entity_name: break;
  }
  return "Edm.String";
}

std::string_view edm_name(Literal const& literal) {
  switch (literal.kind) {
    case Literal::Kind::boolean: return "Edm.Boolean";
    case Literal::Kind::number: return literal.text.find('.') == std::string::npos ? "Edm.Int32" : "Edm.Decimal";
    case Literal::Kind::guid: return "Edm.Guid";
    case Literal::Kind::date: return "Edm.Date";
    case Literal::Kind::date_time: return "Edm.DateTimeOffset";
    case Literal::Kind::null: return "null";
    case Literal::Kind::text:
    case Literal::Kind::enumeration: break;
  }
  return "Edm.String";
}

std::string operator_name(std::string_view op) {
  if (op == "eq") return "Equal";
  if (op == "ne") return "NotEqual";
  if (op == "gt") return "GreaterThan";
  if (op == "ge") return "GreaterThanOrEqual";
  if (op == "lt") return "LessThan";
  return "LessThanOrEqual";
}

bool holds(std::string_view op, int order) {
  if (op == "eq") return order == 0;
  if (op == "ne") return order != 0;
  if (op == "gt") return order > 0;
  if (op == "ge") return order >= 0;
  if (op == "lt") return order < 0;
  return order <= 0;
}

// The literal as a cell of the column's kind; nothing when the types do not go together.
std::optional<Cell> cell_of(Literal const& literal, Column const& column) {
  auto const number = literal.kind == Literal::Kind::number;
  switch (column.type) {
    case Type::boolean:
      return literal.kind == Literal::Kind::boolean ? std::optional<Cell>(literal.text == "true") : std::nullopt;
    case Type::integer:
    case Type::big_int:
    case Type::picklist:
    case Type::state:
    case Type::status:
      if (!number || literal.text.find('.') != std::string::npos) return std::nullopt;
      return Cell(static_cast<std::int64_t>(std::strtoll(literal.text.c_str(), nullptr, 10)));
    case Type::decimal:
    case Type::money:
    case Type::real: return number ? std::optional<Cell>(literal.text) : std::nullopt;
    case Type::date_time: {
      if (column.is_date_only()) {
        if (literal.kind == Literal::Kind::date) return Cell(literal.text);
        return literal.kind == Literal::Kind::date_time ? std::optional<Cell>(literal.text.substr(0, 10)) : std::nullopt;
      }
      if (literal.kind != Literal::Kind::date && literal.kind != Literal::Kind::date_time) return std::nullopt;
      auto const at = tandem::parse_instant(literal.kind == Literal::Kind::date ? literal.text + "T00:00:00Z" : literal.text);
      return at ? std::optional<Cell>(tandem::epoch_millis(*at)) : std::nullopt;
    }
    case Type::lookup:
    case Type::customer:
    case Type::owner:
    case Type::uniqueidentifier: {
      if (literal.kind != Literal::Kind::guid && literal.kind != Literal::Kind::text) return std::nullopt;
      auto const id = tandem::normalized_uuid(literal.text);
      return id ? std::optional<Cell>(*id) : std::nullopt;
    }
    case Type::string:
    case Type::memo:
    case Type::multi_select:
    case Type::entity_name: break;
  }
  return literal.kind == Literal::Kind::text ? std::optional<Cell>(literal.text) : std::nullopt;
}

Checked<Predicate> compile_compare(Filter const& filter, Table const& table, FilterContext const& context) {
  SANDBOX_TRY(auto const resolved, resolve(filter.path, table, context));
  auto const& column = resolved.table->column(resolved.column);
  auto read = reader(resolved, context);
  if (filter.literal.kind == Literal::Kind::null) {
    if (filter.op != "eq" && filter.op != "ne") return refuse(400, "0x80060888", "null can only be compared with eq and ne.");
    return Predicate([read, wanted = filter.op == "eq"](Row const& row) -> Truth { return is_null(read(row)) == wanted; });
  }
  auto const wanted = cell_of(filter.literal, column);
  if (!wanted) {
    return tl::unexpected(
        bad_query(context.dialect, fmt::format("A binary operator with incompatible types was detected. Found operand types "
                                               "'{}' and '{}' for operator kind '{}'.",
                                               edm_name(column), edm_name(filter.literal), operator_name(filter.op))));
  }
  if (column.is_text() && (filter.op == "eq" || filter.op == "ne") && odata::has_wildcard(filter.literal.text)) {
    return Predicate([read, pattern = odata::lowered(filter.literal.text), equal = filter.op == "eq"](Row const& row) -> Truth {
      auto const cell = read(row);
      auto const* text = std::get_if<std::string>(&cell);
      if (text == nullptr) return std::nullopt;
      return odata::is_like(pattern, odata::lowered(*text)) == equal;
    });
  }
  return Predicate([read, &column, wanted = *wanted, op = filter.op](Row const& row) -> Truth {
    auto const cell = read(row);
    if (is_null(cell)) return std::nullopt;
    return holds(op, compare_cells(column, cell, wanted));
  });
}

Checked<Predicate> compile_text_call(Filter const& filter, Table const& table, FilterContext const& context) {
  SANDBOX_TRY(auto const resolved, resolve(filter.path, table, context));
  auto const& column = resolved.table->column(resolved.column);
  if (!column.is_text()) {
    return tl::unexpected(
        bad_query(context.dialect, fmt::format("No function signature for the function with name '{}' matches the specified "
                                               "arguments. The function signatures considered are: {}(Edm.String "
                                               "Nullable=true, Edm.String Nullable=true).",
                                               filter.op, filter.op)));
  }
  auto pattern = odata::lowered(filter.literal.text);
  if (filter.op != "startswith") pattern.insert(0, "%");
  if (filter.op != "endswith") pattern += '%';
  return Predicate([read = reader(resolved, context), pattern](Row const& row) -> Truth {
    auto const cell = read(row);
    auto const* text = std::get_if<std::string>(&cell);
    if (text == nullptr) return std::nullopt;
    return odata::is_like(pattern, odata::lowered(*text));
  });
}

std::vector<std::string> parts_of_list(std::string_view list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(',', at), list.size());
    out.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Checked<Predicate> compile_function(Filter const& filter, Table const& table, FilterContext const& context) {
  SANDBOX_TRY(auto const resolved, resolve(filter.path, table, context));
  auto const& column = resolved.table->column(resolved.column);
  auto read = reader(resolved, context);
  if (filter.op == "ContainValues" && column.type == Type::multi_select) {
    return Predicate([read, values = filter.values](Row const& row) -> Truth {
      auto const cell = read(row);
      auto const* text = std::get_if<std::string>(&cell);
      if (text == nullptr) return std::nullopt;
      auto const held = parts_of_list(*text);
      return std::any_of(values.begin(), values.end(),
                         [&](auto const& value) { return std::find(held.begin(), held.end(), value) != held.end(); });
    });
  }
  if (filter.op != "In" && filter.op != "NotIn" && filter.op != "OnOrAfter" && filter.op != "OnOrBefore") {
    return tl::unexpected(bad_query(
        context.dialect, fmt::format("An unknown function with name 'Microsoft.Dynamics.CRM.{}' was found.", filter.op)));
  }
  std::vector<Cell> wanted;
  for (auto const& value : filter.values) {
    // Values come as JSON strings whatever the type of the column is.
    Literal literal{Literal::Kind::text, value};
    if (column.is_number() || column.is_decimal()) literal.kind = Literal::Kind::number;
    if (column.type == Type::boolean) literal.kind = Literal::Kind::boolean;
    if (column.type == Type::date_time) literal.kind = tandem::parse_date(value) ? Literal::Kind::date : Literal::Kind::date_time;
    auto cell = cell_of(literal, column);
    if (!cell)
      return tl::unexpected(
          bad_query(context.dialect, fmt::format("The value '{}' does not fit the property '{}'.", value, column.query_name)));
    wanted.push_back(std::move(*cell));
  }
  if (wanted.empty()) return tl::unexpected(bad_query(context.dialect, fmt::format("'{}' needs at least one value.", filter.op)));
  if (filter.op == "In" || filter.op == "NotIn") {
    std::sort(wanted.begin(), wanted.end(), [&](Cell const& a, Cell const& b) { return compare_cells(column, a, b) < 0; });
    return Predicate([read, &column, wanted, in = filter.op == "In"](Row const& row) -> Truth {
      auto const cell = read(row);
      if (is_null(cell)) return std::nullopt;
      return std::binary_search(wanted.begin(), wanted.end(), cell,
                                [&](Cell const& a, Cell const& b) { return compare_cells(column, a, b) < 0; }) == in;
    });
  }
  return Predicate([read, &column, wanted, after = filter.op == "OnOrAfter"](Row const& row) -> Truth {
    auto const cell = read(row);
    if (is_null(cell)) return std::nullopt;
    auto const order = compare_cells(column, cell, wanted.front());
    return after ? order >= 0 : order <= 0;
  });
}

Checked<Predicate> compile_group(Filter const& filter, Table const& table, FilterContext const& context) {
  std::vector<Predicate> parts;
  for (auto const& part : filter.parts) {
    SANDBOX_TRY(auto compiled, compile(part, table, context));
    parts.push_back(std::move(compiled));
  }
  bool const all = filter.kind == Filter::Kind::all;
  return Predicate([parts, all](Row const& row) -> Truth {
    Truth out = all;
    for (auto const& part : parts) {
      auto const truth = part(row);
      if (truth == Truth(!all)) return truth;  // decides: false in `and`, true in `or`
      if (!truth) out = std::nullopt;
    }
    return out;
  });
}

template <class T>
int order_of(T const& a, T const& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

}  // namespace

int compare_decimals(std::string_view a, std::string_view b) {
  // 64 bits of mantissa hold the 23 digits that a Decimal column can have only nearly; enough to order them, equality is textual first.
  if (a == b) return 0;
  return order_of(std::strtold(std::string(a).c_str(), nullptr), std::strtold(std::string(b).c_str(), nullptr));
}

int compare_cells(Column const& column, Cell const& a, Cell const& b) {
  if (is_null(a) || is_null(b)) return order_of(!is_null(a), !is_null(b));
  auto const id = [](Cell const& cell) -> std::string_view {
    if (auto const* reference = std::get_if<Reference>(&cell)) return reference->id;
    auto const* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::string_view{} : std::string_view(*text);
  };
  if (auto const* x = std::get_if<std::int64_t>(&a)) {
    auto const* y = std::get_if<std::int64_t>(&b);
    return y == nullptr ? -1 : order_of(*x, *y);
  }
  if (auto const* x = std::get_if<bool>(&a)) {
    auto const* y = std::get_if<bool>(&b);
    return y == nullptr ? -1 : order_of(*x, *y);
  }
  if (column.is_decimal()) return compare_decimals(id(a), id(b));
  if (column.is_text()) return order_of(odata::lowered(id(a)), odata::lowered(id(b)));
  return order_of(id(a), id(b));
}

Checked<Predicate> compile(Filter const& filter, Table const& table, FilterContext const& context) {
  switch (filter.kind) {
    case Filter::Kind::all:
    case Filter::Kind::any: return compile_group(filter, table, context);
    case Filter::Kind::negate: {
      SANDBOX_TRY(auto inner, compile(filter.parts.front(), table, context));
      return Predicate([inner](Row const& row) -> Truth {
        auto const truth = inner(row);
        return truth ? Truth(!*truth) : std::nullopt;
      });
    }
    case Filter::Kind::compare: return compile_compare(filter, table, context);
    case Filter::Kind::text_call: return compile_text_call(filter, table, context);
    case Filter::Kind::function: return compile_function(filter, table, context);
    case Filter::Kind::flag: break;
  }
  Filter as_compare = filter;
  as_compare.kind = Filter::Kind::compare;
  as_compare.op = "eq";
  as_compare.literal = {Literal::Kind::boolean, "true"};
  return compile_compare(as_compare, table, context);
}

}  // namespace sandbox::dataverse
