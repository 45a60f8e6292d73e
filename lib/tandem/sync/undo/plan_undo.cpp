#include <tandem/sync/undo/plan_undo.hpp>

#include <tuple>

#include <fmt/format.h>

#include <tandem/sync/plan_parts.hpp>
#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync::undo {

namespace {

using mapping::CompiledItem;
using mapping::FieldRule;
namespace status = mapping::status;
using Expected = tl::expected<json::Value, Report>;

// The tables that most lookups point to, under names that are the same everywhere: they need no metadata, which a role may not be allowed to read.
std::string_view usual_set(std::string_view table) {
  for (auto const& [name, set] :
       {std::pair{"systemuser", "systemusers"}, {"team", "teams"}, {"account", "accounts"}, {"contact", "contacts"}}) {
    if (table == name) return set;
  }
  return {};
}

bool is_lookup(dataverse::Attribute const& column) {
  return column.type == "Lookup" || column.type == "Customer" || column.type == "Owner";
}

// To which table a lookup's former value points; "" where that is not known.
std::string table_of(FieldRule const& rule, WrittenValue const& value) {
  return value.table.empty() && rule.column.targets.size() == 1 ? rule.column.targets.front() : value.table;
}

// What is sent for a column's former value, or why it cannot be.
Expected column_as_sent(FieldRule const& rule, WrittenValue const& value, SetNames const& sets) {
  if (!is_lookup(rule.column) || value.before.is_null()) return value.before;
  auto const table = table_of(rule, value);
  if (table.empty()) return tl::unexpected(Report{Reason::not_kept_whole, "to which table it pointed is not known"});
  auto set = std::string(usual_set(table));
  if (auto const asked = sets.find(table); set.empty() && asked != sets.end()) set = asked->second;
  if (set.empty())
    return tl::unexpected(Report{Reason::not_looked_up, fmt::format("it pointed to the table {}, which cannot be read", table)});
  return json::Object{{"id", value.before}, {"table", table}, {"set", set}, {"name", value.before_shown}};
}

class LinkPlanner {
 public:
  LinkPlanner(CompiledItem const& item, std::string const& run, WrittenLink const& written, Pair pair, LaterRuns const& later,
              SetNames const& sets)
      : item_(item), written_(written), later_(later), sets_(sets) {
    out_.pair = std::move(pair);
    out_.pair.undoes = run;
    out_.pair.plan = plan_named(item, out_.pair.row.record);
    out_.pair.plan.issue = out_.pair.issue.id;
    out_.pair.plan.issue_key = out_.pair.issue.key;
    // As it is but for what goes back: whatever else moved since is still to be found.
    out_.pair.plan.base = out_.pair.row.base.value_or(link::Base{});
  }

  LinkPlan go() {
    // The status first: a record that is opened again takes its fields.
    for (auto const& value : written_.values) {
      if (value.rule == kStatusRule) one(value, [&] { value.side == Side::jira ? issue_status(value) : record_status(value); });
    }
    for (auto const& value : written_.values) {
      if (value.rule != kStatusRule) one(value, [&] { field(value); });
    }
    out_.pair.plan.settle_action();
    out_.pair.status.alone = out_.pair.plan.changes_of(status_side()) == 0;
    return std::move(out_);
  }

 private:
  template <class Plan>
  void one(WrittenValue const& value, Plan const& plan) {
    if (value.barred) return leave(value, *value.barred, "");
    plan();
  }

  [[nodiscard]] Side status_side() const {
    return out_.pair.status.action == StatusAction::change_record ? Side::dynamics : Side::jira;
  }
  void leave(WrittenValue const& value, Report report, std::string now) {
    out_.left.push_back({subject_of(written_, value), std::move(now), value.before_shown, std::move(report)});
  }
  void go_back(WrittenValue const& value, std::string now, std::string back) {
    out_.steps.push_back({subject_of(written_, value), std::move(now), std::move(back), value_print(value.before)});
  }

