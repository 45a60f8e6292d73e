#include <tandem/sync/status/rehearse_plan.hpp>

#include <algorithm>
#include <deque>
#include <set>

#include <fmt/format.h>

#include <tandem/mapping/suggest.hpp>

namespace tandem::sync {

namespace {

namespace status = mapping::status;
using status::DynamicsStatus;
using status::Kind;

bool is_closed(Kind kind) { return kind == Kind::done || kind == Kind::cancelled; }

class Planner {
 public:
  Planner(status::StatusTable const& table, RehearsalQuestion const& asked)
      : table_(table), asked_(asked), now_(table.reason(asked.record)), issue_now_(table.status(asked.issue)) {}

  RehearsalPlan run() {
    if (table_.has_states()) {
      auto const* at = now_;
      for (auto const kind : kinds()) {
        auto const* next = record_of(kind, at);
        from_dynamics(next);
        if (!plan_.steps.back().refused) at = next;
      }
      for (auto const kind : kinds()) from_jira(kind);
    } else {
      for (auto const& one : table_.reasons()) {
        if (one.value != asked_.record) from_dynamics(&one);
      }
      for (auto const& one : table_.statuses()) {
        if (one.id != asked_.issue) choice_from_jira(one);
      }
    }
    tell_what_remains();
    return std::move(plan_);
  }

 private:
  std::vector<Kind> kinds() const {
    std::vector<Kind> out;
    if (now_ != nullptr && is_closed(now_->kind)) out.push_back(Kind::open);
    for (auto const kind : {Kind::done, Kind::cancelled}) {
      bool const there =
          std::any_of(table_.reasons().begin(), table_.reasons().end(), [&](auto const& one) { return one.kind == kind; });
      if (!there) continue;
      out.push_back(kind);
      out.push_back(Kind::open);
    }
    return out;
  }

  // The status reason by which the item would do it: its own choice, the one that the record has, the default of the state, another that is matched;
  // rather one that may follow where the record then is.
  DynamicsStatus const* record_of(Kind kind, DynamicsStatus const* at = nullptr) const {
    auto const& options = table_.options();
    auto const& own = kind == Kind::done        ? options.resolve_reason
                      : kind == Kind::cancelled ? options.cancel_reason
                                                : std::string();
    if (auto const* named = table_.reason_named(own); named != nullptr && named->kind == kind) return named;
    DynamicsStatus const* best = nullptr;
    int least = 0;
    for (auto const& one : table_.reasons()) {
      if (one.kind != kind) continue;
      auto const match = table_.to_jira(one.value);
      bool const acts = !match.left && match.target != nullptr;
      bool const follows = at == nullptr || !status::change_of(table_, asked_.entity, at->value, one).refused;
      int const place = (acts ? 0 : 8) + (follows ? 0 : 4) + (&one == now_ ? 0 : one.is_default ? 1 : 2);
      if (best != nullptr && place >= least) continue;
      best = &one;
      least = place;
    }
    return best;
  }

  void from_dynamics(DynamicsStatus const* record) {
    RehearsalStep step;
    step.set = Side::dynamics;
    step.record = record;
    if (record != nullptr) {
      step.kind = record->kind;
      auto const match = table_.to_jira(record->value);
      step.issue = match.target;
      step.resolution = match.resolution;
      if (match.left || match.target == nullptr)
        step.refused = match.left.value_or(Report{Reason::status_unmatched, record->label});
    }
    keep(std::move(step));
  }

  void from_jira(Kind kind) {
    RehearsalStep step;
    step.set = Side::jira;
    step.kind = kind;
    std::optional<Report> left;
    // First where the record's status of that kind leads, so that both directions walk the same statuses.
    if (auto const* record = record_of(kind)) {
      auto const match = table_.to_jira(record->value);
      if (match.target != nullptr && leads_to(*match.target, match.resolution, kind, step, left)) return keep(std::move(step));
    }
    if (kind == Kind::open && issue_now_ != nullptr && leads_to(*issue_now_, nullptr, kind, step, left))
      return keep(std::move(step));
    for (auto const& one : table_.statuses()) {
      if (one.closed() == is_closed(kind) && leads_to(one, nullptr, kind, step, left)) return keep(std::move(step));
    }
    step.refused =
        left.value_or(Report{Reason::status_unmatched, fmt::format("no Jira status makes the record {}", name_of(kind))});
    keep(std::move(step));
  }

  // Whether the issue's going there makes the record of that kind: plainly, or with the resolution that says so.
  bool leads_to(status::JiraStatus const& issue, jira::Resolution const* resolution, Kind kind, RehearsalStep& step,
                std::optional<Report>& left) const {
    std::vector<jira::Resolution const*> tried{resolution};
    if (kind == Kind::cancelled && issue.closed()) {
      // A screen that asks for one must be told why the issue ends.
      for (auto const& one : table_.resolutions()) tried.push_back(&one);
    }
    tried.push_back(nullptr);
    for (auto const* one : tried) {
      auto const match = table_.to_dynamics(issue.id, one == nullptr ? "" : one->id);
      if (match.target == nullptr || match.target->kind != kind) continue;
      if (match.left) {
        left = match.left;
        continue;
      }
      step.issue = &issue;
      step.resolution = one;
      step.record = match.target;
      return true;
    }
    return false;
  }

  void choice_from_jira(status::JiraStatus const& issue) {
    RehearsalStep step;
    step.set = Side::jira;
    step.issue = &issue;
    auto const match = table_.to_dynamics(issue.id, "");
    step.record = match.target;
    if (match.left || match.target == nullptr) step.refused = match.left.value_or(Report{Reason::status_unmatched, issue.name});
    keep(std::move(step));
  }

