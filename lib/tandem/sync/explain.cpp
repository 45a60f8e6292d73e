#include <tandem/sync/explain.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/explain_conditions.hpp>
#include <tandem/sync/explain_status.hpp>

namespace tandem::sync::explain {

namespace {

using mapping::FieldRule;

enum class Way : std::uint8_t { to_jira, to_dynamics };

std::string label_of(dataverse::Record const& record, FieldRule const& rule) {
  auto const found = record.formatted.find(rule.column.query_name());
  return found == record.formatted.end() ? std::string() : found->second;
}

json::Value present(jira::Issue const& issue, FieldRule const& rule) {
  auto const* value = issue.field(rule.field.id);
  return value == nullptr ? json::Value() : *value;
}

class Explanation {
 public:
  explicit Explanation(Facts const& facts) : facts_(facts), item_(facts.item.item) {}

  Effect auto_create() const {
    Effect effect{.name = "auto-create", .direction = "to-jira"};
    auto& ask = effect.conditions;
    item_conditions(facts_, ask);
    ask.push_back(holds(item_.auto_create, "auto-create is on", item_.auto_create ? "autoCreate is true" : "autoCreate is false",
                        Reason::auto_create_off));
    if (!facts_.record) {
      ask.push_back(readable_record(facts_));
      return effect;
    }
    auto const& record = *facts_.record;
    auto const created = time_in(record, "createdon");
    auto const& baseline = facts_.stored.baseline;
    bool const young = !baseline || (created && *created >= floor_seconds(*baseline));
    auto age = holds(young, "the record was made at or after the item's baseline",
                     fmt::format("made {}, baseline {}", shown_time(created), baseline ? to_rfc3339(*baseline) : "all records"),
                     Reason::before_baseline);
    age.at = created;
    ask.push_back(std::move(age));
    auto const* state = record.column("statecode");
    bool const closed = state != nullptr && state->integer().value_or(0) != 0;
    if (item_.skip_closed)
      ask.push_back(holds(!closed, "the record is not closed", closed ? "it is closed" : "it is open", Reason::skip_closed));
    if (!facts_.link) ask.push_back(filter());
    ask.push_back(unlinked(facts_));
    ask.push_back(not_unlinked_by_hand());
    ask.push_back(no_open_intent(facts_));
    ask.push_back(not_set_aside(facts_));
    if (facts_.create) required_fields(ask);
    effect.outcome = "the next run makes an issue of the record";
    return effect;
  }

  Effect field(FieldRule const& rule, Way way) const {
    bool const to_jira = way == Way::to_jira;
    Effect effect{.name = "field",
                  .direction = to_jira ? "to-jira" : "to-dynamics",
                  .column = rule.column.logical_name,
                  .field = rule.field.id};
    auto& ask = effect.conditions;
    item_conditions(facts_, ask);
    ask.push_back(fields_are_on());
    link_conditions(facts_, ask);
    ask.push_back(readable_record(facts_));
    ask.push_back(readable_issue(facts_));
    ask.push_back(writes_that_way(rule, way));
    if (rule.mapping.on_create_only) {
      ask.push_back(holds(false, "the mapping is not for new issues alone", "onCreateOnly is true", Reason::direction,
                          "Take onCreateOnly out of the mapping."));
    }
    if (facts_.update && facts_.record && facts_.issue) value_conditions(effect, rule, to_jira);
    return effect;
  }

  // Fields that are switched off have no rules to be told one by one.
  Effect no_fields() const {
    Effect effect{.name = "field", .direction = "both"};
    item_conditions(facts_, effect.conditions);
    effect.conditions.push_back(fields_are_on());
    return effect;
  }

  // Status, comments and attachments: what the matrix asks before anything is compared.
  Effect other(std::string name, json::Value const& option) const {
    Effect effect{.name = name, .direction = "both"};
    auto& ask = effect.conditions;
    item_conditions(facts_, ask);
    ask.push_back(part_is_on(name, option));
    link_conditions(facts_, ask);
    ask.push_back(readable_record(facts_));
    ask.push_back(readable_issue(facts_));
    effect.outcome = "each run carries over what is new on either side";
    if (name == "status" && facts_.update && facts_.issue) status_conditions(effect);
    return effect;
  }

