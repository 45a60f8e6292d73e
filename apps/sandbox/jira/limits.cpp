#include "jira/limits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

#include "jira/answers.hpp"
#include "world/fault_plan.hpp"

namespace sandbox::jira {

namespace {

using std::chrono::hours;
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

Response too_many(std::string const& reason, std::optional<Millis> wait, Instant now) {
  auto out = refused(429, "Rate limit exceeded.");
  auto const whole = std::max(std::chrono::ceil<seconds>(wait.value_or(Millis{1000})), seconds{1});
  if (wait) out.with("Retry-After", std::to_string(whole.count()));
  if (!reason.empty()) out.with("RateLimit-Reason", reason);
  out.with("X-RateLimit-Reset", tandem::to_rfc3339_seconds(now + whole));
  return out;
}

std::optional<Millis> told(Millis wait, Settings const& settings) {
  return settings.retry_after ? std::optional(wait) : std::nullopt;
}

std::optional<Response> by_order(Limits::Asked const& asked, Instant now, Settings& settings) {
  auto const name = asked.method + " " + asked.path;
  for (auto it = settings.throttles.begin(); it != settings.throttles.end(); ++it) {
    bool const glob = it->match.find('*') != std::string::npos;
    if (glob ? !matches_glob(it->match, name) : !name.starts_with(it->match)) continue;
    auto const wait = it->retry_after ? std::optional<Millis>(seconds{*it->retry_after}) : std::nullopt;
    auto out = too_many(it->reason, wait, now);
    if (--it->times == 0) settings.throttles.erase(it);
    return out;
  }
  return std::nullopt;
}

bool pays(Limits::Asked const& asked, Settings const& settings) {
  return settings.points_for == PointsFor::everybody || (settings.points_for == PointsFor::oauth && asked.oauth);
}

// Objects that an answer shows: the rows of its list, or itself.
std::int64_t objects_in(std::string_view body) {
  auto const parsed = json::parse(body);
  if (!parsed) return 1;
  if (parsed->is_array()) return static_cast<std::int64_t>(parsed->items().size());
  for (auto const* name : {"issues", "values", "comments", "worklogs", "issueChangeLogs", "histories"}) {
    if ((*parsed)[name].is_array()) return static_cast<std::int64_t>((*parsed)[name].items().size());
  }
  return 1;
}

std::int64_t cost_of(Limits::Asked const& asked, Response const& response) {
  bool const reads = asked.method == "GET" || asked.route.starts_with("search/") || asked.route.ends_with("bulkfetch") ||
                     asked.route.ends_with("/list");
  if (!reads || response.status >= 300) return 1;
  bool const people = asked.route.starts_with("user") || asked.route == "myself" || asked.route == "mypermissions";
  return 1 + objects_in(response.body) * (people ? 2 : 1);
}

}  // namespace

std::optional<Response> Limits::burst(Asked const& asked, Instant now, Settings const& settings) {
  limit_ = rate_of(asked.method, asked.route);
  auto& bucket = buckets_[asked.method + " " + asked.route];
  if (!bucket.started) {
    bucket = {static_cast<double>(limit_), now, true};
  } else {
    auto const passed = static_cast<double>((now - bucket.filled).count()) / 1000.0;
    bucket.tokens = std::min(static_cast<double>(limit_), bucket.tokens + passed * limit_);
    bucket.filled = now;
  }
  remaining_ = 0;
  if (bucket.tokens < 1) return too_many("jira-burst-based", told(Millis{1000}, settings), now);
  remaining_ = static_cast<int>(bucket.tokens - 1);
  return std::nullopt;
}

std::optional<Response> Limits::writes(std::int64_t issue, Instant now, Settings const& settings) {
  auto& held = writes_[issue];
  while (!held.empty() && held.front() + seconds{30} <= now) held.pop_front();
  auto const recent =
      static_cast<std::size_t>(std::count_if(held.begin(), held.end(), [&](Instant at) { return at + seconds{2} > now; }));
  std::optional<Instant> until;
  if (recent >= 20) until = held[held.size() - recent] + seconds{2};
  if (held.size() >= 100) until = held.front() + seconds{30};
  if (until) return too_many("jira-per-issue-on-write", told(*until - now, settings), now);
  held.push_back(now);
  return std::nullopt;
}

std::optional<Response> Limits::points(Instant now, Settings const& settings) {
  if (auto const hour = std::chrono::floor<hours>(now); hour != hour_) {
    hour_ = hour;
    points_used_ = 0;
  }
  if (points_used_ < settings.points_per_hour) return std::nullopt;
  return too_many(settings.tenant_quota ? "jira-quota-tenant-based" : "jira-quota-global-based",
                  told(hour_ + hours{1} - now, settings), now);
}

std::optional<Response> Limits::admit(Asked const& asked, Instant now, Settings& settings) {
  if (auto refusal = by_order(asked, now, settings)) return refusal;
  if (!settings.documented_limits) return std::nullopt;
  if (pays(asked, settings)) {
    if (auto refusal = points(now, settings)) return refusal;
  }
  if (auto refusal = burst(asked, now, settings)) return refusal;
  if (asked.written_issue) {
    if (auto refusal = writes(*asked.written_issue, now, settings)) return refusal;
  }
  buckets_[asked.method + " " + asked.route].tokens -= 1;
  return std::nullopt;
}

void Limits::settle(Asked const& asked, Response& response, Instant now, Settings const& settings) {
  if (!settings.documented_limits) return;
  if (!pays(asked, settings)) {
    response.with("X-RateLimit-Limit", std::to_string(limit_));
    response.with("X-RateLimit-Remaining", std::to_string(remaining_));
    return;
  }
  points_used_ += cost_of(asked, response);
  auto const quota = settings.points_per_hour;
  auto const left = std::max<std::int64_t>(quota - points_used_, 0);
  auto const wait = std::chrono::ceil<seconds>(hour_ + hours{1} - now).count();
  std::string const prefix = settings.beta_headers ? "Beta-" : "";
  std::string const policy = settings.tenant_quota ? "tenant-app-quota" : "global-app-quota";
  response.with("X-RateLimit-Limit", std::to_string(quota));
  response.with("X-RateLimit-Remaining", std::to_string(left));
  response.with("X-RateLimit-Reset", tandem::to_rfc3339_seconds(hour_ + hours{1}));
  if (left * 5 < quota) response.with("X-RateLimit-NearLimit", "true");
  response.with(prefix + "RateLimit-Policy", fmt::format("\"{}\";q={};w=3600", policy, quota));
  response.with(prefix + "RateLimit", fmt::format("\"{}\";r={};t={}", policy, left, wait));
}

}  // namespace sandbox::jira
