// What was asked of the services, for assertions (SPEC L4 `GET requests`). Control requests and edits by people are not in it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>

#include "world/service.hpp"
#include "world/urls.hpp"

namespace sandbox {

struct LogEntry {
  std::uint64_t number = 0;  // from 1 since the start; `forget` does not restart it
  ServiceName service = ServiceName::jira;
  std::string method, path, target;
  tandem::Instant at;        // when it came, by the box' clock
  int status = 0;            // of the answer, 0 when none was given
  bool executed = false;     // a held request turns true when it is executed
  std::string outcome;       // answered | lost | cut | held
};

class RequestLog {
 public:
  LogEntry& begin(ServiceName service, Request const& request, tandem::Instant at);
  void count_answer(ServiceName service, int status);
  void mark_executed(std::uint64_t number, int status);  // of a request that was held
  void forget();

  [[nodiscard]] std::vector<LogEntry> const& entries() const { return entries_; }
  // "POST /rest/api/3/issue/bulk" -> how often; ids in the path are {id}, issue keys {key}.
  [[nodiscard]] std::map<std::string, std::uint64_t> const& counts() const { return counts_; }
  // By service and status; a request without an answer is in none.
  using Statuses = std::map<std::string, std::map<int, std::uint64_t>, std::less<>>;
  [[nodiscard]] Statuses const& statuses() const { return statuses_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] tandem::json::Value to_json() const;

  // Only the newest entries are kept, so that a long run does not grow; counts, statuses and total stay exact.
  static constexpr std::size_t kMostEntries = 200'000;

 private:
  std::vector<LogEntry> entries_;
  std::map<std::string, std::uint64_t> counts_;
  Statuses statuses_;
  std::uint64_t total_ = 0, next_ = 1;
};

// The path with its ids replaced: "/rest/api/3/issue/SUP-1" -> "/rest/api/3/issue/{key}".
std::string endpoint_template(std::string_view path);

}  // namespace sandbox
