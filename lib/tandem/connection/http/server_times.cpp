#include <tandem/connection/http/server_times.hpp>

namespace tandem::http {

void ServerTimes::observe(Service service, Instant date) {
  std::lock_guard const hold(mutex_);
  seen_[static_cast<std::size_t>(service)] = Seen{date, clock_.now()};
}

std::optional<Instant> ServerTimes::last(Service service) const {
  std::lock_guard const hold(mutex_);
  auto const& seen = seen_[static_cast<std::size_t>(service)];
  return seen ? std::optional(seen->date) : std::nullopt;
}

std::optional<Millis> ServerTimes::age(Service service) const {
  std::lock_guard const hold(mutex_);
  auto const& seen = seen_[static_cast<std::size_t>(service)];
  if (!seen) return std::nullopt;
  return std::chrono::duration_cast<Millis>(clock_.now() - seen->at);
}

std::optional<Millis> ServerTimes::ahead(Service service, Service of) const {
  std::lock_guard const hold(mutex_);
  auto const& one = seen_[static_cast<std::size_t>(service)];
  auto const& other = seen_[static_cast<std::size_t>(of)];
  if (!one || !other) return std::nullopt;
  return (one->date - other->date) - std::chrono::duration_cast<Millis>(one->at - other->at);
}

}  // namespace tandem::http
