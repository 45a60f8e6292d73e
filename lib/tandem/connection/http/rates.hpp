// Rates: how fast requests may go so that the services need not say 429: the documented limits with something to spare.
//
//   Jira       a token bucket per endpoint and method, a second's worth deep: GET and POST 100 a second, PUT and DELETE 50, a few more;
//              on one issue 20 writes in 2 s and 100 in 30 s (contract: jira.md §11)
//   Dataverse  6000 requests in 300 s (contract: dataverse.md §15): a bucket of 300 that fills by 17 a second keeps below it over two runs
// A service on this machine (http: the sandbox, a test) is not held back before its answers name limits.
// Where an answer names a lower limit for its endpoint, that counts. What pays in points (OAuth) is told by what is left: see `low_for`.
// Not thread-safe: its owner locks. By our own clock, which paces waiting only (SPEC R8).
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

class Rates {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Zero when the request may go now, which is counted; else how long until it is worth asking again.
  Millis take(Request const& request, Time now);
  void learn(Request const& request, Response const& response);

 private:
  struct Bucket {
    double rate = 0, depth = 0, tokens = 0;
    Time filled{};
  };
  Bucket& bucket_of(Request const& request, Time now);
  std::optional<Time> issue_open_at(std::string const& issue, Time now);
  void forget_old_issues(Time now);

  std::array<bool, 4> limited_{};  // by service: it is held back
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::map<std::string, std::deque<Time>, std::less<>> writes_;  // by issue, of the last 30 s
};

// For how long nothing should be sent to the service, since it says that little is left of what it allows; nothing when enough is.
std::optional<Millis> low_for(Request const& request, Response const& response);

}  // namespace tandem::http
