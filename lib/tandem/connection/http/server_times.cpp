#include <tandem/connection/http/server_times.hpp>

namespace tandem::http {

namespace {

constexpr Millis kNeighbours{30'000};

}  // namespace

void ServerTimes::observe(Service service, Instant date, Millis took) {
  std::lock_guard const hold(mutex_);
  auto const place = static_cast<std::size_t>(service);
  auto const now = clock_.now();
  seen_[place] = Seen{date, now, took};
  auto& quickest = quickest_[place];
  // Half way is where the date was written, on average.
  if (!quickest || took <= quickest->took || now - quickest->at > kNeighbours) quickest = Seen{date, now - took / 2, took};
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
  auto const& one = quickest_[static_cast<std::size_t>(service)];
  auto const& other = quickest_[static_cast<std::size_t>(of)];
  if (!one || !other) return std::nullopt;
  return (one->date - other->date) - std::chrono::duration_cast<Millis>(one->at - other->at);
}

}  // namespace tandem::http