  // Whether the side still shows what the run left; otherwise it is told what it is.
  bool untouched(WrittenValue const& value, json::Value const& live, std::string const& now) {
    auto const print = value_print(live);
    if (print == value_print(value.before)) {
      ++out_.already;
      return false;
    }
    if (print == value.kept) return true;
    auto const later = later_.find({value.side, value.rule});
    leave(value, {Reason::edited_since, later != later_.end() ? fmt::format("run {} wrote it since", later->second) : ""}, now);
    return false;
  }

  bool source_moved(WrittenValue const& value, std::string const& now, bool moved) {
    if (!moved) return false;
    leave(value,
          {Reason::edited_since,
           fmt::format("it was edited in {}, which the next run copies", value.side == Side::jira ? "Dynamics" : "Jira")},
          now);
    return true;
  }

  void field(WrittenValue const& value) {
    auto const* rule = rule_of(item_, value.rule);
    if (rule == nullptr) return leave(value, {Reason::mapping_gone, value.field}, "");
    auto const& pair = out_.pair;
    auto const* column = pair.row.record.column(rule->column.query_name());
    auto const* shown = pair.issue.field(rule->field.id);
    bool const jira = value.side == Side::jira;
    auto const* live = jira ? shown : column;
    if (live == nullptr || column == nullptr || (shown == nullptr && !jira))
      return leave(value, {Reason::absent, live == nullptr && jira ? rule->field.id : rule->column.logical_name}, "");
    auto const label = label_of(pair.row.record, *rule);
    auto const now = jira ? rule->show_field(*live) : rule->show_column(*live, label);
    if (!untouched(value, *live, now)) return;
    if (auto const base = pair.plan.base.fields.find(rule->key()); base != pair.plan.base.fields.end()) {
      bool const copied = jira ? rule->writes_jira(item_.item.mode) : rule->writes_column(item_.item.mode);
      bool const moved = jira ? !(base->second.column == *column) : !(base->second.field == *shown);
      if (source_moved(value, now, moved && copied)) return;
    }
    FieldChange change;
    change.rule = rule->key();
    change.column = rule->column.logical_name;
    change.field = rule->field.id;
    change.field_name = rule->field.name;
    change.side = value.side;
    std::tie(change.before, change.after) =
        jira ? rule->show_fields(*live, value.before) : rule->show_columns(*live, value.before);
    if (change.before.empty()) change.before = now;
    if (change.after.empty()) change.after = value.before_shown;
    change.column_raw = *column;
    change.field_raw = *shown;
    if (jira)
      put_field(*rule, value, std::move(change));
    else
      put_column(*rule, value, std::move(change));
  }

  void put_field(FieldRule const& rule, WrittenValue const& value, FieldChange change) {
    auto& plan = out_.pair.plan;
    change.write = as_sent(value.before);
    go_back(value, change.before, change.after);
    if (holds_label_list(rule.field))
      plan.update.set(rule.field.id, operations_to(change.write, change.field_raw));
    else
      plan.fields.set(rule.field.id, change.write);
    plan.changes.push_back(std::move(change));
  }

  void put_column(FieldRule const& rule, WrittenValue const& value, FieldChange change) {
    auto write = column_as_sent(rule, value, sets_);
    if (!write) return leave(value, write.error(), change.before);
    bool const opens = out_.pair.status.action == StatusAction::change_record && out_.pair.status.reopens;
    if (!opens && is_read_only(item_, out_.pair.row.record))
      return leave(value, {Reason::record_closed, out_.pair.plan.number}, change.before);
    change.write = std::move(*write);
    go_back(value, change.before, change.after);
    out_.pair.plan.changes.push_back(std::move(change));
  }

  // One status a round: the other side's goes back in the next.
  [[nodiscard]] bool is_taken() const { return out_.pair.status.acts(); }