 private:
  Condition fields_are_on() const {
    return holds(item_.fields, "fields are on", item_.fields ? "fields is true" : "fields is false", {},
                 "Set fields to true in the item file.");
  }

  Condition filter() const {
    if (item_.filter.empty()) return holds(true, "the record matches the item's filter", "the item has no filter", {});
    if (!facts_.passes_filter)
      return {.asks = "the record matches the item's filter",
              .answer = Answer::unknown,
              .found = facts_.record_error ? facts_.record_error->to_line() : "it was not asked for"};
    return holds(*facts_.passes_filter, "the record matches the item's filter", item_.filter, Reason::filtered_out);
  }

  Condition not_unlinked_by_hand() const {
    return holds(!facts_.unlinked, "nobody removed its link by hand", facts_.unlinked ? "removed by hand" : "not removed",
                 Reason::unlinked_by_hand);
  }

  Condition writes_that_way(FieldRule const& rule, Way way) const {
    bool const to_jira = way == Way::to_jira;
    bool const allowed = to_jira ? rule.writes_jira(item_.mode) : rule.writes_column(item_.mode);
    return holds(allowed, to_jira ? "the mapping writes to Jira" : "the mapping writes to Dynamics",
                 fmt::format("mode {}, direction {}", mapping::name_of(item_.mode), mapping::name_of(rule.mapping.direction)),
                 Reason::direction);
  }

  // What Jira wants of every new issue of that type.
  void required_fields(std::vector<Condition>& ask) const {
    for (auto const& field : facts_.item.schema.fields) {
      if (!field.required || field.has_default || field.id == "project" || field.id == "issuetype") continue;
      auto const* value = facts_.create->fields.find(field.id);
      auto const left = std::find_if(facts_.create->left.begin(), facts_.create->left.end(),
                                     [&](FieldLeft const& one) { return one.field == field.id; });
      bool const refused = left != facts_.create->left.end();
      bool const given = value != nullptr && !value->is_null();
      ask.push_back(holds(given, fmt::format("the field {} that Jira requires has a value", field.name),
                          given     ? "it has one"
                          : refused ? std::string(code_of(left->report.reason)) + ": " + left->report.detail
                                    : "none: the column is empty, or no column is mapped",
                          Reason::required_empty));
    }
  }

