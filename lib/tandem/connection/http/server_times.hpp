// ServerTimes: what each service's clock showed in its last answer (`Date` header), observed by the trace decorator.
//
// SPEC R8: only server times decide about data. Our steady clock is used to know how *old* an observation is, so that a caller
// can ask for a fresh one; it is never added to a server time.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <optional>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class ServerTimes {
 public:
  explicit ServerTimes(Clock& clock) : clock_(clock) {}
  void observe(Service service, Instant date);
  [[nodiscard]] std::optional<Instant> last(Service service) const;
  [[nodiscard]] std::optional<Millis> age(Service service) const;  // since it was observed, by our steady clock
  // How far the one service's clock is ahead of the other's, by their last answers; nothing before both answered. `Date` counts whole
  // seconds: it is true to a second either way.
  [[nodiscard]] std::optional<Millis> ahead(Service service, Service of) const;

 private:
  struct Seen {
    Instant date;
    std::chrono::steady_clock::time_point at;
  };
  Clock& clock_;
  mutable std::mutex mutex_;
  std::array<std::optional<Seen>, 4> seen_;
};

}  // namespace tandem::http
