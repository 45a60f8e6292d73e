// Traffic: what was sent to each service in a run, by the class of its answer, and how long requests waited because a service asked for it.
//
// Every try counts. Waits of parallel requests add up, so their sum may be longer than the run. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

inline constexpr std::array kServices{Service::entra, Service::dataverse, Service::jira, Service::media};

struct ServiceTraffic {
  std::array<std::uint64_t, 6> answers{};  // by the status' first digit: [2] = 2xx; [0] = no answer, or a status beyond 5xx
  std::uint64_t waits = 0;
  Millis waited{0};
};
using TrafficCounts = std::array<ServiceTraffic, 4>;  // by Service

class Traffic {
 public:
  void answered(Service service, int status) {
    auto const digit = status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0;
    std::lock_guard const hold(mutex_);
    ++of(service).answers[digit];
  }
  void unanswered(Service service) { answered(service, 0); }
  void waited(Service service, Millis wait) {
    std::lock_guard const hold(mutex_);
    ++of(service).waits;
    of(service).waited += wait;
  }
  [[nodiscard]] TrafficCounts counts() const {
    std::lock_guard const hold(mutex_);
    return counts_;
  }

 private:
  ServiceTraffic& of(Service service) { return counts_[static_cast<std::size_t>(service)]; }
  mutable std::mutex mutex_;
  TrafficCounts counts_{};
};

}  // namespace tandem::http