  // What moved since both sides last agreed, and what the plan makes of it.
  void value_conditions(Effect& effect, FieldRule const& rule, bool to_jira) const {
    auto& ask = effect.conditions;
    auto const* column = facts_.record->column(rule.column.query_name());
    auto const label = label_of(*facts_.record, rule);
    auto const field = present(*facts_.issue, rule);
    std::string const side = to_jira ? "the column" : "the field";
    if (column == nullptr) {
      ask.push_back(holds(false, "the answer held the column", rule.column.logical_name, Reason::absent));
      return;
    }
    auto const held = facts_.base ? facts_.base->fields.find(rule.key()) : decltype(facts_.base->fields.find(rule.key())){};
    bool const based = facts_.base && held != facts_.base->fields.end();
    auto const& plan = *facts_.update;
    auto const is_this = [&](auto const& one) { return one.rule == rule.key(); };
    auto const held_now = std::find_if(plan.held.begin(), plan.held.end(), is_this);
    bool const waits = held_now != plan.held.end();
    ask.push_back(holds(
        !waits, "no person has to decide",
        waits ? fmt::format("held: Dynamics has {}, Jira has {}", quoted(held_now->column_shown), quoted(held_now->field_shown))
              : "nothing is held",
        waits ? std::optional(held_now->report.reason) : std::nullopt));
    if (waits) return;
    auto const now = to_jira ? rule.show_column(*column, label) : rule.show_field(field);
    bool const moved = !based || !((to_jira ? held->second.column : held->second.field) == (to_jira ? *column : field));
    auto const then = !based    ? std::string{}
                      : to_jira ? rule.show_column(held->second.column, "")
                                : rule.show_field(held->second.field);
    auto change = holds(moved, fmt::format("{} changed since both sides last agreed", side),
                        !based   ? fmt::format("nothing was agreed on yet; it is {}", quoted(now))
                        : !moved ? fmt::format("it is {} as it was then", quoted(now))
                                 : fmt::format("it was {} and is {}", quoted(then), quoted(now)),
                        Reason::no_change, fmt::format("A change of {}.", side));
    if (!moved && !rule.equivalent(*column, label, field)) {
      // Both stand as they did when an undo had put one of them back: that is why they differ.
      auto const last = std::find_if(facts_.history.rbegin(), facts_.history.rend(),
                                     [&](HistoryEntry const& entry) { return writes(entry, rule); });
      if (last != facts_.history.rend() && !last->undoes.empty()) {
        change.found += fmt::format("; the undo of run {} put the former value back", last->undoes);
        change.reason = Reason::undone;
        change.cure = text_of(Reason::undone).cure;
      }
    }
    change.at = to_jira ? time_in(*facts_.record, "modifiedon") : updated_at(*facts_.issue);
    change.run = run_of(facts_, [&](HistoryEntry const& entry) { return writes(entry, rule); });
    ask.push_back(std::move(change));
    if (!moved) return;
    auto const target = to_jira ? Side::jira : Side::dynamics;
    auto const left = std::find_if(plan.left.begin(), plan.left.end(), is_this);
    auto const written = std::find_if(plan.changes.begin(), plan.changes.end(),
                                      [&](FieldChange const& one) { return is_this(one) && one.side == target; });
    auto const other = std::find_if(plan.changes.begin(), plan.changes.end(),
                                    [&](FieldChange const& one) { return is_this(one) && one.side != target; });
    bool const can = written != plan.changes.end();
    bool const reported = left != plan.left.end();
    bool const shows = !can && (reported ? left->report.reason == Reason::no_change : other == plan.changes.end());
    ask.push_back(holds(!shows, to_jira ? "the issue does not show it yet" : "the record does not show it yet",
                        shows ? "it shows " + quoted(now) : "it shows another value", Reason::no_change));
    if (shows) return;
    bool const gives_way = !can && other != plan.changes.end();
    ask.push_back(holds(
        !gives_way, "the other side did not change, or this side wins",
        gives_way ? fmt::format("both sides changed; conflict is {}, and {} is kept", name_of_policy(), quoted(other->after))
                  : "",
        {}, "Set conflict in the item file, or change it here once more."));
    if (gives_way) return;
    ask.push_back(holds(can, "the value can be written", can || !reported ? "" : left->report.detail,
                        reported ? std::optional(left->report.reason) : std::nullopt));
    if (can)
      effect.outcome = fmt::format("the next run writes {} instead of {}", quoted(written->after), quoted(written->before));
  }

  std::string_view name_of_policy() const {
    switch (item_.conflict) {
      case mapping::Conflict::latest: return "latest";
      case mapping::Conflict::dynamics: return "dynamics";
      case mapping::Conflict::jira: return "jira";
      case mapping::Conflict::hold: break;
    }
    return "hold";
  }

  void status_conditions(Effect& effect) const {
    auto& ask = effect.conditions;
    auto const& status = facts_.update->status;
    ask.push_back(holds(status.has_value(), "a status changed since both sides last agreed",
                        status ? fmt::format("Dynamics has {}, Jira has {}", quoted(status->dynamics), quoted(status->jira))
                               : "both are as they were then",
                        Reason::no_change, "A change of the status on either side."));
    if (!status) return;
    auto const& left = status->left;
    ask.push_back(
        holds(!left, "the other side can follow", left ? left->detail : "", left ? std::optional(left->reason) : std::nullopt));
    effect.outcome =
        fmt::format("the next run sets {} to {} instead of {}", status->side == Side::jira ? "the issue" : "the record",
                    quoted(status->after), quoted(status->before));
  }

  static bool writes(HistoryEntry const& entry, FieldRule const& rule) {
    return std::any_of(entry.fields.begin(), entry.fields.end(), [&](FieldHistory const& field) {
      return field.field == rule.field.id || field.field == rule.column.logical_name;
    });
  }

