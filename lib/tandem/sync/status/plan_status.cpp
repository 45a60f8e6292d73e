#include <tandem/sync/status/plan_status.hpp>

#include <fmt/format.h>

namespace tandem::sync {

namespace {

namespace status = mapping::status;

constexpr Millis kAlike{2000};  // `Date` counts whole seconds, on either side (SPEC R8)

bool is_closed(status::DynamicsStatus const* one) {
  return one != nullptr && (one->kind == status::Kind::done || one->kind == status::Kind::cancelled);
}

class StatusPlanner {
 public:
  StatusPlanner(status::StatusTable const& table, StatusQuestion const& asked) : table_(table), asked_(asked) {
    now_ = table.reason(asked.status.integer().value_or(-1));
    issue_ = table.status(asked.issue_status);
  }

  StatusPlan run() {
    auto const& base = asked_.base;
    bool const known = !base.dynamics_status.is_null() && !base.jira_status.empty();
    // Nothing is read into silence: an answer without the status is no change of it (C6).
    if (asked_.status.is_null() || asked_.issue_status.empty()) {
      plan_.base = base;
      return plan_;
    }
    if (!known) return agreed();
    bool const dynamics_moved = base.apply || !(base.dynamics_status == asked_.status);
    bool const jira_moved = base.jira_status != asked_.issue_status;
    if (!dynamics_moved && !jira_moved) return agreed();
    plan_.base = base;
    see_dynamics();
    auto const to_jira = table_.to_jira(asked_.status.integer().value_or(-1));
    auto const to_dynamics = table_.to_dynamics(asked_.issue_status, asked_.resolution);
    if (stands_exactly(to_jira) || (dynamics_moved && issue_stands(to_jira)) || (jira_moved && record_stands(to_dynamics)))
      return agreed();
    bool dynamics_wins = dynamics_moved;
    if (dynamics_moved && jira_moved) {
      // A status that the record had before its issue was made is older than whatever happened to the issue.
      auto const later = base.apply ? std::optional(false) : dynamics_is_later();
      if (!later) {
        plan_.times_wanted = true;
        return plan_;
      }
      dynamics_wins = *later;
      plan_.lost = dynamics_wins ? shown_issue() : shown_record();
    }
    if (asked_.flipping) return leave({Reason::flipping, "status"});
    return dynamics_wins ? move_issue(to_jira) : change_record(to_dynamics);
  }

 private:
  StatusPlan agreed() {
    plan_.base = {asked_.state, asked_.status, asked_.issue_status};
    plan_.lost.clear();
    return plan_;
  }
  StatusPlan leave(Report report) {
    plan_.left = std::move(report);
    return plan_;
  }

  // The first version that showed this status is what counts later, whatever else is edited until then.
  void see_dynamics() {
    auto& base = plan_.base;
    if (base.seen_status == asked_.status) return;
    base.seen_status = asked_.status;
    base.seen_at = asked_.dynamics_at;
  }

  std::optional<bool> dynamics_is_later() const {
    auto const dynamics = plan_.base.seen_at ? plan_.base.seen_at : asked_.dynamics_at;
    if (!dynamics || !asked_.jira_at) return std::nullopt;
    return *dynamics + kAlike >= *asked_.jira_at;
  }

  // Several reasons may become one Jira status: who goes there does not ask the record to leave its own for another of them.
  bool stands_exactly(status::ToJira const& match) const {
    return !match.left && match.target != nullptr && match.target == issue_;
  }
  // Where only the state matters, one that agrees asks for nothing, however sure the pair is.
  bool issue_stands(status::ToJira const& match) const {
    if (stands_exactly(match)) return true;
    return match.target != nullptr && issue_ != nullptr && match.state_only && match.target->closed() == issue_->closed();
  }
  bool record_stands(status::ToDynamics const& match) const {
    if (match.target == nullptr || now_ == nullptr) return false;
    if (match.state_only && match.target->state == now_->state) return true;
    return !match.left && match.target == now_;
  }

  StatusPlan move_issue(status::ToJira const& match) {
    if (match.left || match.target == nullptr) return leave(match.left.value_or(Report{Reason::status_unmatched, ""}));
    plan_.action = StatusAction::move_issue;
    plan_.to_jira = match;
    plan_.before = shown_issue();
    plan_.after = match.target->name;
    plan_.reopens = issue_ != nullptr && issue_->closed() && !match.target->closed();
    plan_.closes = match.target->closed() && (issue_ == nullptr || !issue_->closed());
    return plan_;
  }

  StatusPlan change_record(status::ToDynamics const& match) {
    if (match.left || match.target == nullptr) return leave(match.left.value_or(Report{Reason::status_unmatched, ""}));
    auto const change = status::change_of(table_, asked_.entity, asked_.status.integer().value_or(-1), *match.target);
    if (change.refused) return leave(*change.refused);
    if (change.way == status::Way::none) return agreed();  // closed already: that was wanted
    plan_.action = StatusAction::change_record;
    plan_.change = change;
    plan_.before = shown_record();
    plan_.after = match.target->label;
    plan_.reopens = change.reopens;
    plan_.closes = change.closes;
    return plan_;
  }

  std::string shown_record() const { return now_ != nullptr ? now_->label : asked_.status.scalar_text(); }
  std::string shown_issue() const { return issue_ != nullptr ? issue_->name : asked_.issue_status; }

  status::StatusTable const& table_;
  StatusQuestion const& asked_;
  status::DynamicsStatus const* now_ = nullptr;
  status::JiraStatus const* issue_ = nullptr;
  StatusPlan plan_;
};

}  // namespace

StatusPlan plan_status(status::StatusTable const& table, StatusQuestion const& question) {
  return StatusPlanner(table, question).run();
}

bool statuses_differ(status::StatusTable const& table, StatusQuestion question) {
  auto const to_jira = table.to_jira(question.status.integer().value_or(-1));
  auto const to_dynamics = table.to_dynamics(question.issue_status, question.resolution);
  auto const* now = table.reason(question.status.integer().value_or(-1));
  bool const record_shows_it = now != nullptr && !to_dynamics.left && to_dynamics.target == now;
  // A record that left its first status has one of its own, also where the issue's stands for no more than "open".
  if (!record_shows_it && owes_status(table, question.status, question.issue_status)) return true;
  question.base = {{}, json::Value(kNoStatus), std::string(kNoStatus)};
  question.dynamics_at = question.jira_at = std::nullopt;
  if (!plan_status(table, question).times_wanted) return false;
  return (!to_jira.left && to_jira.target != nullptr) || (!to_dynamics.left && to_dynamics.target != nullptr);
}

link::StatusBase base_taking(StatusQuestion const& question, bool dynamics) {
  link::StatusBase base{question.state, question.status, question.issue_status};
  if (dynamics)
    base.apply = true;
  else
    base.jira_status = kNoStatus;
  return base;
}

bool owes_status(status::StatusTable const& table, json::Value const& value, std::string_view issue_status) {
  auto const* reason = table.reason(value.integer().value_or(-1));
  auto const* issue = table.status(issue_status);
  if (reason == nullptr || issue == nullptr) return false;
  bool const where_records_begin = !is_closed(reason) && reason->is_default;
  auto const match = table.to_jira(reason->value);
  if (where_records_begin || match.left || match.target == nullptr || match.target == issue) return false;
  return !(match.state_only && match.target->closed() == issue->closed());
}

}  // namespace tandem::sync
