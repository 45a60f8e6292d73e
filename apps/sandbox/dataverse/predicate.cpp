#include "dataverse/predicate.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>

#include "dataverse/odata/text_match.hpp"
#include "dataverse/predicate_parts.hpp"

namespace sandbox::dataverse {
namespace {

using odata::Filter;
using odata::Literal;

}  // namespace

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
  if (out.column == out.table->version && !context.version_in_filter) {
    return tl::unexpected(
        bad_query(context.dialect, fmt::format("The property '{}' cannot be used in the query option $filter.", path.back())));
  }
  return out;
}

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

namespace {

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

}  // namespace

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

namespace {

// Two columns of the same kind of value (dataverse.md §7 names eq, ne, gt… for them too).
Checked<Predicate> compile_columns(Filter const& filter, Table const& table, FilterContext const& context) {
  SANDBOX_TRY(auto const left, resolve(filter.path, table, context));
  SANDBOX_TRY(auto const right, resolve(filter.other, table, context));
  auto const& column = left.table->column(left.column);
  auto const& other = right.table->column(right.column);
  if (edm_name(column) != edm_name(other)) {
    return tl::unexpected(
        bad_query(context.dialect, fmt::format("A binary operator with incompatible types was detected. Found operand types "
                                               "'{}' and '{}' for operator kind '{}'.",
                                               edm_name(column), edm_name(other), operator_name(filter.op))));
  }
  return Predicate([a = reader(left, context), b = reader(right, context), &column, op = filter.op](Row const& row) -> Truth {
    auto const x = a(row), y = b(row);
    if (is_null(x) || is_null(y)) return std::nullopt;
    return holds(op, compare_cells(column, x, y));
  });
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

// The rows of another table whose lookup points to the row at the end of the path.
Checked<Predicate> compile_lambda(Filter const& filter, Table const& table, FilterContext const& context) {
  if (filter.path.size() != 1)
    return tl::unexpected(bad_query(context.dialect, "A lambda is supported on collections of the row itself."));
  auto const collection = context.schema.collection(table, filter.path.front());
  if (collection.table == nullptr) return tl::unexpected(unknown_property(context.dialect, filter.path.front(), table.name));
  Predicate inner;
  if (!filter.parts.empty()) {
    SANDBOX_TRY(inner, compile(filter.parts.front(), *collection.table, context));
  }
  return Predicate([collection, inner, any = filter.op == "any", &database = context.database](Row const& row) -> Truth {
    auto const& data = database.data(*collection.table);
    auto const found = data.by_lookup.find({collection.column, row.id()});
    if (found == data.by_lookup.end()) return !any;
    return std::any_of(found->second.begin(), found->second.end(), [&](std::string_view id) {
             auto const* other = database.find(*collection.table, id);
             bool const holds_here = other != nullptr && (!inner || inner(*other).value_or(false));
             return holds_here == any;
           }) == any;
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
    case Filter::Kind::compare:
      return filter.other.empty() ? compile_compare(filter, table, context) : compile_columns(filter, table, context);
    case Filter::Kind::lambda: return compile_lambda(filter, table, context);
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
