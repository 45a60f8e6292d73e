// PacingTransport: bounded concurrency per service, no more requests than the services document, and one closed door for all after a 429.
//
// Each request waits its turn (rates.hpp), so that in steady state no 429 comes at all.
// At most `jobs` requests at once per service; Dataverse's x-ms-dop-hint lowers that. After a 429 nobody else is sent to what it
// concerns (service, endpoint or issue: retry_after.hpp) before the asked time is over. A wait beyond the end of the run is
// ErrorKind::throttled.
#pragma once

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/deadline.hpp>
#include <tandem/connection/http/rates.hpp>
#include <tandem/connection/http/traffic.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class PacingTransport final : public Transport {
 public:
  // When a 429 states no time, others hold back this long.
  static constexpr Millis kUnstatedPause{2'000};
  PacingTransport(Transport& next, int jobs, Clock& clock, RunLimits limits, Traffic* traffic = nullptr);
  Result<Response> send(Request const& request) override;

 private:
  struct Lane {
    int running = 0, most = 1;
  };
  class Slot;
  Result<Unit> wait_for_open_door(Request const& request);
  Result<Unit> enter(Request const& request);
  void leave(Service service);
  void learn(Request const& request, Response const& response);

  Transport& next_;
  int jobs_;
  Clock& clock_;
  RunLimits limits_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::array<Lane, 4> lanes_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> closed_until_;
  Rates rates_;
  Traffic* traffic_;  // counts the waits at a closed door; may be null
};

}  // namespace tandem::http
