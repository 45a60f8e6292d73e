// WireLogTransport: what went over the wire, one JSON line per try, for `--trace-http FILE` (SPEC S1, S5).
//
// {"at","service","method","host","path","query":{…},"request":{header: value},"sent","status","answer":{…},"got","ms"} or
// {"error","message"} instead of the answer; `at` counts milliseconds since the first request. Headers and query parameters are shown
// by an allow-list; of all others only the name is. Bodies are never shown, only their sizes in bytes. Ids and keys in paths are.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class WireLogTransport final : public Transport {
 public:
  using Sink = std::function<void(std::string_view line)>;  // called by one thread at a time
  // Without a sink everything passes as it is.
  WireLogTransport(Transport& next, Sink sink, Clock& clock) : next_(next), sink_(std::move(sink)), clock_(clock) {}
  Result<Response> send(Request const& request) override;

 private:
  Transport& next_;
  Sink sink_;
  Clock& clock_;
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> first_;
};

}  // namespace tandem::http
