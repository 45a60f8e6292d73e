// Formatted values as an account's regional settings print them (dataverse.md §11): for people, never to be parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dataverse/database.hpp"

namespace sandbox::dataverse {

enum class DateOrder { month_day, day_month };

struct Locale {
  std::string_view name;      // "de-DE"
  int language;               // 1031: also the language of labels
  std::string_view group, decimal;
  bool indian_groups;         // 26,54,797
  DateOrder order;
  std::string_view date_separator;
  bool padded, twelve_hours;
  bool currency_after;        // "1.234,50 €"
};

std::optional<Locale> locale_named(std::string_view name);  // en-US, en-GB, en-IN, de-DE, fr-FR, da-DK

std::string formatted_integer(Locale const& locale, std::int64_t value);
std::string formatted_decimal(Locale const& locale, std::string_view decimal_text, std::int64_t precision);
std::string formatted_date(Locale const& locale, std::int64_t millis, bool with_time);

}  // namespace sandbox::dataverse
