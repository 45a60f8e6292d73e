// TraceTransport: shows what is sent. Once outermost ("called") and once just above the wire ("sent"), so that every try is seen.
//
// Logs one debug line per request: service, endpoint template, status or error kind, duration, sizes and an allow-list of answer
// headers. Never a URL (its query holds customer data), never a request header, never a body (SPEC S1). The inner one also counts
// requests and feeds ServerTimes from each answer's `Date`, LimitsSeen from what it says of limits.
#pragma once

#include <atomic>
#include <cstdint>

#include <tandem/base/log/log.hpp>
#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/limits_seen.hpp>
#include <tandem/connection/http/server_times.hpp>
#include <tandem/connection/http/traffic.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class TraceTransport final : public Transport {
 public:
  // What the inner trace writes into; each may be null.
  struct Sinks {
    ServerTimes* times = nullptr;
    std::atomic<std::uint64_t>* requests = nullptr;
    Traffic* traffic = nullptr;
    LimitsSeen* limits = nullptr;
  };
  TraceTransport(Transport& next, std::string_view event, Clock& clock, Log const& log, Sinks sinks)
      : next_(next), event_(event), clock_(clock), log_(log), sinks_(sinks) {}
  Result<Response> send(Request const& request) override;

 private:
  Transport& next_;
  std::string event_;
  Clock& clock_;
  Log const& log_;
  Sinks sinks_;
};

}  // namespace tandem::http
