// Instants in UTC with millisecond resolution, and the text forms that the two services use.
//
// Reads RFC 3339 ("2024-06-12T14:13:25Z", "…+02:00"), Jira's form with an offset without colon ("…25.000+0000") and all three
// HTTP-date forms (RFC 9110 §5.6.7). More than three fraction digits are cut. Jira's and Dataverse's clocks are never compared
// with ours (SPEC R8).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Millis>;
using Date = std::chrono::year_month_day;

std::optional<Instant> parse_instant(std::string_view text);  // RFC 3339 or Jira's form; needs date, time and offset
std::optional<Date> parse_date(std::string_view text);  // "2024-06-12", a day that exists
std::optional<Instant> parse_http_date(std::string_view text);  // whole seconds

std::string to_rfc3339(Instant at);  // "2024-06-12T14:13:25Z"; with ".250" only when there are milliseconds
std::string to_rfc3339_seconds(Instant at);  // cut to whole seconds
std::string to_jira_time(Instant at);  // "2024-06-12T14:13:25.000+0000"
std::string to_http_date(Instant at);  // "Wed, 12 Jun 2024 14:13:25 GMT"
std::string to_text(Date date);  // "2024-06-12"

inline std::int64_t epoch_millis(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_epoch_millis(std::int64_t millis) { return Instant{Millis{millis}}; }
inline Instant floor_seconds(Instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

// "90s", "4m30s", "12h", "7d", "250ms", "0"; nothing for anything else or a negative one.
std::optional<Millis> parse_duration(std::string_view text);
std::string to_text(Millis duration);  // "4m30s", "250ms", "0s"

}  // namespace tandem
