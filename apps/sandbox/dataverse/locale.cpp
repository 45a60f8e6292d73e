#include "dataverse/locale.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/time/instant.hpp>

namespace sandbox::dataverse {
namespace {

constexpr Locale kLocales[] = {
    {"en-US", 1033, ",", ".", false, DateOrder::month_day, "/", false, true, false},
    {"en-GB", 1033, ",", ".", false, DateOrder::day_month, "/", true, false, false},
    {"en-IN", 1033, ",", ".", true, DateOrder::day_month, "-", true, false, false},
    {"de-DE", 1031, ".", ",", false, DateOrder::day_month, ".", true, false, true},
    {"fr-FR", 1036, "\u202F", ",", false, DateOrder::day_month, "/", true, false, true},
    {"da-DK", 1030, ".", ",", false, DateOrder::day_month, "-", true, false, true},
};

std::string grouped(Locale const& locale, std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    auto const left = digits.size() - i;
    bool const border = locale.indian_groups ? (left == 3 || (left > 3 && (left - 3) % 2 == 0)) : left % 3 == 0;
    if (i > 0 && border) out += locale.group;
    out += digits[i];
  }
  return out;
}

}  // namespace

std::optional<Locale> locale_named(std::string_view name) {
  for (auto const& locale : kLocales) {
    if (locale.name == name) return locale;
  }
  return std::nullopt;
}

std::string formatted_integer(Locale const& locale, std::int64_t value) {
  auto const text = fmt::format("{}", value);
  return text.front() == '-' ? "-" + grouped(locale, std::string_view(text).substr(1)) : grouped(locale, text);
}

std::string formatted_decimal(Locale const& locale, std::string_view decimal_text, std::int64_t precision) {
  auto const text = fmt::format("{:.{}f}", std::strtold(std::string(decimal_text).c_str(), nullptr), precision);
  std::string_view digits = text;
  bool const negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  auto const point = digits.find('.');
  auto out = (negative ? "-" : "") + grouped(locale, digits.substr(0, point));
  if (point != std::string_view::npos) out += std::string(locale.decimal) + std::string(digits.substr(point + 1));
  return out;
}

std::string formatted_date(Locale const& locale, std::int64_t millis, bool with_time) {
  auto const at = tandem::from_epoch_millis(millis);
  auto const day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const time{std::chrono::floor<std::chrono::minutes>(at - day)};
  auto const year = static_cast<int>(date.year());
  auto const month = static_cast<unsigned>(date.month());
  auto const number = static_cast<unsigned>(date.day());
  auto const first = locale.order == DateOrder::month_day ? month : number;
  auto const second = locale.order == DateOrder::month_day ? number : month;
  auto out = locale.padded ? fmt::format("{:02}{}{:02}{}{:04}", first, locale.date_separator, second, locale.date_separator, year)
                           : fmt::format("{}{}{}{}{:04}", first, locale.date_separator, second, locale.date_separator, year);
  if (!with_time) return out;
  auto const hours = time.hours().count();
  auto const minutes = time.minutes().count();
  if (!locale.twelve_hours) return out + fmt::format(" {:02}:{:02}", hours, minutes);
  return out + fmt::format(" {}:{:02} {}", hours % 12 == 0 ? 12 : hours % 12, minutes, hours < 12 ? "AM" : "PM");
}

}  // namespace sandbox::dataverse