  void issue_status(WrittenValue const& value) {
    auto const* table = item_.statuses.get();
    if (table == nullptr) return leave(value, {Reason::mapping_gone, "its item leaves the status alone"}, value.after_shown);
    auto const* held = out_.pair.issue.field("status");
    if (held == nullptr) return leave(value, {Reason::absent, "status"}, "");
    auto const live = (*held)["id"].scalar_text();
    auto const* from = table->status(live);
    auto const now = from != nullptr ? from->name : live;
    if (!untouched(value, live, now)) return;
    auto const* record = out_.pair.row.record.column(table->column());
    auto const& base = out_.pair.plan.base.status.dynamics_status;
    if (source_moved(value, now, record != nullptr && !base.is_null() && !(base == *record))) return;
    auto const* target = table->status(value.before.scalar_text());
    if (target == nullptr) return leave(value, {Reason::status_unmatched, "Jira has no such status any more"}, now);
    go_back(value, now, target->name);
    if (is_taken()) return;
    auto& plan = out_.pair.status;
    plan.action = StatusAction::move_issue;
    plan.to_jira.target = target;
    plan.before = now;
    plan.after = target->name;
    plan.reopens = from != nullptr && from->closed() && !target->closed();
    plan.closes = from != nullptr && !from->closed() && target->closed();
  }

  void record_status(WrittenValue const& value) {
    auto const* table = item_.statuses.get();
    if (table == nullptr) return leave(value, {Reason::mapping_gone, "its item leaves the status alone"}, value.after_shown);
    auto const* live = out_.pair.row.record.column(table->column());
    if (live == nullptr) return leave(value, {Reason::absent, table->column()}, "");
    auto const* from = table->reason(live->integer().value_or(-1));
    auto const now = from != nullptr ? from->label : live->scalar_text();
    if (!untouched(value, *live, now)) return;
    auto const* issue = out_.pair.issue.field("status");
    auto const& base = out_.pair.plan.base.status.jira_status;
    if (source_moved(value, now, issue != nullptr && !base.empty() && base != (*issue)["id"].scalar_text())) return;
    auto const* target = table->reason(value.before.integer().value_or(-1));
    if (target == nullptr) return leave(value, {Reason::status_unmatched, "Dynamics has no such status any more"}, now);
    auto change = status::change_of(*table, item_.entity().logical_name, live->integer().value_or(-1), *target);
    if (change.refused) return leave(value, *change.refused, now);
    if (change.way == status::Way::none) return leave(value, {Reason::record_closed, out_.pair.plan.number}, now);
    if (change.way != status::Way::patch) return leave(value, {Reason::would_close_again, out_.pair.plan.number}, now);
    go_back(value, now, target->label);
    if (is_taken()) return;
    auto& plan = out_.pair.status;
    plan.action = StatusAction::change_record;
    plan.before = now;
    plan.after = target->label;
    plan.reopens = change.reopens;
    plan.closes = change.closes;
    plan.change = std::move(change);
  }

  CompiledItem const& item_;
  WrittenLink const& written_;
  LaterRuns const& later_;
  SetNames const& sets_;
  LinkPlan out_;
};

}  // namespace

Subject subject_of(WrittenLink const& written, WrittenValue const& value) {
  return {written.item, written.link, written.record, written.number, written.issue_key, value.side, value.rule, value.field};
}

std::optional<std::string> unusual_table(CompiledItem const& item, WrittenValue const& value) {
  auto const* rule = rule_of(item, value.rule);
  if (rule == nullptr || value.side != Side::dynamics || value.barred || value.before.is_null() || !is_lookup(rule->column))
    return std::nullopt;
  auto table = table_of(*rule, value);
  if (table.empty() || !usual_set(table).empty()) return std::nullopt;
  return table;
}

LinkPlan plan_undo(CompiledItem const& item, std::string const& run, WrittenLink const& written, Pair pair,
                   LaterRuns const& later, SetNames const& sets) {
  return LinkPlanner(item, run, written, std::move(pair), later, sets).go();
}

}  // namespace tandem::sync::undo
