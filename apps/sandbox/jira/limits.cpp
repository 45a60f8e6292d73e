#include "jira/limits.hpp"

#include <algorithm>

#include "jira/answers.hpp"

namespace sandbox::jira {

namespace {

using std::chrono::seconds;
using tandem::Instant;
using tandem::Millis;

// Requests per second; a few endpoints have their own number.
int rate_of(std::string const& method, std::string const& route) {
  if (method == "GET" && route == "issue/{issue}") return 150;
  if (method == "GET" && route == "issue/{issue}/changelog") return 200;
  if (method == "GET" && route == "attachment/content/{id}") return 300;
  if (method == "POST" && route == "search/approximate-count") return 150;
  return method == "GET" || method == "POST" ? 100 : 50;
}

Response too_many(std::string reason, Millis wait, Instant now, Settings const& settings) {
  auto const whole = std::chrono::ceil<seconds>(wait);
  auto out = refused(429, "Rate limit exceeded.");
  if (settings.retry_after) out.with("Retry-After", std::to_string(std::max<std::int64_t>(whole.count(), 1)));
  out.with("RateLimit-Reason", std::move(reason));
  out.with("X-RateLimit-Reset", tandem::to_rfc3339_seconds(now + std::max(whole, seconds{1})));
  return out;
}

}  // namespace

std::optional<Response> Limits::admit(std::string const& method, std::string const& route,
                                      std::optional<std::int64_t> written_issue, Instant now, Settings const& settings) {
  limit_ = rate_of(method, route);
  auto& bucket = buckets_[method + " " + route];
  if (!bucket.started) {
    bucket = {static_cast<double>(limit_), now, true};
  } else {
    auto const passed = static_cast<double>((now - bucket.filled).count()) / 1000.0;
    bucket.tokens = std::min(static_cast<double>(limit_), bucket.tokens + passed * limit_);
    bucket.filled = now;
  }
  if (bucket.tokens < 1) {
    remaining_ = 0;
    return too_many("jira-burst-based", Millis{1000}, now, settings);
  }
  if (written_issue) {
    auto& writes = writes_[*written_issue];
    while (!writes.empty() && writes.front() + seconds{30} <= now) writes.pop_front();
    auto const recent = std::count_if(writes.begin(), writes.end(), [&](Instant at) { return at + seconds{2} > now; });
    if (writes.size() >= 100) return too_many("jira-per-issue-on-write", writes.front() + seconds{30} - now, now, settings);
    if (recent >= 20)
      return too_many("jira-per-issue-on-write", writes[writes.size() - static_cast<std::size_t>(recent)] + seconds{2} - now, now,
                      settings);
    writes.push_back(now);
  }
  bucket.tokens -= 1;
  remaining_ = static_cast<int>(bucket.tokens);
  return std::nullopt;
}

void Limits::decorate(Response& response) const {
  response.with("X-RateLimit-Limit", std::to_string(limit_));
  response.with("X-RateLimit-Remaining", std::to_string(remaining_));
}

}  // namespace sandbox::jira
