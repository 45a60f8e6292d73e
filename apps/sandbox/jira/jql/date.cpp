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

// "-1d", or a bare number, which counts the function's own unit.
struct Moved {
  int units = 0;
  tandem::Millis period{0};
};
std::optional<Moved> moved_by(Operand const& operand) {
  if (operand.args.empty()) return Moved{};
  auto const& text = operand.args.front();
  Moved out;
  auto const* first = text.data() + (text.starts_with('+') ? 1 : 0);
  auto const* last = text.data() + text.size();
  auto const parsed = std::from_chars(first, last, out.units);
  if (parsed.ec == std::errc{} && parsed.ptr == last && out.units > -10000 && out.units < 10000) return out;
  auto const held = period(text);
  if (!held) return std::nullopt;
  return Moved{0, *held};
}

std::optional<Instant> function_value(Operand const& operand, DateReading const& reading) {
  using std::chrono::months;
  using std::chrono::years;
  auto const moved = moved_by(operand);
  if (!moved) return std::nullopt;
  auto const name = tandem::text::ascii_lower(operand.text);
  if (name == "now") return reading.now + moved->period;
  bool const end = name.starts_with("endof");
  if (!end && !name.starts_with("startof")) return std::nullopt;
  auto const unit = std::string_view(name).substr(end ? 5 : 7);
  auto const today = day_of(reading.now, reading.zone);
  std::chrono::year_month_day const date{std::chrono::sys_days{today.time_since_epoch()}};
  auto const local = [](std::chrono::year_month_day day) {
    return std::chrono::local_days{std::chrono::sys_days{day}.time_since_epoch()};
  };
  std::chrono::local_days first = today, next = today;
  if (unit == "day") {
    first = today + days{moved->units};
    next = first + days{1};
  } else if (unit == "week") {  // from Sunday, as an account in en_US has it
    auto const weekday = std::chrono::weekday{std::chrono::sys_days{today.time_since_epoch()}};
    first = today - days{weekday.c_encoding()} + days{7 * moved->units};
    next = first + days{7};
  } else if (unit == "month") {
    auto const month = std::chrono::year_month{date.year(), date.month()} + months{moved->units};
    first = local(month / 1);
    next = local((month + months{1}) / 1);
  } else if (unit == "year") {
    auto const year = date.year() + years{moved->units};
    first = local(year / 1 / 1);
    next = local((year + years{1}) / 1 / 1);
  } else {
    return std::nullopt;
  }
  auto const at = end ? instant_of_local(next, reading.zone) - tandem::Millis{1} : instant_of_local(first, reading.zone);
  return at + moved->period;
}

}  // namespace

std::chrono::local_days day_of(Instant at, std::string const& zone) { return std::chrono::floor<days>(local_of(at, zone)); }

std::optional<Instant> read_date(Operand const& operand, DateReading const& reading) {
  if (operand.kind == Operand::Kind::function) return function_value(operand, reading);
  if (operand.kind == Operand::Kind::empty) return std::nullopt;
  if (!operand.quoted && reading.epoch) {
    std::int64_t millis = 0;
    auto const* last = operand.text.data() + operand.text.size();
    auto const parsed = std::from_chars(operand.text.data(), last, millis);
    // Beyond year 9999 there is no date to compare with.
    if (parsed.ec == std::errc{} && parsed.ptr == last && millis > -62'000'000'000'000 && millis < 253'402'300'800'000)
      return tandem::from_epoch_millis(millis);
  }
  if (auto const at = literal(operand.text, reading.zone)) return at;
  if (auto const moved = period(operand.text)) return reading.now + *moved;
  return std::nullopt;
}

}  // namespace sandbox::jira::jql
