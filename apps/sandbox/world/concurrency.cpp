#include "world/concurrency.hpp"

#include <algorithm>

namespace sandbox {

void Concurrency::InFlight::leave() {
  if (of_ == nullptr) return;
  std::lock_guard const guard(of_->mutex_);
  --of_->counts_[static_cast<std::size_t>(service_)].now;
  of_ = nullptr;
}

Concurrency::InFlight Concurrency::enter(ServiceName service) {
  std::lock_guard const guard(mutex_);
  auto& count = counts_[static_cast<std::size_t>(service)];
  count.greatest = std::max(count.greatest, ++count.now);
  return {*this, service};
}

void Concurrency::forget() {
  std::lock_guard const guard(mutex_);
  for (auto& count : counts_) count.greatest = count.now;
}

std::size_t Concurrency::greatest(ServiceName service) const {
  std::lock_guard const guard(mutex_);
  return counts_[static_cast<std::size_t>(service)].greatest;
}

tandem::json::Value Concurrency::to_json() const {
  tandem::json::Object out;
  for (auto const service : kServices) out.append(std::string(name_of(service)), static_cast<std::uint64_t>(greatest(service)));
  return out;
}

}  // namespace sandbox
