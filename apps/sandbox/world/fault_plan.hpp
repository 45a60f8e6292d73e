// Faults by plan (SPEC L4): what goes wrong on the way to a service or back, decided by which request it is.
//
// {"when":"before|after|body","service":"jira","match":"POST /rest/api/3/issue/bulk","nth":1,"every":3,"times":2,"probability":0.1,"seed":7,
//  "do":"drop|hold|status","for":"1m","status":503,"headers":{…},"body":"…","bytes":100}; all keys may be missing.
// Which requests: `service` and `match` (request_pattern.hpp) choose them, and they are counted from 1. `nth` is the first that is hit,
// and the only one; with `every` each k-th from there on, with `times` at most so many. Of those that are due, `probability` (0…1)
// takes some: the same ones for the same `seed`. The first fault of the plan that is due wins; each counts by itself.
// What happens: `before` the effect, `after` it, or in the middle of the answer's `body` (after `bytes` of it, default half). `drop`
// closes the connection, `hold` keeps it open without an answer (`for`, virtual time; before the effect, the effect comes at its end), `status` answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/request_pattern.hpp"
#include "world/service.hpp"
#include "world/urls.hpp"

namespace sandbox {

struct Fault {
  enum class When { before, after, body };
  enum class Do { drop, hold, status };
  When when = When::before;
  Do what = Do::drop;
  std::optional<ServiceName> service;
  RequestPattern match;
  std::optional<std::int64_t> nth, every, times;
  double probability = 1;
  std::uint64_t seed = 1;
  int status = 503;
  std::vector<Header> headers;
  std::string body;
  std::optional<std::size_t> bytes;  // of the body, before it is cut
  tandem::Millis hold_for{60'000};
};

// Errors: usage, naming the fault's index and what would be accepted.
tandem::Result<std::vector<Fault>> faults_from_json(tandem::json::Value const& list);

class FaultPlan {
 public:
  void set(std::vector<Fault> faults);
  void add(Fault fault);
  void clear() { set({}); }
  // Counts this request for every fault; the fault that hits it, if any.
  std::optional<Fault> take(ServiceName service, std::string_view method, std::string_view path);
  // The plan as it was written, each with "seen" (requests that matched) and "hits".
  [[nodiscard]] tandem::json::Value to_json() const;

 private:
  struct Entry {
    Fault fault;
    std::int64_t seen = 0, hits = 0;
  };
  static bool is_due(Entry const& entry);
  std::vector<Entry> entries_;
};

}  // namespace sandbox
