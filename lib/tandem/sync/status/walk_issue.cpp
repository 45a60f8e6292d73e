#include <tandem/sync/status/walk_issue.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/mapping/status/refusal.hpp>
#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/screen.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/status/learn_transitions.hpp>
#include <tandem/sync/status/plan_status.hpp>
#include <tandem/sync/status/transition_memory.hpp>
#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
namespace status = mapping::status;

std::string status_of(jira::Issue const& issue) {
  auto const* held = issue.field("status");
  return held != nullptr ? (*held)["id"].scalar_text() : std::string();
}

class Walk {
 public:
  Walk(RunContext& run, CompiledItem const& item, Pair& pair) : run_(run), item_(item), pair_(pair), table_(*item.statuses) {
    from_ = status_of(pair.issue);
    target_ = pair.status.to_jira.target->id;
    auto const* reason = table_.reason(pair.row.record.column(table_.column())->integer().value_or(-1));
    values_.fields = table_.options().fields;
    values_.defaults = item.defaults;
    if (pair.status.to_jira.resolution != nullptr) values_.resolution = *pair.status.to_jira.resolution;
    values_.cancels = reason != nullptr && reason->kind == status::Kind::cancelled;
  }

  Result<std::optional<Report>> look() {
    TANDEM_TRY(auto const offered, run_.jira().transitions(pair_.issue.id));
    if (!offered) return std::optional(Report{Reason::issue_missing, pair_.issue.key});
    TANDEM_CHECK(read_what_screens_require(*offered));
    TANDEM_TRY(auto question, question_over(*offered));
    auto route = status::plan_route(question);
    if (!route.first || route.blind) {
      TANDEM_TRY(auto const more, ask_around(run_.jira(), item_.schema, table_, question.remembered, from_));
      question.remembered.insert(question.remembered.end(), more.begin(), more.end());
      route = status::plan_route(question);
    }
    if (route.first) return std::optional<Report>{};
    return std::optional(route.refused.value_or(Report{Reason::no_transition, ""}));
  }

  Result<StatusOutcome> go() {
    while (from_ != target_) {
      TANDEM_CHECK(run_.go_on());
      TANDEM_TRY(auto const offered, run_.jira().transitions(pair_.issue.id));
      if (!offered) return StatusOutcome{Report{Reason::issue_missing, pair_.issue.key}};
      TANDEM_CHECK(read_what_screens_require(*offered));
      TANDEM_TRY(auto question, question_over(*offered));
      auto route = status::plan_route(question);
      if ((!route.first || route.blind) && !learned_) {
        learned_ = true;
        TANDEM_TRY(bool const more, learn_transitions(run_, item_, from_));
        if (more) {
          TANDEM_TRY(question, question_over(*offered));
          route = status::plan_route(question);
        }
      }
      if (!route.first) return StatusOutcome{route.refused.value_or(Report{Reason::no_transition, ""})};
      TANDEM_TRY(auto const stands, look_at_history());
      if (!stands) return StatusOutcome{Report{Reason::busy, "the issue's status was changed in between"}, true};
      TANDEM_TRY(auto outcome, hop(*route.first));
      if (outcome) return std::move(*outcome);
    }
    return StatusOutcome{};
  }

 private:
  // A field that the issue holds already need not be given by the item.
  Result<Unit> read_what_screens_require(std::vector<jira::Transition> const& offered) {
    std::vector<std::string> ids;
    for (auto const& one : offered) {
      for (auto const& field : one.fields) {
        bool const known = !field.required || values_.present.find(field.id) != nullptr;
        if (!known && std::find(ids.begin(), ids.end(), field.id) == ids.end()) ids.push_back(field.id);
      }
    }
    if (ids.empty()) return Unit{};
    TANDEM_TRY(auto const issue, run_.jira().get(pair_.issue.id, ids, {}));
    for (auto const& id : ids) {
      auto const* held = issue ? issue->field(id) : nullptr;
      values_.present.set(id, held != nullptr ? *held : json::Value());
    }
    return Unit{};
  }

