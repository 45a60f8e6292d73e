#include "dataverse/limits.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace sandbox::dataverse {

namespace {

constexpr std::size_t kMostRequests = 6000;
constexpr std::int64_t kMostMillis = 1'200'000;
constexpr int kMostConcurrent = 52;
constexpr std::chrono::seconds kWindow{300};

Refusal refusal_of(ThrottleKind kind) {
  switch (kind) {
    case ThrottleKind::time:
      return {429, "0x80072321",
              "Combined execution time of incoming requests exceeded limit of 1,200,000  milliseconds over time window of 300 "
              "seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."};
    case ThrottleKind::concurrent:
      return {429, "0x80072326", fmt::format("Number of concurrent requests exceeded the limit of {}.", kMostConcurrent)};
    case ThrottleKind::requests: break;
  }
  return {429, "0x80072322",
          fmt::format("Number of requests exceeded the limit of {} over time window of 300 seconds.", kMostRequests)};
}

}  // namespace

std::optional<Limits::Over> Limits::count(Engine& engine) {
  auto& script = engine.settings.throttle;
  if (script.count > 0) {
    --script.count;
    return Over{refusal_of(script.kind), script.retry_after};
  }
  if (!engine.settings.limits) return std::nullopt;
  auto const now = engine.clock.now();
  while (!recent_.empty() && recent_.front().at + kWindow <= now) {
    spent_ -= recent_.front().millis;
    recent_.pop_front();
  }
  bool const too_many = recent_.size() >= kMostRequests;
  bool const too_long = spent_ >= kMostMillis;
  if (too_many || too_long) {
    auto const wait = std::chrono::ceil<std::chrono::seconds>(recent_.front().at + kWindow - now).count();
    return Over{refusal_of(too_many ? ThrottleKind::requests : ThrottleKind::time), wait};
  }
  recent_.push_back({now, engine.settings.request_millis});
  spent_ += engine.settings.request_millis;
  return std::nullopt;
}

void Limits::add_headers(Engine const& engine, Response& response) const {
  if (!engine.settings.limits) return;
  response.with("x-ms-ratelimit-burst-remaining-xrm-requests", fmt::format("{}", kMostRequests - recent_.size()))
      .with("x-ms-ratelimit-time-remaining-xrm-requests",
            fmt::format("{:.2f}", static_cast<double>(std::max<std::int64_t>(kMostMillis - spent_, 0)) / 1000.0));
}

}  // namespace sandbox::dataverse
