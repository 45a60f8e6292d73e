#include <tandem/sync/plan.hpp>

#include <algorithm>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/plan_parts.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
using mapping::FieldRule;

constexpr std::size_t kMostSummary = 254;  // whether 255 passes is not verified (jira.md §1)

json::Value const kNull;

// A list in both the defaults and the mapping holds the entries of both.
json::Value merged(json::Value const& defaults, json::Value const& mapped) {
  if (!defaults.is_array() || !mapped.is_array()) return mapped;
  json::Array all = defaults.items();
  for (auto const& entry : mapped.items()) {
    if (!contains(all, entry)) all.push_back(entry);
  }
  return all;
}

// Lists have no order here.
bool same_entries(json::Value const& a, json::Value const& b) {
  return a.is_array() && b.is_array() && a.items().size() == b.items().size() &&
         std::is_permutation(a.items().begin(), a.items().end(), b.items().begin());
}

std::string one_line(std::string_view title) {
  std::string out;
  for (auto rest = title; !rest.empty();) {
    auto const c = text::next(rest);
    text::append(out, c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029 ? U' ' : c);
  }
  return std::string(text::cut_utf16(text::trimmed(out), kMostSummary));
}

// A default of the item has no rule that could show it.
std::string shown(json::Value const& value) {
  if (auto const* list = value.if_array()) {
    std::string out;
    for (auto const& entry : *list) out += (out.empty() ? "" : ", ") + shown(entry);
    return out;
  }
  for (auto const* name : {"name", "value", "id", "key"}) {
    if (auto text = value[name].scalar_text(); !text.empty()) return text;
  }
  return value.is_object() ? json::to_text(value) : value.scalar_text();
}

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::create_issue: return "create-issue";
    case Action::edit_issue: return "edit-issue";
    case Action::update_record: return "update-record";
    case Action::edit_both: return "edit-both";
    case Action::adopt_issue: return "adopt-issue";
    case Action::nothing: break;
  }
  return "nothing";
}

std::string_view name_of(Side side) { return side == Side::jira ? "jira" : "dynamics"; }

std::optional<Side> side_named(std::string_view name) {
  if (name == name_of(Side::jira)) return Side::jira;
  if (name == name_of(Side::dynamics)) return Side::dynamics;
  return std::nullopt;
}

std::size_t Plan::values_lost() const {
  return static_cast<std::size_t>(std::count_if(left.begin(), left.end(), [](FieldLeft const& field) {
    return field.report.reason != Reason::no_change && field.report.reason != Reason::direction;
  }));
}

std::size_t Plan::changes_of(Side side) const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [&](FieldChange const& change) { return change.side == side; }));
}

void Plan::drop(std::string const& rule, Side side) {
  std::erase_if(changes, [&](FieldChange const& change) {
    if (change.rule != rule || change.side != side) return false;
    if (side == Side::jira) {
      fields.erase(change.field);
      update.erase(change.field);
    }
    return true;
  });
}

void Plan::settle_action() {
  bool const jira = changes_of(Side::jira) > 0;
  bool const dynamics = changes_of(Side::dynamics) > 0;
  action = jira && dynamics ? Action::edit_both : jira ? Action::edit_issue : dynamics ? Action::update_record : Action::nothing;
}

link::Base base_of(CompiledItem const& item, dataverse::Record const& record) {
  link::Base base;
  base.etag = record.etag;
  for (auto const& rule : item.rules) {
    if (auto const* raw = record.column(rule->column.query_name())) base.fields[rule->key()] = {*raw, kNull};
  }
  bool const states = !item.statuses || item.statuses->has_states();
  if (states) base.status.dynamics_state = raw_or_null(record.columns, "statecode");
  base.status.dynamics_status = raw_or_null(record.columns, item.statuses ? item.statuses->column() : "statuscode");
  return base;
}

void take_issue(link::Base& base, CompiledItem const& item, jira::Issue const& issue) {
  for (auto const& rule : item.rules) {
    auto const found = base.fields.find(rule->key());
    auto const* raw = issue.field(rule->field.id);
    if (found == base.fields.end() || raw == nullptr) continue;
    found->second.field = *raw;
    if (!rule->writes_column(item.item.mode) || !rule->writes_jira(item.item.mode)) continue;
    auto const sent = rule->to_jira(found->second.column, "");
    if (!sent.value) continue;
    auto const wanted = merged(raw_or_null(item.defaults, rule->field.id), *sent.value);
    if (same_entries(wanted, *raw) || rule->same_fields(wanted, *raw) || rule->equivalent(found->second.column, "", *raw))
      continue;
    // Somebody edited the issue before it was read back: that is an edit since the base, which the next look finds.
    found->second.field = wanted;
    base.unseen = true;
  }
  if (auto const* status = issue.field("status")) base.status.jira_status = (*status)["id"].text();
  if (auto const* updated = issue.field("updated"); updated != nullptr) base.issue_updated = updated->text();
}

