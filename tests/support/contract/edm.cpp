#include "support/contract/edm.hpp"

#include <cctype>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace tandem::test::contract {

namespace {

// Digits where the pattern has '9', hexadecimal ones where it has 'f', else the very character.
bool fits(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    bool const good = pattern[i] == '9'   ? std::isdigit(c) != 0
                      : pattern[i] == 'f' ? std::isxdigit(c) != 0
                                          : text[i] == pattern[i];
    if (!good) return false;
  }
  return true;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  auto const [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
         std::isdigit(static_cast<unsigned char>(text[0]));
}

bool is_quoted(std::string_view text) { return text.size() >= 2 && text.starts_with('\'') && text.ends_with('\''); }

bool integer_fits(std::string_view type, std::int64_t number) {
  if (type == "Edm.Int16") return number == static_cast<std::int16_t>(number);
  if (type == "Edm.Int32") return number == static_cast<std::int32_t>(number);
  return true;
}

}  // namespace

bool is_guid(std::string_view text) { return fits(text, "ffffffff-ffff-ffff-ffff-ffffffffffff"); }

bool is_utc_time(std::string_view text) {
  if (!text.ends_with('Z') || text.size() < 20 || !fits(text.substr(0, 19), "9999-99-99T99:99:99")) return false;
  auto const fraction = text.substr(19, text.size() - 20);
  return fraction.empty() || (fraction[0] == '.' && fraction.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

bool is_date(std::string_view text) { return fits(text, "9999-99-99"); }

std::optional<std::string> literal_fault(Csdl const& csdl, std::string_view type, std::string_view literal) {
  auto const no = [&] { return fmt::format("is no literal of {}", type); };
  if (csdl.is_enum(type)) {
    auto const wanted = fmt::format("Microsoft.Dynamics.CRM.{}'", type);
    return literal.starts_with(wanted) && literal.ends_with('\'') ? std::nullopt : std::optional(no());
  }
  bool good = true;
  if (type == "Edm.String") good = is_quoted(literal);
  if (type == "Edm.Guid") good = is_guid(is_quoted(literal) ? literal.substr(1, literal.size() - 2) : literal);
  if (type == "Edm.Boolean") good = literal == "true" || literal == "false";
  if (type == "Edm.Int16" || type == "Edm.Int32" || type == "Edm.Int64") {
    auto const number = whole_number(literal);
    good = number && integer_fits(type, *number);
  }
  if (type == "Edm.Decimal" || type == "Edm.Double") good = is_decimal(literal);
  if (type == "Edm.DateTimeOffset") good = is_utc_time(literal) || is_date(literal);
  if (type == "Edm.Date") good = is_date(literal);
  return good ? std::nullopt : std::optional(no());
}

std::optional<std::string> value_fault(Csdl const& csdl, std::string_view type, json::Value const& value) {
  auto const text = value.text();
  bool good = true;
  if (type == "Edm.String" || csdl.is_enum(type)) good = value.is_string();
  if (type == "Edm.Guid") good = value.is_string() && is_guid(text);
  if (type == "Edm.Binary") good = value.is_string();
  if (type == "Edm.Boolean") good = value.is_bool();
  if (type == "Edm.Int16" || type == "Edm.Int32" || type == "Edm.Int64") {
    auto const number = value.integer();
    good = number && integer_fits(type, *number);
  }
  if (type == "Edm.Decimal" || type == "Edm.Double") good = value.is_number();
  if (type == "Edm.DateTimeOffset") good = value.is_string() && is_utc_time(text);
  if (type == "Edm.Date") good = value.is_string() && is_date(text);
  return good ? std::nullopt : std::optional(fmt::format("is no value of {}", type));
}

}  // namespace tandem::test::contract
