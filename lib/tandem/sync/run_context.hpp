// RunContext: what every step of a run shares: the way to both services, the store, the clocks of the services, and the observer.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <tandem/link/link.hpp>
#include <tandem/sync/run.hpp>

namespace tandem::sync {

class RunContext {
 public:
  RunContext(RunInput const& input, RunOptions const& run_options, std::string id)
      : in(input), options(run_options), run_id(std::move(id)) {}

  RunInput const& in;
  RunOptions const& options;
  std::string run_id;

  [[nodiscard]] dataverse::Client& dataverse() const { return in.connection.dataverse(); }
  [[nodiscard]] jira::Client& jira() const { return in.connection.jira(); }
  [[nodiscard]] store::Store& store() const { return in.store; }
  // Dataverse's clock as last seen in this run.
  [[nodiscard]] std::optional<Instant> dataverse_now() const { return in.connection.times().last(http::Service::dataverse); }
  [[nodiscard]] std::optional<Instant> jira_now() const { return in.connection.times().last(http::Service::jira); }
  // Jira's clock, asked for anew when the last answer is older than ten seconds: an intent must not be dated long before its write.
  [[nodiscard]] Result<Instant> fresh_jira_time() const;
  // Dataverse's clock and Jira's differ: a moment of Jira's as Dataverse's clock showed it (SPEC R8).
  [[nodiscard]] Instant on_dataverse_clock(Instant jira) const;
  // Our account in Jira; asked for once.
  [[nodiscard]] Result<std::string> jira_account() const;
  // cancelled, once the run has been told to stop.
  [[nodiscard]] Result<Unit> go_on() const;

  // Thread-safe doors to the observer.
  void tell(std::function<void(Observer&)> const& what) const {
    std::lock_guard const hold(observer_mutex_);
    what(in.observer);
  }

 private:
  mutable std::mutex observer_mutex_;
  mutable std::string jira_account_;
};

// A history entry about a link, dated by Jira's clock (Dataverse's for writes there).
HistoryEntry history_of(RunContext const& run, link::Link const& link, std::string action, Instant at);

// Errors that end the whole run: the service cannot be used, the store fails, the run was stopped.
bool ends_run(ErrorKind kind);

}  // namespace tandem::sync
