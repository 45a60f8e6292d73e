#include "run_report/run_digest.hpp"

#include <algorithm>
#include <array>

#include <tandem/sync/conversation/plan.hpp>

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

std::string_view side_of_action(std::string_view action) {
  constexpr std::array<std::string_view, 8> kNone{"adopted-issue", "duplicate-issue", "ended-rehearsal", "moved-by-others",
                                                  "made-link",     "removed-link",    "broke-link",      "restored-link"};
  bool const rebuilt = action.starts_with("rebuilt-");
  if (rebuilt || std::find(kNone.begin(), kNone.end(), action) != kNone.end()) return "none";
  bool const dynamics = action.ends_with("-record") || action.ends_with("-note") || action == "changed-status";
  return dynamics ? "dynamics" : "jira";
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
  ++digest_.writes[{entry.item, std::string(side_of_action(entry.action)), entry.action}];
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
