#include "jira/fields/duration.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace sandbox::jira {

namespace {
constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{{{'w', 144000}, {'d', 28800}, {'h', 3600}, {'m', 60}}};
}

std::optional<std::int64_t> duration_seconds(std::string_view text) {
  std::int64_t total = 0;
  bool any = false;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    std::int64_t amount = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (parsed.ec != std::errc{} || amount < 0 || amount > 1'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    std::int64_t unit = 60;
    if (!text.empty() && text.front() != ' ') {
      unit = 0;
      for (auto const& [letter, seconds] : kUnits) {
        if (text.front() == letter) unit = seconds;
      }
      if (unit == 0) return std::nullopt;
      text.remove_prefix(1);
    }
    total += amount * unit;
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

std::string duration_text(std::int64_t seconds) {
  std::string out;
  for (auto const& [letter, unit] : kUnits) {
    if (seconds < unit) continue;
    if (!out.empty()) out += ' ';
    out += std::to_string(seconds / unit) + letter;
    seconds %= unit;
  }
  return out.empty() ? "0m" : out;
}

}  // namespace sandbox::jira
