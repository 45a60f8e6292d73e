// How many requests are in flight at a service, and how many there ever were at once: what a client's `--jobs` really does.
//
// Counted from the arrival of a request to its answer, latency and holding included. Thread-safe, with a lock of its own.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include <tandem/base/json/value.hpp>

#include "world/urls.hpp"

namespace sandbox {

class Concurrency {
 public:
  class InFlight {  // one request; leaves at its end at the latest
   public:
    InFlight(Concurrency& of, ServiceName service) : of_(&of), service_(service) {}
    InFlight(InFlight&& other) noexcept : of_(other.of_), service_(other.service_) { other.of_ = nullptr; }
    InFlight& operator=(InFlight&&) = delete;
    ~InFlight() { leave(); }
    void leave();

   private:
    Concurrency* of_;
    ServiceName service_;
  };

  InFlight enter(ServiceName service);
  void forget();  // the greatest so far is what is in flight now
  [[nodiscard]] std::size_t greatest(ServiceName service) const;
  [[nodiscard]] tandem::json::Value to_json() const;  // {"entra":1,"dataverse":4,"jira":8,"media":0}

 private:
  struct Count {
    std::size_t now = 0, greatest = 0;
  };
  mutable std::mutex mutex_;
  std::array<Count, std::size(kServices)> counts_;
};

}  // namespace sandbox
