#include <tandem/connection/http/retry_after.hpp>

#include <array>
#include <charconv>
#include <cmath>

#include <tandem/base/text/utf8.hpp>

namespace tandem::http {
namespace {

// More than a year is nonsense and would overflow sums later.
constexpr double kMostSeconds = 366.0 * 24 * 3600;

std::optional<Millis> until(std::optional<Instant> then, std::optional<Instant> now) {
  if (!then || !now) return std::nullopt;
  return std::max(Millis{0}, *then - *now);
}

std::optional<Millis> delta_seconds(std::string_view value) {
  double seconds = 0;
  auto const [stop, error] = std::from_chars(value.data(), value.data() + value.size(), seconds, std::chars_format::fixed);
  if (error != std::errc{} || stop != value.data() + value.size() || !(seconds >= 0)) return std::nullopt;
  return Millis{static_cast<std::int64_t>(std::ceil(std::min(seconds, kMostSeconds) * 1000))};
}

}  // namespace

std::optional<Millis> asked_wait(Response const& response) {
  if (auto const header = response.header("Retry-After")) {
    auto const value = text::trimmed(*header);
    if (auto const wait = delta_seconds(value)) return wait;
    if (auto const wait = until(parse_http_date(value), response.date())) return wait;
  }
  if (auto const reset = response.header("X-RateLimit-Reset")) {
    return until(parse_instant(text::trimmed(*reset)), response.date());
  }
  return std::nullopt;
}

LimitScope limit_scope(Request const& request, Response const& response) {
  if (request.service != Service::jira) return LimitScope::service;
  auto const reason = response.header("RateLimit-Reason").value_or("");
  if (reason.starts_with("jira-quota")) return LimitScope::service;
  if (reason == "jira-per-issue-on-write") return LimitScope::issue;
  return LimitScope::endpoint;
}

std::string issue_in(std::string const& url) {
  constexpr std::string_view kMark = "/rest/api/3/issue/";
  // Path segments of issue/… that are no issue.
  constexpr std::array<std::string_view, 6> kNoIssue{"bulk", "bulkfetch", "createmeta", "properties", "watching", "limit"};
  auto const at = url.find(kMark);
  if (at == std::string::npos) return {};
  auto rest = std::string_view(url).substr(at + kMark.size());
  rest = rest.substr(0, rest.find_first_of("/?#"));
  for (auto const word : kNoIssue) {
    if (rest == word) return {};
  }
  return std::string(rest);
}

}  // namespace tandem::http
