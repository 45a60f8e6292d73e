// Deadline: the end of a run as the transport sees it, and the decorator that starts nothing which cannot end in time.
//
// A request that is not started was surely not executed: ErrorKind::cancelled.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

// Given to every decorator that waits. Copies are cheap; an empty function means "never".
struct RunLimits {
  std::function<bool()> stop;                                                       // a signal, or the run was told to end
  std::function<std::optional<std::chrono::steady_clock::time_point>()> deadline;   // none = no limit

  [[nodiscard]] bool stopped() const { return stop && stop(); }
  // Time left, never negative; none = no limit.
  [[nodiscard]] std::optional<Millis> left(Clock& clock) const;
};

class DeadlineTransport final : public Transport {
 public:
  // Less than this cannot hold a round trip to either service.
  static constexpr Millis kLeast{500};
  DeadlineTransport(Transport& next, Clock& clock, RunLimits limits) : next_(next), clock_(clock), limits_(std::move(limits)) {}
  Result<Response> send(Request const& request) override;

 private:
  Transport& next_;
  Clock& clock_;
  RunLimits limits_;
};

}  // namespace tandem::http
