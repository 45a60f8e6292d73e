// RetryTransport: repeats what is safe to repeat (SPEC R5), and nothing else.
//
// 429 was not executed: repeated for every request, after the time that the service asks for. `transient` = surely not executed:
// repeated for every request. 408, 5xx but 501, and broken connections: only Repeat::safe. Four tries in all. Without a stated
// time the waits are 0.5 s (2 s after a 429) doubling up to 60 s, spread by the jitter; a stated time is never undercut.
//
// A stated wait that is longer than what is left of the run ends at once with ErrorKind::throttled and says how long the service
// asks; waiting ends with `cancelled` when the run is stopped. Errors gain the context "tries". Sources: jira.md §11,
// dataverse.md §15, entra.md §3.
#pragma once

#include <functional>

#include <tandem/base/log/log.hpp>
#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/deadline.hpp>
#include <tandem/connection/http/traffic.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

struct RetryPolicy {
  int most_tries = 4;
  Millis base{500}, throttled_base{2'000}, cap{60'000};
  Millis most_without_deadline{10 * 60'000};  // somebody waits at a terminal: a longer stated wait ends the command

  // Before try `next` (2, 3, …) when the service stated no time. `jitter` in 0…1 spreads by a factor 0.7…1.3.
  [[nodiscard]] Millis backoff(int next, bool throttled, double jitter) const;
};

class RetryTransport final : public Transport {
 public:
  RetryTransport(Transport& next, RetryPolicy policy, Clock& clock, Log const& log, RunLimits limits,
                 std::function<double()> jitter, Traffic* traffic = nullptr)
      : next_(next),
        policy_(policy),
        clock_(clock),
        log_(log),
        limits_(std::move(limits)),
        jitter_(std::move(jitter)),
        traffic_(traffic) {}
  Result<Response> send(Request const& request) override;

 private:
  Transport& next_;
  RetryPolicy policy_;
  Clock& clock_;
  Log const& log_;
  RunLimits limits_;
  std::function<double()> jitter_;
  Traffic* traffic_;  // counts the waits that a service asked for; may be null
};

}  // namespace tandem::http