Plan plan_create(CompiledItem const& item, dataverse::Record const& record) {
  auto plan = plan_named(item, record);
  plan.action = Action::create_issue;
  plan.base = base_of(item, record);
  plan.base_moved = true;
  plan.fields = item.defaults;
  for (auto const& rule : item.rules) {
    if (!item.item.fields || !rule->writes_jira(item.item.mode)) continue;
    auto const* raw = record.column(rule->column.query_name());
    if (raw == nullptr) {
      plan.left.push_back(left_alone(*rule, {Reason::absent, rule->column.logical_name}));
      continue;
    }
    auto const label = label_of(record, *rule);
    auto conversion = rule->to_jira(*raw, label);
    if (!conversion.value) {
      plan.left.push_back(left_alone(*rule, conversion.refused.value_or(Report{Reason::not_convertible, ""})));
      plan.base.fields.erase(rule->key());  // not agreed on: the next look tries it again
      continue;
    }
    if (conversion.value->is_null()) continue;  // a new issue has nothing to clear
    auto const value = merged(raw_or_null(item.defaults, rule->field.id), *conversion.value);
    plan.fields.set(rule->field.id, value);
    plan.changes.push_back({rule->key(), rule->column.logical_name, rule->field.id, rule->field.name, "", rule->show_field(value),
                            *raw, kNull, value, std::move(conversion.reports)});
  }
  for (auto const& [field, value] : item.defaults) {
    bool const mapped =
        std::any_of(plan.changes.begin(), plan.changes.end(), [&](FieldChange const& change) { return change.field == field; });
    if (!mapped) plan.changes.push_back({"", "", field, field, "", shown(value), kNull, kNull, value, {}});
  }
  if (!plan.fields.find("summary")) {
    auto summary = one_line(plan.title);
    if (summary.empty()) summary = one_line(plan.number);
    plan.changes.insert(plan.changes.begin(),
                        {"", item.entity().primary_name, "summary", "summary", "", summary, kNull, kNull, summary, {}});
    plan.fields.set("summary", std::move(summary));
  }
  return plan;
}

bool needs_issue(CompiledItem const& item, dataverse::Record const& record, link::Base const& base) {
  auto const moved = [&](std::string_view column, json::Value const& held) {
    auto const* now = record.column(column);
    return now != nullptr && !(*now == held);
  };
  // A reopened record takes the edits that waited for it (SPEC G7).
  if (item.follows_jira() && moved("statecode", base.status.dynamics_state)) return true;
  if (item.statuses && (base.status.apply || moved(item.statuses->column(), base.status.dynamics_status))) return true;
  if (!item.item.fields) return false;
  return std::any_of(item.rules.begin(), item.rules.end(), [&](auto const& rule) {
    if (!rule->writes_jira(item.item.mode) || rule->mapping.on_create_only) return false;
    auto const* raw = record.column(rule->column.query_name());
    if (raw == nullptr) return false;
    auto const held = base.fields.find(rule->key());
    return held == base.fields.end() || !(held->second.column == *raw);
  });
}

json::Value to_json(Plan const& plan) {
  json::Array changes;
  for (auto const& change : plan.changes) {
    json::Array reports;
    for (auto const& report : change.reports) {
      reports.push_back(json::Object{{"reason", code_of(report.reason)}, {"detail", report.detail}});
    }
    changes.push_back(json::Object{{"side", name_of(change.side)},
                                   {"column", change.column},
                                   {"field", change.field},
                                   {"before", change.before},
                                   {"after", change.after},
                                   {"write", change.write},
                                   {"reports", std::move(reports)}});
  }
  json::Array left;
  for (auto const& field : plan.left) {
    left.push_back(json::Object{{"column", field.column},
                                {"field", field.field},
                                {"reason", code_of(field.report.reason)},
                                {"detail", field.report.detail}});
  }
  json::Array held;
  for (auto const& field : plan.held) {
    held.push_back(json::Object{{"column", field.column},
                                {"field", field.field},
                                {"reason", code_of(field.report.reason)},
                                {"detail", field.report.detail},
                                {"dynamics", field.column_shown},
                                {"jira", field.field_shown}});
  }
  json::Value status;
  if (plan.status) {
    auto const& one = *plan.status;
    json::Object shown{{"side", one.left ? json::Value() : json::Value(name_of(one.side))},
                       {"before", one.before},
                       {"after", one.after},
                       {"dynamics", one.dynamics},
                       {"jira", one.jira},
                       {"reason", one.left ? json::Value(code_of(one.left->reason)) : json::Value()},
                       {"detail", one.left ? json::Value(one.left->detail) : json::Value()}};
    status = std::move(shown);
  }
  return json::Object{{"status", std::move(status)}, {"action", name_of(plan.action)}, {"item", plan.item},
                      {"record", plan.record},       {"number", plan.number},          {"title", plan.title},
                      {"issue", plan.issue_key},     {"changes", std::move(changes)},  {"left", std::move(left)},
                      {"held", std::move(held)}};
}

}  // namespace tandem::sync
