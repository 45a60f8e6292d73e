#include <tandem/sync/explain_status.hpp>

#include <fmt/format.h>

#include <tandem/mapping/status/record_change.hpp>
#include <tandem/sync/explain_conditions.hpp>

namespace tandem::sync::explain {

namespace {

namespace status = mapping::status;

std::string id_of(jira::Issue const& issue, std::string_view field) {
  auto const* held = issue.field(field);
  return held == nullptr ? std::string() : (*held)["id"].scalar_text();
}

std::string text_in(jira::Issue const& issue, std::string_view field) {
  auto const* held = issue.field(field);
  return held == nullptr ? std::string() : std::string(held->text());
}

// Reasons that a service's refusal of a status change is kept with (mapping/status/refusal.hpp).
bool concerns_status(Reason reason) {
  switch (reason) {
    case Reason::transition_rules:
    case Reason::open_child_cases:
    case Reason::open_activities:
    case Reason::closing_message:
    case Reason::reason_not_of_state:
    case Reason::on_hold_refused:
    case Reason::plugin_refused:
    case Reason::status_privilege:
    case Reason::rejected: return true;
    default: return false;
  }
}

class CaseClose {
 public:
  explicit CaseClose(Facts const& facts) : facts_(facts) { effect_ = {.name = "case-close", .direction = "to-dynamics"}; }

  Effect run() && {
    ask_all();
    return std::move(effect_);
  }

 private:
  void ask(Condition one) { effect_.conditions.push_back(std::move(one)); }

  void ask_all() {
    auto const& item = facts_.item.item;
    item_conditions(facts_, effect_.conditions);
    bool const is_case = item.entity == "incident";
    ask(holds(is_case, "the table is incident", item.entity, {},
              "Nothing: other tables are closed by an update of their status, or by a message of their own."));
    if (!is_case) return;
    ask(part_is_on("status", item.status));
    if (!whole_link_conditions(facts_, effect_.conditions)) return;
    ask(no_open_intent(facts_));
    ask(readable_record(facts_));
    ask(readable_issue(facts_));
    if (!facts_.record || !facts_.issue || !facts_.item.statuses) return;
    auto const* const target = matched();
    if (target == nullptr) return;
    moved();
    auto const change = way_to(*target);
    privileges(change);
    resolution(change, *target);
    last_refusal();
    effect_.outcome = change.way == status::Way::close_incident
                          ? fmt::format("the next run resolves the case by CloseIncident as {}", quoted(target->label))
                          : fmt::format("the next run sets the case to {} by an update", quoted(target->label));
  }

  // Which status reason the issue's status stands for, and by which rule; null where nothing or no closed one does.
  status::DynamicsStatus const* matched() {
    auto const& table = *facts_.item.statuses;
    auto const id = id_of(*facts_.issue, "status");
    auto const* const own = table.status(id);
    auto const* const resolved = table.resolution(id_of(*facts_.issue, "resolution"));
    auto const match = table.to_dynamics(id, resolved == nullptr ? "" : resolved->id);
    auto shown = quoted(own == nullptr ? id : own->name);
    if (resolved != nullptr) shown += fmt::format(" (resolution {})", quoted(resolved->name));
    auto const by = match.target == nullptr
                        ? std::string("nothing")
                        : fmt::format("{}, by {} ({})", quoted(match.target->label), name_of(match.rule), name_of(match.rank));
    bool const sure = match.target != nullptr && !match.left;
    auto const why = !match.left || match.left->detail.empty() ? std::string() : ": " + match.left->detail;
    ask(holds(sure, "the issue's status is matched", fmt::format("{} stands for {}{}", shown, by, why),
              match.left ? match.left->reason : Reason::status_unmatched,
              "Name the pair in status.map of the item file; `tandem items statuses ITEM` shows the table."));
    if (!sure) return nullptr;
    bool const closes = match.target->kind == status::Kind::done || match.target->kind == status::Kind::cancelled;
    ask(holds(closes, "it stands for a closed case", quoted(match.target->label), {},
              "Move the issue to a status that stands for a resolved or cancelled case."));
    return closes ? match.target : nullptr;
  }

