// Faults by plan (SPEC L4): what goes wrong on the way to a service or back, decided by which request it is.
//
// A fault is {"when":"before|after|body","match":"POST /rest/api/3/issue/bulk","nth":1,"do":"drop|hold|status"} with
// "for":"1m" (hold; virtual time) or "status":503, "headers":{…}, "body":"…" (status).
// `match` is "METHOD path": the method may be "*", the path (decoded, without query) is a prefix, or a glob over the whole path when
// it holds a "*". An empty match is every request. `nth` counts the requests that match, from 1, and makes the fault one-shot;
// without it the fault hits every one. The first fault of the plan that is due wins; each counts by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/service.hpp"

namespace sandbox {

struct Fault {
  enum class When { before, after, body };  // before the effect, after it, in the middle of the answer
  enum class Do { drop, hold, status };
  When when = When::before;
  Do what = Do::drop;
  std::string method = "*";
  std::string path;  // prefix or glob; "" is every path
  std::optional<std::int64_t> nth;
  int status = 503;
  std::vector<Header> headers;
  std::string body;
  tandem::Millis hold_for{60'000};
};

// Errors: usage, naming the fault's index and what would be accepted.
tandem::Result<std::vector<Fault>> faults_from_json(tandem::json::Value const& list);

class FaultPlan {
 public:
  void set(std::vector<Fault> faults);
  void add(Fault fault);
  void clear() { set({}); }
  // Counts this request for every fault; the fault that hits it, if any. One-shot faults are used up.
  std::optional<Fault> take(std::string_view method, std::string_view path);

 private:
  struct Entry {
    Fault fault;
    std::int64_t seen = 0;
    bool spent = false;
  };
  std::vector<Entry> entries_;
};

bool matches_glob(std::string_view pattern, std::string_view text);  // "*" is any run of characters

}  // namespace sandbox
