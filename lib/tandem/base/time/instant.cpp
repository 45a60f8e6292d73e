#include <tandem/base/time/instant.hpp>

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tandem {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes exactly `digits` digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}
bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::optional<Date> take_date(std::string_view& text) {
  auto const y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  auto const m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  auto const d = take_number(text, 2);
  if (!d) return std::nullopt;
  Date const date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

// "hh:mm:ss", a leap second is read as the second before it.
std::optional<seconds> take_clock(std::string_view& text) {
  auto const h = take_number(text, 2);
  if (!h || *h > 23 || !take(text, ':')) return std::nullopt;
  auto const m = take_number(text, 2);
  if (!m || *m > 59 || !take(text, ':')) return std::nullopt;
  auto const s = take_number(text, 2);
  if (!s || *s > 60) return std::nullopt;
  return hours{*h} + minutes{*m} + seconds{std::min(*s, 59)};
}

std::optional<month> take_month(std::string_view& text) {
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (take(text, kMonths[i])) return month{i + 1};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  auto const date = take_date(text);
  return date && text.empty() ? date : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
  auto const date = take_date(text);
  if (!date || (!take(text, 'T') && !take(text, 't') && !take(text, ' '))) return std::nullopt;
  auto const clock = take_clock(text);
  if (!clock) return std::nullopt;
  Millis fraction{0};
  if (take(text, '.')) {
    int scale = 100;
    std::size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      fraction += Millis{(text.front() - '0') * scale};
      scale /= 10;
      ++digits;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  minutes offset{0};
  if (!take(text, 'Z') && !take(text, 'z')) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    int const sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    auto const h = take_number(text, 2);
    if (!h) return std::nullopt;
    take(text, ':');
    auto const m = take_number(text, 2);
    if (!m || *h > 23 || *m > 59) return std::nullopt;
    offset = sign * (hours{*h} + minutes{*m});
  }
  if (!text.empty()) return std::nullopt;
  return Instant{sys_days{*date}} + *clock + fraction - offset;
}

std::optional<Instant> parse_http_date(std::string_view text) {
  auto const finish = [&](std::optional<month> m, int d, int y, std::optional<seconds> clock) -> std::optional<Instant> {
    if (!m || !clock) return std::nullopt;
    Date const date{year{y}, *m, day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return Instant{sys_days{date}} + *clock;
  };
  auto const name_end = text.find_first_of(", ");
  if (name_end == std::string_view::npos || name_end < 3) return std::nullopt;
  bool const asctime = text[name_end] == ' ';
  text.remove_prefix(name_end + 1);
  if (asctime) {  // "Sun Nov  6 08:49:37 1994"
    auto const m = take_month(text);
    if (!m || !take(text, ' ')) return std::nullopt;
    auto const d = take(text, ' ') ? take_number(text, 1) : take_number(text, 2);
    if (!d || !take(text, ' ')) return std::nullopt;
    auto const clock = take_clock(text);
    if (!take(text, ' ')) return std::nullopt;
    auto const y = take_number(text, 4);
    return y && text.empty() ? finish(m, *d, *y, clock) : std::nullopt;
  }
  if (!take(text, ' ')) return std::nullopt;
  auto const d = take_number(text, 2);
  if (!d) return std::nullopt;
  bool const rfc850 = take(text, '-');  // "Sunday, 06-Nov-94 08:49:37 GMT"
  if (!rfc850 && !take(text, ' ')) return std::nullopt;
  auto const m = take_month(text);
  if (!take(text, rfc850 ? '-' : ' ')) return std::nullopt;
  auto y = take_number(text, rfc850 ? 2 : 4);
  if (!y || !take(text, ' ')) return std::nullopt;
  if (rfc850) *y += *y < 70 ? 2000 : 1900;
  auto const clock = take_clock(text);
  if (!take(text, std::string_view(" GMT")) || !text.empty()) return std::nullopt;
  return finish(m, *d, *y, clock);
}

namespace {
struct Parts {
  Date date;
  hh_mm_ss<Millis> clock;
};
Parts parts_of(Instant at) {
  auto const days = floor<std::chrono::days>(at);
  return {Date{days}, hh_mm_ss<Millis>{at - days}};
}
std::string stamp(Parts const& parts) {
  return fmt::format("{}T{:02}:{:02}:{:02}", to_text(parts.date), parts.clock.hours().count(), parts.clock.minutes().count(),
                     parts.clock.seconds().count());
}
}  // namespace

std::string to_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}
std::string to_rfc3339(Instant at) {
  auto const parts = parts_of(at);
  auto const millis = parts.clock.subseconds().count();
  return millis == 0 ? stamp(parts) + "Z" : fmt::format("{}.{:03}Z", stamp(parts), millis);
}
std::string to_rfc3339_seconds(Instant at) { return to_rfc3339(floor_seconds(at)); }
std::string to_jira_time(Instant at) {
  auto const parts = parts_of(at);
  return fmt::format("{}.{:03}+0000", stamp(parts), parts.clock.subseconds().count());
}
std::string to_http_date(Instant at) {
  auto const parts = parts_of(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday{sys_days{parts.date}}.c_encoding()],
                     static_cast<unsigned>(parts.date.day()), kMonths[static_cast<unsigned>(parts.date.month()) - 1],
                     static_cast<int>(parts.date.year()), parts.clock.hours().count(), parts.clock.minutes().count(),
                     parts.clock.seconds().count());
}

std::optional<Millis> parse_duration(std::string_view text) {
  if (text == "0") return Millis{0};
  if (text.empty()) return std::nullopt;
  Millis total{0};
  while (!text.empty()) {
    std::int64_t amount = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (parsed.ec != std::errc{} || amount < 0 || amount > 1'000'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    if (take(text, std::string_view("ms")))
      total += Millis{amount};
    else if (take(text, 's'))
      total += seconds{amount};
    else if (take(text, 'm'))
      total += minutes{amount};
    else if (take(text, 'h'))
      total += hours{amount};
    else if (take(text, 'd'))
      total += days{amount};
    else
      return std::nullopt;
  }
  return total;
}

std::string to_text(Millis duration) {
  if (duration.count() == 0) return "0s";
  std::string out;
  auto left = duration;
  auto const part = [&](auto unit, std::string_view name) {
    auto const count = duration_cast<decltype(unit)>(left);
    if (count.count() == 0) return;
    out += fmt::format("{}{}", count.count(), name);
    left -= count;
  };
  part(days{}, "d");
  part(hours{}, "h");
  part(minutes{}, "m");
  part(seconds{}, "s");
  part(Millis{}, "ms");
  return out;
}

}  // namespace tandem