  void moved() {
    auto const now = id_of(*facts_.issue, "status");
    auto const then = facts_.base ? facts_.base->status.jira_status : std::string();
    auto const* const before = facts_.item.statuses->status(then);
    bool const moves = !then.empty() && then != now;
    auto one = holds(moves, "the issue's status changed since both sides last agreed",
                     then.empty() ? "nothing was agreed on yet: the present pair becomes the base"
                     : moves      ? "it was " + quoted(before == nullptr ? then : before->name)
                                  : "it is as it was then",
                     Reason::no_change, "A change of the issue's status.");
    one.at = updated_at(*facts_.issue);
    ask(std::move(one));
  }

  status::RecordChange way_to(status::DynamicsStatus const& target) {
    auto const& table = *facts_.item.statuses;
    auto const* const held = facts_.record->column(table.column());
    auto const now = held == nullptr ? -1 : held->integer().value_or(-1);
    auto const change = status::change_of(table, facts_.item.entity().logical_name, now, target);
    auto const* const from = table.reason(now);
    bool const open = change.way != status::Way::none && (from == nullptr || from->value != target.value);
    auto one = holds(open, "the case is not closed yet", quoted(from == nullptr ? std::to_string(now) : from->label), {},
                     "Nothing: it is closed.");
    one.at = time_in(*facts_.record, "modifiedon");
    ask(std::move(one));
    ask(holds(!change.refused, "the table's transition rules allow it",
              change.refused                 ? change.refused->detail
              : table.enforces_transitions() ? "they are enforced, and allow it"
                                             : "they are not enforced",
              Reason::transition_rules));
    return change;
  }

  void privileges(status::RecordChange const& change) {
    std::string const asks = "the application user may close cases";
    if (!facts_.missing_privileges) return ask(holds(true, asks, "its privileges are not told: a try shows it", {}));
    std::string missing;
    for (auto const& name : *facts_.missing_privileges) missing += (missing.empty() ? "" : ", ") + name;
    bool const message = change.way == status::Way::close_incident;
    ask(holds(missing.empty() || !message, asks, missing.empty() ? "it has every privilege for it" : "it lacks " + missing,
              Reason::status_privilege,
              "Add them at depth Organization to a security role of the application user; `tandem auth check` lists them."));
  }

  void resolution(status::RecordChange const& change, status::DynamicsStatus const& target) {
    auto const& options = facts_.item.statuses->options();
    if (change.way != status::Way::close_incident) return;
    bool const own = target.state && facts_.item.statuses->reason(target.value) != nullptr;
    ask(holds(own, "the resolution's status reason is one of the case's",
              fmt::format("{} {}", target.value, quoted(target.label)), Reason::reason_not_of_state));
    ask(holds(true, "its resolution type is set",
              options.resolution_type.empty() ? "Dynamics' own choice" : options.resolution_type, {}));
    status::IssueWords words;
    words.key = facts_.issue->key;
    words.summary = text_in(*facts_.issue, "summary");
    if (auto const* one = facts_.item.statuses->status(id_of(*facts_.issue, "status"))) words.status = one->name;
    if (auto const* one = facts_.item.statuses->resolution(id_of(*facts_.issue, "resolution"))) words.resolution = one->name;
    words.comment = "(the last comment)";
    words.url = "(the issue's address)";
    auto const fault = status::fault_of_template(options.subject + options.text);
    auto const subject = status::subject_of(options, words);
    auto const text = status::filled_in(options.text, words, status::kMostCloseText);
    ask(holds(!fault, "its subject and text can be filled in",
              fault ? *fault : fmt::format("subject {}, text {}", quoted(subject), quoted(text)), {},
              "Correct status.resolve in the item file."));
  }

  void last_refusal() {
    std::string const asks = "Dynamics did not refuse it the last time";
    auto const& retry = facts_.retry;
    auto const reason = retry ? reason_named(retry->reason) : std::nullopt;
    if (!reason || !concerns_status(*reason)) return ask(holds(true, asks, "no refusal is known", {}));
    auto one = holds(false, asks, fmt::format("{}: {}", retry->reason, retry->detail), reason);
    one.at = retry->next;
    if (retry->parked) one.cure += " Then run `tandem sync-once --retry-parked`.";
    ask(std::move(one));
  }

  Facts const& facts_;
  Effect effect_;
};

}  // namespace

Effect case_close(Facts const& facts) { return CaseClose(facts).run(); }

}  // namespace tandem::sync::explain
