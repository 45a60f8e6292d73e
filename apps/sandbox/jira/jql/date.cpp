#include "jira/jql/date.hpp"

#include <charconv>

#include <tandem/base/text/utf8.hpp>

#include "jira/zones.hpp"

namespace sandbox::jira::jql {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

std::optional<int> digits(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t count = 0;
  while (count < most && !text.empty() && text.front() >= '0' && text.front() <= '9') {
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
    ++count;
  }
  return count >= least ? std::optional(value) : std::nullopt;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// "yyyy-MM-dd", "yyyy/MM/dd", each with or without " HH:mm"; no seconds.
std::optional<Instant> literal(std::string_view text, std::string const& zone) {
  auto const year = digits(text, 4, 4);
  if (!year || text.empty()) return std::nullopt;
  char const separator = text.front();
  if (separator != '-' && separator != '/') return std::nullopt;
  text.remove_prefix(1);
  auto const month = digits(text, 1, 2);
  if (!month || !take(text, separator)) return std::nullopt;
  auto const day = digits(text, 1, 2);
  if (!day) return std::nullopt;
  tandem::Date const date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                          std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  minutes clock{0};
  if (take(text, ' ')) {
    auto const hour = digits(text, 1, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    auto const minute = digits(text, 2, 2);
    if (!minute || *minute > 59) return std::nullopt;
    clock = hours{*hour} + minutes{*minute};
  }
  if (!text.empty()) return std::nullopt;
  return instant_of_local(std::chrono::local_days{date} + clock, zone);
}

// "-30m", "-2d", "4w 2d", "+1h".
std::optional<tandem::Millis> period(std::string_view text) {
  int sign = 1;
  if (take(text, '-'))
    sign = -1;
  else
    take(text, '+');
  tandem::Millis total{0};
  bool any = false;
  while (!text.empty()) {
    if (take(text, ' ')) continue;
    auto const amount = digits(text, 1, 6);
    if (!amount || text.empty()) return std::nullopt;
    char const unit = text.front();
    text.remove_prefix(1);
    switch (unit) {
      case 'm': total += minutes{*amount}; break;
      case 'h': total += hours{*amount}; break;
      case 'd': total += days{*amount}; break;
      case 'w': total += days{7 * *amount}; break;
      case 'M': total += days{30 * *amount}; break;
      case 'y': total += days{365 * *amount}; break;
      default: return std::nullopt;
    }
    any = true;
  }
  return any ? std::optional(total * sign) : std::nullopt;
}

std::optional<Instant> function_value(Operand const& operand, Instant now, std::string const& zone) {
  tandem::Millis offset{0};
  if (!operand.args.empty()) {
    auto const moved = period(operand.args.front());
    if (!moved) return std::nullopt;
    offset = *moved;
  }
  auto const name = tandem::text::ascii_lower(operand.text);
  if (name == "now") return now + offset;
  auto const today = std::chrono::floor<days>(local_of(now, zone));
  if (name == "startofday") return instant_of_local(today, zone) + offset;
  if (name == "endofday") return instant_of_local(today + days{1}, zone) - tandem::Millis{1} + offset;
  return std::nullopt;
}

}  // namespace

std::optional<Instant> read_date(Operand const& operand, Instant now, std::string const& zone) {
  if (operand.kind == Operand::Kind::function) return function_value(operand, now, zone);
  if (operand.kind == Operand::Kind::empty) return std::nullopt;
  if (!operand.quoted) {
    std::int64_t millis = 0;
    auto const* last = operand.text.data() + operand.text.size();
    auto const parsed = std::from_chars(operand.text.data(), last, millis);
    if (parsed.ec == std::errc{} && parsed.ptr == last) return tandem::from_epoch_millis(millis);
  }
  if (auto const at = literal(operand.text, zone)) return at;
  if (auto const moved = period(operand.text)) return now + *moved;
  return std::nullopt;
}

}  // namespace sandbox::jira::jql
