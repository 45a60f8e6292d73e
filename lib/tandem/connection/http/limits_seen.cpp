#include <tandem/connection/http/limits_seen.hpp>

#include <algorithm>
#include <cmath>

#include <tandem/base/json/count.hpp>
#include <tandem/connection/http/rate_headers.hpp>

namespace tandem::http {

namespace {

constexpr double kMost = 1e15;  // what a service would have to say to make the number meaningless

std::optional<std::int64_t> whole(std::optional<std::string_view> header) {
  auto const value = header ? rate_number(*header) : std::nullopt;
  if (!value || !(*value >= 0 && *value < kMost)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(*value));
}

void take_left(LimitSeen& seen, std::int64_t left) {
  seen.left = left;
  seen.least = std::min(seen.least.value_or(left), left);
}

bool take_dataverse(LimitSeen& seen, Response const& response) {
  auto const requests = whole(response.header("x-ms-ratelimit-burst-remaining-xrm-requests"));
  auto const seconds = whole(response.header("x-ms-ratelimit-time-remaining-xrm-requests"));
  if (requests) take_left(seen, *requests);
  if (seconds) seen.seconds = seconds;
  return requests || seconds;
}

bool take_jira(LimitSeen& seen, Response const& response) {
  auto const quota = quota_header(response, "RateLimit");
  auto const policy = quota_header(response, "RateLimit-Policy");
  auto const points = quota ? rate_member(*quota, "r") : std::nullopt;
  auto const near = response.header("X-RateLimit-NearLimit");
  bool const is_near = near && *near == "true";
  // What is left of a second says nothing once the hour's points are known.
  if (!points && seen.points) return false;
  auto const left = points ? points : whole(response.header("X-RateLimit-Remaining"));
  if (!left && !is_near) return false;
  if (points && !seen.points) seen = LimitSeen{.points = true, .refused = seen.refused};
  seen.near = is_near;
  if (left) take_left(seen, std::max(*left, std::int64_t{0}));
  seen.of = points ? (policy ? rate_member(*policy, "q") : std::nullopt) : whole(response.header("X-RateLimit-Limit"));
  auto const reset = response.header("X-RateLimit-Reset");
  seen.resets = reset ? parse_instant(*reset) : std::nullopt;
  return true;
}

}  // namespace

void LimitsSeen::observe(Request const& request, Response const& response) {
  if (request.service != Service::jira && request.service != Service::dataverse) return;
  std::lock_guard const hold(mutex_);
  auto& seen = seen_[static_cast<std::size_t>(request.service)];
  if (response.status == 429) ++seen.refused;
  bool const told = request.service == Service::jira ? take_jira(seen, response) : take_dataverse(seen, response);
  if (!told && response.status != 429) return;
  if (auto const date = response.date()) seen.at = date;
}

LimitSeen LimitsSeen::of(Service service) const {
  std::lock_guard const hold(mutex_);
  return seen_[static_cast<std::size_t>(service)];
}

json::Value LimitSeen::to_json() const {
  auto const number = [](std::optional<std::int64_t> value) { return value ? json::Value(*value) : json::Value(); };
  auto const time = [](std::optional<Instant> value) { return value ? json::Value(to_rfc3339(*value)) : json::Value(); };
  return json::Object{
      {"at", time(at)},         {"unit", points ? "points" : "requests"}, {"left", number(left)},   {"of", number(of)},
      {"least", number(least)}, {"secondsLeft", number(seconds)},         {"resets", time(resets)}, {"near", near},
      {"refused", refused}};
}

LimitSeen LimitSeen::from_json(json::Value const& value) {
  return {.at = parse_instant(value["at"].text()),
          .left = value["left"].integer(),
          .of = value["of"].integer(),
          .least = value["least"].integer(),
          .seconds = value["secondsLeft"].integer(),
          .resets = parse_instant(value["resets"].text()),
          .points = value["unit"].text() == "points",
          .near = value["near"].truthy(),
          .refused = json::count_of(value["refused"])};
}

}  // namespace tandem::http
