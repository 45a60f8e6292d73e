#include <tandem/connection/http/deadline.hpp>

namespace tandem::http {

std::optional<Millis> RunLimits::left(Clock& clock) const {
  if (!deadline) return std::nullopt;
  auto const end = deadline();
  if (!end) return std::nullopt;
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(*end - clock.now()));
}

Result<Response> DeadlineTransport::send(Request const& request) {
  if (limits_.stopped()) {
    return fail(Error{ErrorKind::cancelled, "stopped before the request was sent", {{"endpoint", request.endpoint}}});
  }
  if (auto const left = limits_.left(clock_); left && *left < kLeast) {
    return fail(Error{ErrorKind::cancelled, "the run's time is over; the next run continues", {{"endpoint", request.endpoint}}});
  }
  return next_.send(request);
}

}  // namespace tandem::http
