// Query functions of $filter (dataverse.md §7): In, Between, ContainValues, OnOrAfter, LastXHours, Today, EqualUserId…
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/time/instant.hpp>

#include "dataverse/odata/text_match.hpp"
#include "dataverse/predicate_parts.hpp"

namespace sandbox::dataverse {
namespace {

using odata::Filter;
using odata::Literal;

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

std::vector<std::string> parts_of_list(std::string_view list) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(',', at), list.size());
    out.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::int64_t start_of_day(std::int64_t millis) { return millis - ((millis % kDay) + kDay) % kDay; }

// [from, to) in milliseconds of a function that names a span of time; nothing for another function or a bad number.
std::optional<std::pair<std::int64_t, std::int64_t>> span_of(Filter const& filter, std::int64_t now) {
  auto const today = start_of_day(now);
  if (filter.op == "Today") return std::pair(today, today + kDay);
  if (filter.op == "Yesterday") return std::pair(today - kDay, today);
  if (filter.op == "Tomorrow") return std::pair(today + kDay, today + 2 * kDay);
  if (filter.op == "Last7Days") return std::pair(today - 7 * kDay, now + 1);
  if (filter.op == "Next7Days") return std::pair(now, today + 8 * kDay);
  if (filter.values.size() != 1) return std::nullopt;
  auto const count = std::strtoll(filter.values.front().c_str(), nullptr, 10);
  if (count <= 0 || count > 1'000'000) return std::nullopt;
  if (filter.op == "LastXHours") return std::pair(now - count * kHour, now + 1);
  if (filter.op == "NextXHours") return std::pair(now, now + count * kHour + 1);
  if (filter.op == "LastXDays") return std::pair(today - count * kDay, now + 1);
  if (filter.op == "NextXDays") return std::pair(now, today + (count + 1) * kDay);
  if (filter.op == "OlderThanXHours") return std::pair(std::numeric_limits<std::int64_t>::min(), now - count * kHour);
  if (filter.op == "OlderThanXDays") return std::pair(std::numeric_limits<std::int64_t>::min(), today - count * kDay);
  return std::nullopt;
}

std::optional<std::int64_t> millis_of(Column const& column, Cell const& cell) {
  if (auto const* number = std::get_if<std::int64_t>(&cell)) return *number;
  auto const* text = std::get_if<std::string>(&cell);
  if (text == nullptr || !column.is_date_only()) return std::nullopt;
  auto const at = tandem::parse_instant(*text + "T00:00:00Z");
  return at ? std::optional(tandem::epoch_millis(*at)) : std::nullopt;
}

// Values come as texts whatever the type of the column is.
Checked<std::vector<Cell>> values_of(Filter const& filter, Column const& column, Dialect dialect) {
  std::vector<Cell> out;
  for (auto const& value : filter.values) {
    Literal literal{Literal::Kind::text, value};
    if (column.is_number() || column.is_decimal()) literal.kind = Literal::Kind::number;
    if (column.type == Type::boolean) literal.kind = Literal::Kind::boolean;
    if (column.type == Type::date_time) literal.kind = tandem::parse_date(value) ? Literal::Kind::date : Literal::Kind::date_time;
    bool const numeric = literal.kind != Literal::Kind::number || value.find_first_not_of("0123456789.-") == std::string::npos;
    auto cell = numeric && !value.empty() ? cell_of(literal, column) : std::nullopt;
    if (!cell) {
      return tl::unexpected(
          bad_query(dialect, fmt::format("The value '{}' does not fit the property '{}'.", value, column.query_name)));
    }
    out.push_back(std::move(*cell));
  }
  return out;
}

Predicate contains_values(std::function<Cell(Row const&)> read, std::vector<std::string> values, bool wanted) {
  return [read = std::move(read), values = std::move(values), wanted](Row const& row) -> Truth {
    auto const cell = read(row);
    auto const* text = std::get_if<std::string>(&cell);
    if (text == nullptr) return wanted ? Truth() : Truth(true);
    auto const held = parts_of_list(*text);
    return std::any_of(values.begin(), values.end(),
                       [&](auto const& value) { return std::find(held.begin(), held.end(), value) != held.end(); }) == wanted;
  };
}

Predicate one_of(std::function<Cell(Row const&)> read, Column const& column, std::vector<Cell> wanted, bool in) {
  auto const less = [&column](Cell const& a, Cell const& b) { return compare_cells(column, a, b) < 0; };
  std::sort(wanted.begin(), wanted.end(), less);
  return [read = std::move(read), less, wanted = std::move(wanted), in](Row const& row) -> Truth {
    auto const cell = read(row);
    if (is_null(cell)) return std::nullopt;
    return std::binary_search(wanted.begin(), wanted.end(), cell, less) == in;
  };
}

// Half-open on days where only a date was given: On(2024-05-01) is that whole day.
Predicate on_date(std::string const& op, std::function<Cell(Row const&)> read, Column const& column, Cell const& wanted,
                  bool whole_day) {
  auto const from = millis_of(column, wanted).value_or(0);
  auto const until = whole_day ? start_of_day(from) + kDay : from + 1;
  return [op, read = std::move(read), &column, from, until](Row const& row) -> Truth {
    auto const at = millis_of(column, read(row));
    if (!at) return std::nullopt;
    if (op == "On") return *at >= from && *at < until;
    if (op == "NotOn") return *at < from || *at >= until;
    if (op == "OnOrAfter") return *at >= from;
    return *at < until;
  };
}

tl::unexpected<Refusal> unknown_function(Filter const& filter, Dialect dialect) {
  return tl::unexpected(
      bad_query(dialect, fmt::format("An unknown function with name 'Microsoft.Dynamics.CRM.{}' was found.", filter.op)));
}

}  // namespace

