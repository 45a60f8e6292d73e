#include <tandem/mapping/value/decimal.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace tandem::mapping::value {

namespace {

constexpr std::size_t kMostDigits = 60;  // within the number length that the JSON door accepts

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Parts {
  bool negative = false;
  std::string_view whole, fraction;
};

Parts parts_of(std::string_view normal) {
  Parts parts;
  if (!normal.empty() && normal.front() == '-') {
    parts.negative = true;
    normal.remove_prefix(1);
  }
  auto const point = normal.find('.');
  parts.whole = normal.substr(0, point);
  if (point != std::string_view::npos) parts.fraction = normal.substr(point + 1);
  return parts;
}

// From digits and the place of the point within them.
std::string joined(bool negative, std::string digits, std::size_t point) {
  if (digits.size() < point) digits.append(point - digits.size(), '0');
  std::string whole = digits.substr(0, point);
  std::string fraction = digits.substr(point);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.empty()) whole = "0";
  bool const zero = whole == "0" && fraction.empty();
  std::string out = negative && !zero ? "-" : "";
  out += whole;
  if (!fraction.empty()) out += "." + fraction;
  return out;
}

int compare_sizes(Parts const& a, Parts const& b) {
  if (a.whole.size() != b.whole.size()) return a.whole.size() < b.whole.size() ? -1 : 1;
  if (auto const order = a.whole.compare(b.whole); order != 0) return order;
  return a.fraction.compare(b.fraction);  // digits after the point order like text
}

}  // namespace

std::optional<std::string> normal_decimal(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) digits += text[at++];
  std::int64_t point = static_cast<std::int64_t>(digits.size());
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && is_digit(text[at])) digits += text[at++];
  }
  if (digits.empty() || digits.size() > 4 * kMostDigits) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    std::int64_t exponent = 0;
    auto const parsed = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (parsed.ec != std::errc{} || exponent < -1000 || exponent > 1000) return std::nullopt;
    at = static_cast<std::size_t>(parsed.ptr - text.data());
    point += exponent;
  }
  if (at != text.size()) return std::nullopt;
  if (point < 0) {
    digits.insert(0, static_cast<std::size_t>(-point), '0');
    point = 0;
  }
  auto out = joined(negative, std::move(digits), static_cast<std::size_t>(point));
  if (out.size() > kMostDigits) return std::nullopt;
  return out;
}

int compare_decimals(std::string_view a, std::string_view b) {
  auto const left = parts_of(a);
  auto const right = parts_of(b);
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  int const order = compare_sizes(left, right);
  return left.negative ? -order : order;
}

std::string rounded_decimal(std::string_view normal, std::size_t digits) {
  auto const parts = parts_of(normal);
  if (parts.fraction.size() <= digits) return std::string(normal);
  std::string kept = "0" + std::string(parts.whole) + std::string(parts.fraction.substr(0, digits));  // the 0 takes a carry
  if (parts.fraction[digits] >= '5') {
    std::size_t at = kept.size();
    while (at-- > 0) {
      if (kept[at] != '9') {
        ++kept[at];
        break;
      }
      kept[at] = '0';
    }
  }
  return joined(parts.negative, std::move(kept), parts.whole.size() + 1);
}

std::string as_double_keeps(std::string_view normal) {
  double number = 0;
  std::from_chars(normal.data(), normal.data() + normal.size(), number);
  std::array<char, 64> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return normal_decimal({text.data(), static_cast<std::size_t>(end - text.data())}).value_or(std::string(normal));
}

}  // namespace tandem::mapping::value