  Result<status::RouteQuestion> question_over(std::vector<jira::Transition> const& offered) {
    status::RouteQuestion question;
    question.from = from_;
    question.to = target_;
    question.available = offered;
    question.visited = visited_;
    question.explore = table_.options().explore;
    // Exploring never closes an issue on the way to a status that is open, nor opens one again.
    for (auto const& one : table_.statuses()) {
      if (one.closed() && one.id != target_) question.unwanted.insert(one.id);
    }
    for (auto const& name : table_.options().path) {
      if (auto const* one = table_.status_named(name)) question.path.push_back(one->id);
    }
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(question.remembered, known_transitions(reader, item_.schema));
      return Unit{};
    }));
    offered_ = offered;
    question.missing = [this](jira::Transition const& one) { return status::fill_screen(one, values_).missing; };
    return question;
  }

  // The newest change of status, which the intent remembers; false when somebody moved the issue since it was read.
  Result<bool> look_at_history() {
    TANDEM_TRY(auto const histories, run_.jira().changelogs({pair_.issue.id}, {"status"}));
    last_entry_.clear();
    auto const found = histories.find(pair_.issue.id);
    if (found == histories.end()) return true;
    std::string shown;
    for (auto const& entry : found->second) {
      for (auto const& field : entry.fields) {
        if (field.field_id != "status") continue;
        last_entry_ = entry.id;
        shown = field.to;
      }
    }
    return shown.empty() || shown == from_;
  }

  json::Object body_of(jira::Transition const& transition) {
    auto values = values_;
    values.leads_to_end = transition.to.id == target_;
    json::Object body{{"transition", json::Object{{"id", transition.id}}}};
    auto screen = status::fill_screen(transition, values);
    if (!screen.fields.empty()) body.set("fields", std::move(screen.fields));
    // Where the site keeps it, the issue's own history then names the intent (SPEC R2).
    json::Object const extra{{"intent", pair_.intent.id}, {"run", pair_.intent.run}};
    body.set("historyMetadata", json::Object{{"type", "tandem"}, {"extraData", extra}});
    return body;
  }

  // Nothing: it was done and the walk goes on, or is at its end.
  Result<std::optional<StatusOutcome>> hop(jira::Transition const& transition) {
    TANDEM_TRY(auto const at, run_.fresh_jira_time());
    auto& intent = pair_.intent;
    intent = intent_of(run_, pair_, Effect::transition);
    intent.at = at;
    intent.moved = IntendedStatus{transition.id, from_, transition.to.id, target_, last_entry_, "", {}, {}, {}, "", ""};
    intent.moved->state = value_of("statecode");
    intent.moved->status = value_of(table_.column());
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_CHECK(remember_transitions(writer, item_.schema, from_, offered_));
      return put_intent(writer, intent);
    }));
    auto const done = run_.jira().transition(pair_.issue.id, body_of(transition));
    if (!done) return refused(done.error());
    TANDEM_TRY(auto const shown, run_.jira().get(pair_.issue.id, {"status", "updated"}, {}));
    TANDEM_CHECK(run_.store().write(
        [&](store::Writer& writer) { return commit_hop(run_, writer, item_, intent, shown ? &*shown : nullptr); }));
    pair_.status.hops.push_back({transition.id, transition.name, from_, transition.to.id});
    if (!shown) return std::optional(StatusOutcome{Report{Reason::issue_missing, pair_.issue.key}});
    visited_.insert(from_);
    auto const now = status_of(*shown);
    if (now == from_) {
      return std::optional(StatusOutcome{
          Report{Reason::no_transition, fmt::format("Jira did \"{}\" and left the issue where it was", transition.name)}});
    }
    // The last hop was done; wherever a rule of the workflow took the issue from there is where it is to be.
    from_ = transition.to.id == target_ ? target_ : now;
    return std::optional<StatusOutcome>{};
  }

  Result<std::optional<StatusOutcome>> refused(Error const& error) {
    if (error.kind == ErrorKind::unknown_outcome) return fail(error);
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return erase_intent(writer, pair_.intent.id); }));
    bool const of_this_issue = error.kind == ErrorKind::auth && error.find("status") == "403";
    if (ends_run(error.kind) && !of_this_issue) return fail(error);
    if (error.kind == ErrorKind::conflict) return std::optional(StatusOutcome{Report{Reason::busy, error.message}, true});
    return std::optional(StatusOutcome{status::refusal_of(error)});
  }

  json::Value value_of(std::string_view column) const {
    auto const* held = pair_.row.record.column(column);
    return held != nullptr ? *held : json::Value();
  }

  RunContext& run_;
  CompiledItem const& item_;
  Pair& pair_;
  status::StatusTable const& table_;
  status::ScreenValues values_;
  std::string from_, target_, last_entry_;
  std::set<std::string> visited_;
  std::vector<jira::Transition> offered_;
  bool learned_ = false;
};

