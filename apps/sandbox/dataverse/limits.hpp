// Service protection limits (dataverse.md §15): requests and execution time in a sliding window of 300 s, concurrent requests.
//
// With `limits: documented` the first two are counted (a request's execution time is the switch requestMillis); requests reach this
// service one by one, so that too many at once can only be scripted, as each of the three can: switch `dataverse.throttle`.
#pragma once

#include <deque>
#include <optional>

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

class Limits {
 public:
  struct Over {
    Refusal refusal;
    std::int64_t retry_after = 0;  // seconds
  };
  // Counts the request, or says which limit it goes over.
  std::optional<Over> count(Engine& engine);
  // x-ms-ratelimit-…: what is left, where limits are on.
  void add_headers(Engine const& engine, Response& response) const;

 private:
  struct Seen {
    tandem::Instant at;
    std::int64_t millis;
  };
  std::deque<Seen> recent_;  // of the last 300 s
  std::int64_t spent_ = 0;  // milliseconds of all of them
};

}  // namespace sandbox::dataverse
