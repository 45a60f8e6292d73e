// LimitsSeen: what a service's answers said of its limits, for the dashboard. It decides nothing: pacing has its own eyes (rates.hpp).
//
//   Dataverse  requests and seconds of execution that are left of 5 minutes, on the web server that answered (dataverse.md §4, §15)
//   Jira       where points are paid: what is left of the hour's (RateLimit, RateLimit-Policy); else what is left of the second at the
//              endpoint that answered (X-RateLimit-…; jira.md §11). Most of these headers are optional.
// Each web server and endpoint counts for itself, so that the lowest of a run says more than the last.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

struct LimitSeen {
  std::optional<Instant> at{};  // that service's clock, of the last answer that told
  std::optional<std::int64_t> left{}, of{};  // requests, or points where `points`; of how many, where it is told
  std::optional<std::int64_t> least{};  // the lowest `left` of the run
  std::optional<std::int64_t> seconds{};  // Dataverse: execution time that is left
  std::optional<Instant> resets{};  // when all is there again, where it is told
  bool points = false;
  bool near = false;  // the service said so itself
  std::uint64_t refused = 0;  // answers of 429

  // Whether there is anything to tell.
  [[nodiscard]] bool told() const { return left || seconds || near || refused > 0; }
  [[nodiscard]] json::Value to_json() const;
  static LimitSeen from_json(json::Value const& value);
};

class LimitsSeen {
 public:
  void observe(Request const& request, Response const& response);
  [[nodiscard]] LimitSeen of(Service service) const;

 private:
  mutable std::mutex mutex_;
  std::array<LimitSeen, 4> seen_;
};

}  // namespace tandem::http
