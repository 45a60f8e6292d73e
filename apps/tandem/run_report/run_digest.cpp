#include "run_report/run_digest.hpp"

#include <tandem/sync/conversation/plan.hpp>
#include <tandem/sync/history_actions.hpp>

namespace tandem::cli {

namespace {

template <class T>
void list(std::vector<T>& all, T one) {
  if (all.size() < RunDigest::kMostListed) all.push_back(std::move(one));
}

}  // namespace

void RunDigest::plan(PlannedChange change) {
  ++planned_count;
  list(planned, std::move(change));
}

void DigestObserver::planned(sync::Plan const& plan) {
  if (!digest_.dry_run) return;
  bool const create = plan.action == sync::Action::create_issue;
  for (auto const& change : plan.changes) {
    bool const jira = change.side == sync::Side::jira;
    digest_.plan({plan.item, plan.issue_key, plan.number,
                  create ? "create issue"
                  : jira ? "update issue"
                         : "update record",
                  jira ? change.field : change.column, create ? "" : change.before, change.after});
  }
  if (create && plan.changes.empty()) digest_.plan({plan.item, "", plan.number, "create issue", "", "", plan.title});
  if (plan.status && !plan.status->left) {
    bool const jira = plan.status->side == sync::Side::jira;
    digest_.plan({plan.item, plan.issue_key, plan.number, jira ? "move issue" : "change record's status", "status",
                  plan.status->before, plan.status->after});
  }
}

void DigestObserver::planned_conversation(link::Link const& link, sync::conversation::Plan const& plan) {
  if (!digest_.dry_run) return;
  for (auto const& change : plan.changes) {
    if (change.step == sync::conversation::Step::keep) continue;
    digest_.plan(
        {link.item, link.issue_key, link.record_number, std::string(name_of(change.step)), "", change.before, change.shown});
  }
}

void DigestObserver::wrote(sync::HistoryEntry const& entry) {
  auto const side = sync::side_written(entry.action);
  ++digest_.writes[{entry.item, side ? std::string(sync::name_of(*side)) : "none", entry.action}];
}

void DigestObserver::failed(sync::Skipped const& failed) {
  ++digest_.failed_count;
  list(digest_.failed, failed);
}

void DigestObserver::held(sync::Skipped const& held) {
  ++digest_.held_count;
  list(digest_.held, held);
}

void DigestObserver::event_handled(sync::event::EventOutcome const& outcome) {
  ++digest_.events[std::string(name_of(outcome.end))];
}

}  // namespace tandem::cli
