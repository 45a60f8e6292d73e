// ServerTimes: what each service's clock showed in its last answer (`Date` header), observed by the trace decorator.
//
// SPEC R8: only server times decide about data. Our steady clock is used to know how *old* an observation is, so that a caller
// can ask for a fresh one, and how far apart two of them are; it is never a time of anything.
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
  // `took`: how long the answer was on its way. A service writes its `Date` somewhen in between.
  void observe(Service service, Instant date, Millis took = Millis{0});
  [[nodiscard]] std::optional<Instant> last(Service service) const;
  [[nodiscard]] std::optional<Millis> age(Service service) const;  // since it was observed, by our steady clock
  // How far the one service's clock is ahead of the other's; nothing before both answered. `Date` counts whole seconds: it is true to a second
  // either way. Of each service's answers of the last half minute the quickest counts: one that took long tells least of when it was dated.
  [[nodiscard]] std::optional<Millis> ahead(Service service, Service of) const;

 private:
  struct Seen {
    Instant date;
    std::chrono::steady_clock::time_point at;
    Millis took{0};
  };
  Clock& clock_;
  mutable std::mutex mutex_;
  std::array<std::optional<Seen>, 4> seen_, quickest_;
};

}  // namespace tandem::http