  void keep(RehearsalStep step) {
    if (!step.refused) step.refused = no_way_back(step);
    plan_.steps.push_back(std::move(step));
  }

  std::optional<Report> no_way_back(RehearsalStep const& step) {
    if (step.record != nullptr && now_ != nullptr && step.record != now_ &&
        next_towards(table_, asked_.entity, step.record->value, *now_) == nullptr) {
      return Report{Reason::transition_rules,
                    fmt::format("no change leads back from \"{}\" to \"{}\"", step.record->label, now_->label)};
    }
    if (step.issue == nullptr || issue_now_ == nullptr || step.issue == issue_now_) return std::nullopt;
    std::vector<std::string> path;
    for (auto const& name : table_.options().path) {
      if (auto const* one = table_.status_named(name)) path.push_back(one->id);
    }
    switch (way_back(asked_.known, path, step.issue->id, issue_now_->id)) {
      case WayBack::known: return std::nullopt;
      case WayBack::unknown: unknown_.insert(step.issue->name); return std::nullopt;
      case WayBack::none: break;
    }
    return Report{Reason::no_transition,
                  fmt::format("no way is known back from \"{}\" to \"{}\"", step.issue->name, issue_now_->name)};
  }

  void tell_what_remains() {
    if (!plan_.walks()) return;
    auto& out = plan_.remains;
    auto const& number = asked_.number;
    out.push_back(
        fmt::format("the changes stay in the histories of {} and {}, which count as changed now", number, asked_.issue_key));
    out.emplace_back("who watches them may be notified; rules, flows and plug-ins of both systems run as for anybody's change");
    bool const closed = now_ != nullptr && is_closed(now_->kind);
    std::size_t closings = closed ? 1 : 0;
    for (auto const& step : plan_.steps) {
      if (step.refused || step.record == nullptr) continue;
      closings += step.kind == Kind::done || (asked_.entity == "opportunity" && step.kind == Kind::cancelled) ? 1 : 0;
    }
    if (closings > 0 && asked_.entity == "incident") {
      out.push_back(fmt::format("{} keeps up to {} more case {} on its timeline; reopening cancels, but never deletes them",
                                number, closings, closings == 1 ? "resolution" : "resolutions"));
    }
    if (closings > 0 && asked_.entity == "opportunity") {
      out.push_back(
          fmt::format("{} keeps up to {} more close activities, and closing sets its actual date and revenue", number, closings));
    }
    if (closings > 0 && (asked_.entity == "incident" || asked_.entity == "opportunity"))
      out.push_back(fmt::format("closing {} may cancel its open activities, which reopening does not open again", number));
    if (!unknown_.empty()) {
      out.push_back(
          fmt::format("no way back to \"{}\" is known yet from {}: if there is none, {} stays there until somebody moves it",
                      issue_now_->name, mapping::listed({unknown_.begin(), unknown_.end()}), asked_.issue_key));
    }
  }

  status::StatusTable const& table_;
  RehearsalQuestion const& asked_;
  DynamicsStatus const* now_;
  status::JiraStatus const* issue_now_;
  std::set<std::string> unknown_;  // names of statuses from which the way back is not known
  RehearsalPlan plan_;
};

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::none: return "changed";
    case Kind::open: return "reopened";
    case Kind::done: return "resolved";
    case Kind::cancelled: return "cancelled";
  }
  return "";
}

bool RehearsalPlan::walks() const {
  return std::any_of(steps.begin(), steps.end(), [](RehearsalStep const& step) { return !step.refused; });
}

RehearsalPlan plan_rehearsal(status::StatusTable const& table, RehearsalQuestion const& question) {
  return Planner(table, question).run();
}

DynamicsStatus const* next_towards(status::StatusTable const& table, std::string_view entity, std::int64_t from,
                                   DynamicsStatus const& to) {
  auto const may_follow = [&](std::int64_t at, DynamicsStatus const& next) {
    auto const change = status::change_of(table, entity, at, next);
    return change.way != status::Way::none && !change.refused;
  };
  // Backwards from the end: whoever reaches `to` first from `from` is the first step of the shortest way. Defaults of their state come first.
  std::set<std::int64_t> seen{to.value};
  std::deque<DynamicsStatus const*> open{&to};
  while (!open.empty()) {
    auto const* at = open.front();
    open.pop_front();
    if (may_follow(from, *at)) return at;
    for (bool const defaults : {true, false}) {
      for (auto const& one : table.reasons()) {
        if (one.is_default == defaults && may_follow(one.value, *at) && seen.insert(one.value).second) open.push_back(&one);
      }
    }
  }
  return nullptr;
}

WayBack way_back(std::vector<status::KnownTransition> const& known, std::vector<std::string> const& path, std::string const& from,
                 std::string const& to) {
  if (from == to) return WayBack::known;
  std::set<std::string> seen{from};
  std::deque<std::string> open{from};
  bool into_the_unknown = false;
  while (!open.empty()) {
    auto const at = open.front();
    open.pop_front();
    std::vector<std::string> next;
    bool told = false;
    for (auto const& one : known) {
      if (one.from != at) continue;
      told = true;
      next.push_back(one.transition.to.id);
    }
    if (auto const place = std::find(path.begin(), path.end(), at); place != path.end())
      next.push_back(place + 1 != path.end() ? *(place + 1) : to);
    into_the_unknown = into_the_unknown || !told;
    for (auto const& status : next) {
      if (status == to) return WayBack::known;
      if (seen.insert(status).second) open.push_back(status);
    }
  }
  return into_the_unknown ? WayBack::unknown : WayBack::none;
}

}  // namespace tandem::sync
