// Decimals as text: no binary rounding anywhere (SPEC C2). A normal form has no exponent, no leading or trailing zeros, no "-0":
// "5.00", "5" and "0.5e1" are all "5".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::mapping::value {

// The normal form; nothing when `text` is no decimal number or would need more than 60 digits.
std::optional<std::string> normal_decimal(std::string_view text);
// REQUIRES for both: normal forms. <0, 0, >0.
int compare_decimals(std::string_view a, std::string_view b);
// At most `digits` fraction digits, halves away from zero; in normal form.
std::string rounded_decimal(std::string_view normal, std::size_t digits);

// What a service that computes with doubles makes of a number: the shortest decimal that reads as the same double, in normal form.
std::string as_double_keeps(std::string_view normal);

}  // namespace tandem::mapping::value