Checked<Predicate> compile_function(Filter const& filter, Table const& table, FilterContext const& context) {
  // PropertyName takes the logical name of a lookup as well as _x_value.
  auto path = filter.path;
  if (path.size() == 1 && table.index_of_query_name(path[0]) < 0 && table.index_of(path[0]) >= 0)
    path[0] = table.column(table.index_of(path[0])).query_name;
  SANDBOX_TRY(auto const resolved, resolve(path, table, context));
  auto const& column = resolved.table->column(resolved.column);
  auto read = reader(resolved, context);
  auto const& op = filter.op;
  auto const unfit = [&] {
    return tl::unexpected(bad_query(
        context.dialect, fmt::format("The function '{}' does not fit the property '{}' and its values.", op, column.query_name)));
  };

  if (op == "Null" || op == "NotNull")
    return Predicate([read, wanted = op == "Null"](Row const& row) -> Truth { return is_null(read(row)) == wanted; });
  if (op == "EqualUserId" || op == "NotEqualUserId") {
    if (!column.is_lookup() && column.type != Type::uniqueidentifier) return unfit();
    return one_of(std::move(read), column, {Cell{context.user_id}}, op == "EqualUserId");
  }
  constexpr std::string_view kSpans[] = {"Today",      "Yesterday", "Tomorrow",  "Last7Days",       "Next7Days",     "LastXHours",
                                         "NextXHours", "LastXDays", "NextXDays", "OlderThanXHours", "OlderThanXDays"};
  if (std::find(std::begin(kSpans), std::end(kSpans), op) != std::end(kSpans)) {
    auto const span = span_of(filter, context.now);
    if (!span || column.type != Type::date_time) return unfit();
    return Predicate([read, &column, span = *span](Row const& row) -> Truth {
      auto const at = millis_of(column, read(row));
      if (!at) return std::nullopt;
      return *at >= span.first && *at < span.second;
    });
  }
  if (op == "ContainValues" || op == "DoesNotContainValues") {
    if (column.type != Type::multi_select || filter.values.empty()) return unfit();
    return contains_values(std::move(read), filter.values, op == "ContainValues");
  }
  if (op == "Contains" || op == "BeginsWith" || op == "EndsWith") {
    if (!column.is_text() || filter.values.size() != 1) return unfit();
    auto pattern = odata::lowered(filter.values.front());
    if (op != "BeginsWith") pattern.insert(0, "%");
    if (op != "EndsWith") pattern += '%';
    return Predicate([read, pattern](Row const& row) -> Truth {
      auto const cell = read(row);
      auto const* text = std::get_if<std::string>(&cell);
      if (text == nullptr) return std::nullopt;
      return odata::is_like(pattern, odata::lowered(*text));
    });
  }
  bool const list = op == "In" || op == "NotIn";
  bool const range = op == "Between" || op == "NotBetween";
  bool const date = op == "On" || op == "NotOn" || op == "OnOrAfter" || op == "OnOrBefore";
  if (!list && !range && !date) return unknown_function(filter, context.dialect);
  SANDBOX_TRY(auto wanted, values_of(filter, column, context.dialect));
  if (wanted.empty()) return tl::unexpected(bad_query(context.dialect, fmt::format("'{}' needs at least one value.", op)));
  if (list) return one_of(std::move(read), column, std::move(wanted), op == "In");
  if (range) {
    if (wanted.size() != 2) return unfit();
    return Predicate([read, &column, wanted, inside = op == "Between"](Row const& row) -> Truth {
      auto const cell = read(row);
      if (is_null(cell)) return std::nullopt;
      return (compare_cells(column, cell, wanted[0]) >= 0 && compare_cells(column, cell, wanted[1]) <= 0) == inside;
    });
  }
  if (column.type != Type::date_time || wanted.size() != 1) return unfit();
  return on_date(op, std::move(read), column, wanted.front(), tandem::parse_date(filter.values.front()).has_value());
}

}  // namespace sandbox::dataverse
