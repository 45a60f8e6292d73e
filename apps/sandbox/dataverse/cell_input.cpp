#include "dataverse/cell_input.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>

#include "dataverse/predicate.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

tl::unexpected<Refusal> cannot_convert(Table const& table, json::Value const& value, std::string_view type) {
  return tl::unexpected(
      bad_payload(table.name, fmt::format("Microsoft.OData.ODataException: Cannot convert the literal '{}' to the expected "
                                          "type '{}'.",
                                          value.is_string() ? std::string(value.text()) : json::to_text(value), type)));
}

tl::unexpected<Refusal> out_of_range(Table const& table, Column const& column, std::string const& accepted) {
  return refuse(400, column.is_choice() || column.type == Type::multi_select ? "0x8004431A" : "0x80040203",
                fmt::format("A validation error occurred. The value of '{}' on record of type '{}' is outside the valid range.{}",
                            column.name, table.name, accepted));
}

std::string accepted_values(Column const& column) {
  std::string out = " Accepted Values: ";
  for (auto const& option : column.options)
    out += (&option == column.options.data() ? "" : ",") + fmt::format("{}", option.value);
  return out;
}

bool in_range(Column const& column, std::string_view number) {
  return (column.min_value.empty() || compare_decimals(number, column.min_value) >= 0) &&
         (column.max_value.empty() || compare_decimals(number, column.max_value) <= 0);
}

Checked<Cell> text_cell(Table const& table, Column const& column, json::Value const& value) {
  if (!value.is_string()) return cannot_convert(table, value, "Edm.String");
  std::string text(value.text());
  if (text.empty()) return Cell{};
  if (static_cast<std::int64_t>(tandem::text::utf16_units(text)) > column.max_length) {
    return refuse(
        400, "0x80044331",
        fmt::format(
            "A validation error occurred.  The length of the '{}' attribute of the '{}' entity exceeded the maximum allowed "
            "length of '{}'.",
            column.name, table.name, column.max_length));
  }
  return Cell{std::move(text)};
}

Checked<Cell> multi_select_cell(Table const& table, Column const& column, json::Value const& value) {
  if (!value.is_string()) return cannot_convert(table, value, "Edm.String");
  std::string out;
  auto const list = value.text();
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(',', at), list.size());
    auto const part = std::string(tandem::text::trimmed(list.substr(at, end - at)));
    if (column.option(std::atoll(part.c_str())) == nullptr) return out_of_range(table, column, accepted_values(column));
    out += (out.empty() ? "" : ",") + part;
    at = end + 1;
  }
  return out.empty() ? Cell{} : Cell{std::move(out)};
}

Checked<Cell> date_cell(Table const& table, Column const& column, json::Value const& value) {
  constexpr std::string_view kEarliest = "1753-01-01";
  auto const text = value.text();
  if (column.is_date_only()) {
    if (!tandem::parse_date(text)) return cannot_convert(table, value, "Edm.Date");
    if (text < kEarliest) return refuse(400, "0x80040239", "DateTime is less than minumum value supported by CrmDateTime.");
    return Cell{std::string(text)};
  }
  auto const at = tandem::parse_instant(text);
  if (!at) return cannot_convert(table, value, "Edm.DateTimeOffset");
  if (text < kEarliest) return refuse(400, "0x80040239", "DateTime is less than minumum value supported by CrmDateTime.");
  return Cell{tandem::epoch_millis(tandem::floor_seconds(*at))};
}

}  // namespace

std::string rounded_decimal(std::string_view text, std::int64_t digits) {
  if (text.find_first_of("eE") != std::string_view::npos)
    return fmt::format("{:.{}f}", std::strtold(std::string(text).c_str(), nullptr), digits);
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  auto const point = text.find('.');
  std::string whole(text.substr(0, point));
  std::string part(point == std::string_view::npos ? std::string_view{} : text.substr(point + 1));
  auto const keep = static_cast<std::size_t>(digits);
  bool const up = part.size() > keep && part[keep] >= '5';
  part.resize(keep, '0');
  std::string all = whole + part;
  if (up) {
    std::size_t i = all.size();
    while (i > 0 && all[i - 1] == '9') all[--i] = '0';
    if (i == 0)
      all.insert(0, "1");
    else
      ++all[i - 1];
  }
  auto out = all.substr(0, all.size() - keep);
  if (keep > 0) out += "." + all.substr(all.size() - keep);
  bool const zero = out.find_first_not_of("0.") == std::string::npos;
  return negative && !zero ? "-" + out : out;
}

Checked<Cell> cell_from_json(Table const& table, Column const& column, json::Value const& value) {
  if (value.is_null()) return Cell{};
  switch (column.type) {
    case Type::string:
    case Type::memo:
    case Type::entity_name: return text_cell(table, column, value);
    case Type::multi_select: return multi_select_cell(table, column, value);
    case Type::boolean:
      if (!value.is_bool()) return cannot_convert(table, value, "Edm.Boolean");
      return Cell{value.truthy()};
    case Type::integer:
    case Type::big_int: {
      auto const number = value.integer();
      if (!number) return cannot_convert(table, value, column.type == Type::integer ? "Edm.Int32" : "Edm.Int64");
      bool const fits = column.type == Type::big_int || (*number >= -2147483648LL && *number <= 2147483647LL);
      if (!fits) return cannot_convert(table, value, "Edm.Int32");
      if (!in_range(column, fmt::format("{}", *number))) return out_of_range(table, column, "");
      return Cell{*number};
    }
    case Type::picklist:
    case Type::state:
    case Type::status: {
      auto const number = value.integer();
      if (!number) return cannot_convert(table, value, "Edm.Int32");
      if (column.option(*number) == nullptr) return out_of_range(table, column, accepted_values(column));
      return Cell{*number};
    }
    case Type::decimal:
    case Type::money:
    case Type::real: {
      auto const* number = value.if_number();
      if (number == nullptr) return cannot_convert(table, value, column.type == Type::real ? "Edm.Double" : "Edm.Decimal");
      if (!in_range(column, number->text)) return out_of_range(table, column, "");
      if (column.type == Type::real) return Cell{number->text};
      auto const rounded = rounded_decimal(number->text, column.precision);
      return Cell{column.type == Type::money ? rounded_decimal(rounded, 4)
                                             : rounded};  // money is always printed with four digits
    }
    case Type::date_time:
      if (!value.is_string()) return cannot_convert(table, value, column.is_date_only() ? "Edm.Date" : "Edm.DateTimeOffset");
      return date_cell(table, column, value);
    case Type::uniqueidentifier: {
      auto const id = tandem::normalized_uuid(value.text());
      if (!id) return cannot_convert(table, value, "Edm.Guid");
      return Cell{*id};
    }
    case Type::lookup:
    case Type::customer:
    case Type::owner: break;
  }
  return tl::unexpected(
      bad_payload("",
                  "Microsoft.OData.ODataException: CRM do not support direct update of Entity Reference properties, Use "
                  "Navigation properties instead."));
}

}  // namespace sandbox::dataverse