  Facts const& facts_;
  mapping::Item const& item_;
};

bool is_named(FieldRule const& rule, std::string_view name) {
  auto const folded = text::folded(name);
  for (std::string const& one : {rule.column.logical_name, rule.field.id, rule.field.name, rule.mapping.field}) {
    if (text::folded(one) == folded) return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::yes: return "yes";
    case Answer::no: return "no";
    case Answer::unknown: break;
  }
  return "unknown";
}

Condition const* Effect::decisive() const {
  auto const found =
      std::find_if(conditions.begin(), conditions.end(), [](Condition const& one) { return one.answer != Answer::yes; });
  return found == conditions.end() ? nullptr : &*found;
}

Answer Effect::answer() const {
  auto const* const condition = decisive();
  return condition == nullptr ? Answer::yes : condition->answer;
}

std::vector<Effect> effects_of(Facts const& facts, std::string_view field) {
  Explanation const explanation(facts);
  std::vector<Effect> out;
  if (field.empty()) out.push_back(explanation.auto_create());
  for (auto const& rule : facts.item.rules) {
    if (!field.empty() && !is_named(*rule, field)) continue;
    out.push_back(explanation.field(*rule, Way::to_jira));
    out.push_back(explanation.field(*rule, Way::to_dynamics));
  }
  auto const& item = facts.item.item;
  if (!item.fields) out.push_back(explanation.no_fields());
  if (!field.empty()) return out;
  out.push_back(explanation.other("status", item.status));
  out.push_back(case_close(facts));
  out.push_back(explanation.other("comments", item.comments));
  out.push_back(explanation.other("attachments", item.attachments));
  return out;
}

Effect effect_of(Delivery const& delivery) {
  Effect effect{.name = "event", .direction = "to-dynamics"};
  auto const& hint = delivery.hint;
  std::string kinds;
  for (auto const& kind : hint.kinds) kinds += (kinds.empty() ? "" : ", ") + kind;
  effect.conditions.push_back({.asks = "the delivery was taken", .found = kinds, .at = hint.at});
  bool const named = !hint.issue.empty() || !hint.issue_key.empty();
  auto const issue = !hint.issue_key.empty() ? hint.issue_key : "issue " + hint.issue;
  auto const file = hint.attachments.empty() ? std::string("nothing") : "file " + hint.attachments.front();
  Condition handled{.asks = "it does not wait any more", .found = "it is handled"};
  if (delivery.waits) {
    handled.answer = Answer::no;
    handled.found = "it waits in the outbox";
    handled.cure = "Nothing: the next run handles it, or tells why it goes on waiting; `tandem sync-once` begins one now.";
  }
  effect.conditions.push_back(std::move(handled));
  Condition names{.asks = "it names its issue", .found = named ? issue : file};
  if (!named) {
    names.answer = Answer::unknown;
    names.cure = "Explain the issue that has the file.";
  }
  effect.conditions.push_back(std::move(names));
  if (named) {
    Condition linked{.asks = "the issue is linked", .found = delivery.links.empty() ? "no link" : ""};
    for (auto const& link : delivery.links)
      linked.found += fmt::format("{}{} under {}", linked.found.empty() ? "" : ", ", link.record_number, link.item);
    if (delivery.links.empty()) {
      linked.answer = Answer::no;
      linked.reason = Reason::not_linked;
      linked.cure = text_of(Reason::not_linked).cure;
    }
    effect.conditions.push_back(std::move(linked));
  }
  effect.outcome = "the issue was read again and its links were looked at; `tandem history` shows what was written";
  return effect;
}

json::Value to_json(Effect const& effect) {
  json::Array conditions;
  for (auto const& condition : effect.conditions) {
    json::Object one{{"condition", condition.asks}, {"answer", name_of(condition.answer)}, {"found", condition.found}};
    if (condition.at) one.set("at", to_rfc3339(*condition.at));
    if (!condition.run.empty()) one.set("run", condition.run);
    if (condition.reason) one.set("reason", code_of(*condition.reason));
    if (!condition.cure.empty()) one.set("cure", condition.cure);
    conditions.push_back(std::move(one));
  }
  auto const* const decisive = effect.decisive();
  json::Object out{{"effect", effect.name}, {"direction", effect.direction}, {"answer", name_of(effect.answer())}};
  if (!effect.field.empty()) {
    out.set("column", effect.column);
    out.set("field", effect.field);
  }
  out.set("reason", decisive != nullptr && decisive->reason ? json::Value(code_of(*decisive->reason)) : json::Value());
  out.set("decisive", decisive == nullptr ? json::Value() : json::Value(decisive->asks));
  out.set("outcome", decisive == nullptr ? effect.outcome : std::string{});
  out.set("conditions", std::move(conditions));
  return out;
}

}  // namespace tandem::sync::explain
