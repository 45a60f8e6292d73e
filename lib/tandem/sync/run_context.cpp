#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

Result<Instant> RunContext::fresh_jira_time() const {
  constexpr Millis kFresh{10'000};
  auto const age = in.connection.times().age(http::Service::jira);
  if (age && *age <= kFresh) return *jira_now();
  return jira().server_time();
}

Instant RunContext::on_dataverse_clock(Instant jira) const {
  return jira - in.connection.times().ahead(http::Service::jira, http::Service::dataverse).value_or(Millis{0});
}

Result<std::string> RunContext::jira_account() const {
  if (jira_account_.empty()) {
    TANDEM_TRY(auto const self, in.connection.jira().myself());
    jira_account_ = self.account_id;
  }
  return jira_account_;
}

Result<Unit> RunContext::go_on() const {
  if (in.stop && in.stop()) return fail(ErrorKind::cancelled, "stopped: the next run continues");
  return Unit{};
}

HistoryEntry history_of(RunContext const& run, link::Link const& link, std::string action, Instant at) {
  HistoryEntry entry;
  entry.at = at;
  entry.run = run.run_id;
  entry.item = link.item;
  entry.link = link.id;
  entry.record = link.record;
  entry.number = link.record_number;
  entry.issue_key = link.issue_key;
  entry.action = std::move(action);
  entry.issue_id = link.issue;
  return entry;
}

bool ends_run(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::auth:
    case ErrorKind::transient:
    case ErrorKind::throttled:
    case ErrorKind::store:
    case ErrorKind::cancelled:
    case ErrorKind::locked:
    case ErrorKind::internal: return true;
    case ErrorKind::usage:
    case ErrorKind::config:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::refused:
    case ErrorKind::unknown_outcome:
    case ErrorKind::remote: return false;
  }
  return true;
}

}  // namespace tandem::sync