std::string shown_status(CompiledItem const& item, std::string const& id) {
  auto const* one = item.statuses ? item.statuses->status(id) : nullptr;
  return one != nullptr ? one->name : id;
}

}  // namespace

Result<StatusOutcome> walk_issue(RunContext& run, CompiledItem const& item, Pair& pair) { return Walk(run, item, pair).go(); }

Result<std::optional<Report>> why_no_way(RunContext& run, CompiledItem const& item, Pair& pair) {
  return Walk(run, item, pair).look();
}

Result<Unit> commit_hop(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent,
                        jira::Issue const* shown) {
  TANDEM_TRY(auto link, link::find_link(writer, intent.id));
  if (!link) return fail(ErrorKind::store, fmt::format("the link of {} vanished while its issue was moved", intent.number));
  TANDEM_TRY(auto held, link::find_base(writer, intent.id));
  auto base = held.value_or(intent.base);
  auto const& moved = *intent.moved;
  auto const now = shown != nullptr && !status_of(*shown).empty() ? status_of(*shown) : moved.to;
  auto const* updated = shown != nullptr ? shown->field("updated") : nullptr;
  base.issue_updated = updated != nullptr ? std::string(updated->text()) : std::string();
  // What a rule of the workflow made of the last hop is what both sides agree on; before it, only the issue has moved, and by us.
  bool const arrived = now != moved.from && (moved.to == moved.target || now == moved.target);
  if (arrived) {
    base.status = {moved.state, moved.status, now};
  } else {
    base.status.jira_status = now;
    // Nobody agreed on a stop on the way: a record that is set back meanwhile to what it was before has moved all the same. A rehearsal
    // puts both back by what its base holds.
    if (!intent.rehearsal) base.status.dynamics_status = kNoStatus;
  }
  link->synced_at = run.jira_now();
  auto const at = run.jira_now().value_or(Instant{});
  auto entry = history_of(run, *link, "moved-issue", at);
  entry.reason = intent.reason;
  entry.undoes = intent.undoes;
  if (!intent.undoes.empty()) entry.run = intent.run;  // also where a later run settles it
  entry.fields.push_back({"status", shown_status(item, moved.from), shown_status(item, now), moved.from, value_print(now),
                          std::string(kStatusRule)});
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  TANDEM_CHECK(link::put_link(writer, *link));
  TANDEM_CHECK(link::put_base(writer, link->id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  if (arrived) {
    TANDEM_CHECK(
        note_write(writer, link->id, kStatusRule, json::Array{name_of(Side::jira), moved.target}, run.on_dataverse_clock(at)));
    return erase_retry(writer, intent.item, intent.record);
  }
  Retry rest;
  rest.item = intent.item;
  rest.record = intent.record;
  rest.number = intent.number;
  rest.reason = code_of(Reason::open_intent);
  rest.detail = fmt::format("its issue is on the way to \"{}\"", shown_status(item, moved.target));
  return put_retry(writer, rest);
}

}  // namespace tandem::sync
