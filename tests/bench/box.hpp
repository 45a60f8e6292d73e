// Box: the real sandbox as a process, and the real program connected to it.
//
// Prepared without latency and limits (`quick`), measured with those that the services document (`documented`): Jira answers after 80 ms,
// Dataverse after 120 ms.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "bench.hpp"
#include "cli/driver.hpp"

namespace bench {

inline constexpr Seconds kJira{0.080}, kDataverse{0.120};
inline constexpr double kJobs =
    8;  // requests at once: the program's default, and what Dataverse counsels (contract: dataverse.md §15)

class Box {
 public:
  explicit Box(Surroundings const& around, std::vector<std::string> const& options = {});

  void apply(tandem::json::Object const& item, std::vector<std::string> more = {});
  void quick() const;
  void documented() const;
  // A cycle, measured with the requests that it made.
  Measured cycle(std::vector<std::string> const& more = {}) const;
  void forget_requests() const;
  // The same, with the requests that were made since forget_requests().
  Measured cycle_after(std::vector<std::string> const& more) const;
  // Cycles until what they wrote themselves was looked at, and the overlap has passed.
  void settle() const;
  void advance(std::string const& by) const;  // "15m"
  // A REST request as a person; gives the answer's body.
  tandem::json::Value edit(std::string const& side, std::string const& method, std::string const& path,
                           tandem::json::Value const& body = {}) const;
  // The ids of all records of an entity set, as the service lists them.
  [[nodiscard]] std::vector<std::string> records(std::string const& set, std::string const& id) const;
  [[nodiscard]] std::vector<std::string> issues() const;
  // Notes of a person, on these cases in turn.
  void add_notes(std::vector<std::string> const& cases, std::size_t count) const;
  // How long after `began` the first request came.
  [[nodiscard]] Seconds first_request_after(std::chrono::system_clock::time_point began) const;
  [[nodiscard]] std::string store() const { return operator_.state() + "/default"; }
  [[nodiscard]] std::string organisation() const { return organisation_; }
  [[nodiscard]] cli_test::Sandbox const& sandbox() const { return sandbox_; }
  [[nodiscard]] std::vector<std::string> const& environment() const { return environment_; }

 private:
  std::string tandem_;
  cli_test::Sandbox sandbox_;
  cli_test::Operator operator_;
  std::vector<std::string> environment_;
  std::string organisation_;
};

// A two-way item "bench" for cases, with four mappings; `parts` replaces or adds members.
tandem::json::Object bench_item(tandem::json::Object const& parts = {});

// Requests that change something; a batch counts as one.
std::uint64_t writes_of(Measured const& measured);
// All others but those for tokens.
std::uint64_t reads_of(Measured const& measured);

}  // namespace bench
