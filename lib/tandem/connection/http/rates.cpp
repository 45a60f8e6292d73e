#include <tandem/connection/http/rates.hpp>

#include <algorithm>
#include <cmath>

#include <tandem/connection/http/rate_headers.hpp>
#include <tandem/connection/http/retry_after.hpp>

namespace tandem::http {
namespace {

using namespace std::chrono_literals;

constexpr double kSpare = 0.9;  // part of a limit that is used: others may use the account too
constexpr double kDataversePerSecond = 17, kDataverseDepth = 300;
constexpr std::size_t kWritesShort = 18, kWritesLong = 90;  // on one issue, of 20 in 2 s and 100 in 30 s
constexpr std::chrono::seconds kShort{2}, kLong{30};
constexpr std::size_t kMostIssues = 4096;  // remembered before old ones are looked for
constexpr std::int64_t kLeastPoints = 1500;  // a page of a search costs up to 1001
constexpr std::int64_t kLeastRequests = 150;
constexpr double kLeastSeconds = 30;
constexpr Millis kPauseWhenLow{5'000};

double jira_rate(Request const& request) {
  auto const& endpoint = request.endpoint;
  if (endpoint == "GET /rest/api/3/issue/{id}") return 150;
  if (endpoint.find("/attachment/content") != std::string::npos) return 300;
  return request.method == "GET" || request.method == "POST" ? 100 : 50;
}

}  // namespace

Rates::Bucket& Rates::bucket_of(Request const& request, Time now) {
  bool const jira = request.service == Service::jira;
  auto const name = jira ? "jira|" + request.endpoint : std::string(name_of(request.service));
  auto [found, fresh] = buckets_.try_emplace(name);
  auto& bucket = found->second;
  if (fresh) {
    bucket.rate = jira ? jira_rate(request) * kSpare : kDataversePerSecond;
    bucket.depth = jira ? bucket.rate : kDataverseDepth;
    bucket.tokens = bucket.depth;
    bucket.filled = now;
  }
  return bucket;
}

std::optional<Rates::Time> Rates::issue_open_at(std::string const& issue, Time now) {
  auto const found = writes_.find(issue);
  if (found == writes_.end()) return std::nullopt;
  auto& held = found->second;
  while (!held.empty() && held.front() + kLong <= now) held.pop_front();
  if (held.size() >= kWritesLong) return held.front() + kLong;
  if (held.size() >= kWritesShort) {
    auto const nth = held[held.size() - kWritesShort];
    if (nth + kShort > now) return nth + kShort;
  }
  return std::nullopt;
}

void Rates::forget_old_issues(Time now) {
  if (writes_.size() < kMostIssues) return;
  std::erase_if(writes_, [&](auto const& one) { return one.second.empty() || one.second.back() + kLong <= now; });
}

Millis Rates::take(Request const& request, Time now) {
  if (request.service != Service::jira && request.service != Service::dataverse) return Millis{0};
  auto& limited = limited_[static_cast<std::size_t>(request.service)];
  limited = limited || request.url.starts_with("https://");
  if (!limited) return Millis{0};
  auto& bucket = bucket_of(request, now);
  auto const passed = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(bucket.depth, bucket.tokens + std::max(passed, 0.0) * bucket.rate);
  bucket.filled = now;
  if (bucket.tokens < 1) return Millis{static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / bucket.rate * 1000))};
  auto const issue = request.service == Service::jira && request.method != "GET" ? issue_in(request.url) : std::string();
  if (!issue.empty()) {
    if (auto const open = issue_open_at(issue, now)) return std::max(std::chrono::ceil<Millis>(*open - now), Millis{1});
    forget_old_issues(now);
    writes_[issue].push_back(now);
  }
  bucket.tokens -= 1;
  return Millis{0};
}

void Rates::learn(Request const& request, Response const& response) {
  for (auto const* name : {"X-RateLimit-Limit", "x-ms-ratelimit-burst-remaining-xrm-requests"}) {
    if (response.header(name) || response.status == 429) limited_[static_cast<std::size_t>(request.service)] = true;
  }
  // Where points are paid the limit is theirs.
  if (request.service != Service::jira || quota_header(response, "RateLimit-Policy")) return;
  auto const limit = rate_number(response.header("X-RateLimit-Limit").value_or(""));
  auto const found = buckets_.find("jira|" + request.endpoint);
  if (!limit || *limit < 1 || found == buckets_.end()) return;
  auto& bucket = found->second;
  bucket.rate = std::min(bucket.rate, *limit * kSpare);
  bucket.depth = std::min(bucket.depth, std::max(bucket.rate, 1.0));
}

std::optional<Millis> low_for(Request const& request, Response const& response) {
  if (request.service == Service::jira) {
    auto const header = quota_header(response, "RateLimit");
    auto const left = header ? rate_member(*header, "r") : std::nullopt;
    auto const until = header ? rate_member(*header, "t") : std::nullopt;
    auto const policy = quota_header(response, "RateLimit-Policy");
    auto const whole = policy ? rate_member(*policy, "q") : std::nullopt;
    auto const least = whole ? std::min(kLeastPoints, *whole / 20) : kLeastPoints;
    if (left && until && *until >= 0 && *left < least) return Millis{*until * 1000 + 1000};
    return std::nullopt;
  }
  if (request.service != Service::dataverse) return std::nullopt;
  auto const requests = rate_number(response.header("x-ms-ratelimit-burst-remaining-xrm-requests").value_or(""));
  auto const seconds = rate_number(response.header("x-ms-ratelimit-time-remaining-xrm-requests").value_or(""));
  bool const low = (requests && *requests < static_cast<double>(kLeastRequests)) || (seconds && *seconds < kLeastSeconds);
  return low ? std::optional(kPauseWhenLow) : std::nullopt;
}

}  // namespace tandem::http
