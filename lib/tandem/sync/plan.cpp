#include <tandem/sync/plan.hpp>

#include <algorithm>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
using mapping::FieldRule;

constexpr std::size_t kMostSummary = 254;  // whether 255 passes is not verified (jira.md §1)

json::Value const kNull;

std::string label_of(dataverse::Record const& record, FieldRule const& rule) {
  auto const found = record.formatted.find(rule.column.query_name());
  return found == record.formatted.end() ? std::string() : found->second;
}

json::Value raw_or_null(json::Object const& object, std::string_view key) {
  auto const* held = object.find(key);
  return held != nullptr ? *held : kNull;
}

bool holds_label_list(jira::Field const& field) {
  auto const has = [&](std::string_view operation) {
    return std::find(field.operations.begin(), field.operations.end(), operation) != field.operations.end();
  };
  return field.type == "array" && field.items == "string" && has("add") && has("remove");
}

bool contains(json::Array const& list, json::Value const& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

// A list in both the defaults and the mapping holds the entries of both.
json::Value merged(json::Value const& defaults, json::Value const& mapped) {
  if (!defaults.is_array() || !mapped.is_array()) return mapped;
  json::Array all = defaults.items();
  for (auto const& entry : mapped.items()) {
    if (!contains(all, entry)) all.push_back(entry);
  }
  return all;
}

std::string one_line(std::string_view title) {
  std::string out;
  for (auto rest = title; !rest.empty();) {
    auto const c = text::next(rest);
    text::append(out, c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029 ? U' ' : c);
  }
  return std::string(text::cut_utf16(text::trimmed(out), kMostSummary));
}

Plan named(CompiledItem const& item, dataverse::Record const& record) {
  Plan plan;
  plan.item = item.item.name;
  plan.record = record.id;
  plan.number = item.record_number(record);
  plan.title = item.record_title(record);
  return plan;
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

FieldLeft left_alone(FieldRule const& rule, Report report) {
  return {rule.key(), rule.column.logical_name, rule.field.id, std::move(report)};
}

// Labels are added and removed one by one: a list that a person changes meanwhile loses nothing (SPEC R3). Only labels that the mapping itself
// had put there are removed.
json::Array label_operations(FieldRule const& rule, link::FieldBase const* base, json::Value const& wanted,
                             json::Value const& present) {
  json::Array operations;
  for (auto const& label : wanted.items()) {
    if (!contains(present.items(), label)) operations.push_back(json::Object{{"add", label}});
  }
  if (base != nullptr) {
    auto const put = rule.to_jira(base->column, "");
    for (auto const& label : put.value ? put.value->items() : json::Array{}) {
      if (!contains(wanted.items(), label) && contains(present.items(), label))
        operations.push_back(json::Object{{"remove", label}});
    }
  }
  return operations;
}

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::create_issue: return "create-issue";
    case Action::edit_issue: return "edit-issue";
    case Action::adopt_issue: return "adopt-issue";
    case Action::nothing: break;
  }
  return "nothing";
}

std::size_t Plan::values_lost() const {
  return static_cast<std::size_t>(std::count_if(left.begin(), left.end(), [](FieldLeft const& field) {
    return field.report.reason != Reason::no_change && field.report.reason != Reason::direction;
  }));
}

link::Base base_of(CompiledItem const& item, dataverse::Record const& record) {
  link::Base base;
  base.etag = record.etag;
  for (auto const& rule : item.rules) {
    if (auto const* raw = record.column(rule->column.query_name())) base.fields[rule->key()] = {*raw, kNull};
  }
  base.status.dynamics_state = raw_or_null(record.columns, "statecode");
  base.status.dynamics_status = raw_or_null(record.columns, "statuscode");
  return base;
}

void take_issue(link::Base& base, CompiledItem const& item, jira::Issue const& issue) {
  for (auto const& rule : item.rules) {
    auto const found = base.fields.find(rule->key());
    auto const* raw = issue.field(rule->field.id);
    if (found != base.fields.end() && raw != nullptr) found->second.field = *raw;
  }
  if (auto const* status = issue.field("status")) base.status.jira_status = (*status)["id"].text();
}

Plan plan_create(CompiledItem const& item, dataverse::Record const& record) {
  auto plan = named(item, record);
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
  if (!item.item.fields) return false;
  return std::any_of(item.rules.begin(), item.rules.end(), [&](auto const& rule) {
    if (!rule->writes_jira(item.item.mode) || rule->mapping.on_create_only) return false;
    auto const* raw = record.column(rule->column.query_name());
    if (raw == nullptr) return false;
    auto const held = base.fields.find(rule->key());
    return held == base.fields.end() || !(held->second.column == *raw);
  });
}

Plan plan_update(CompiledItem const& item, link::Base const& base, dataverse::Record const& record, jira::Issue const& issue) {
  auto plan = named(item, record);
  plan.issue = issue.id;
  plan.issue_key = issue.key;
  plan.base = base;
  plan.base.etag = record.etag;
  for (auto const& rule : item.rules) {
    if (!item.item.fields || !rule->writes_jira(item.item.mode) || rule->mapping.on_create_only) continue;
    auto const* raw = record.column(rule->column.query_name());
    if (raw == nullptr) {
      plan.left.push_back(left_alone(*rule, {Reason::absent, rule->column.logical_name}));
      continue;
    }
    auto const held = base.fields.find(rule->key());
    auto const present = raw_or_null(issue.fields, rule->field.id);
    auto const label = label_of(record, *rule);
    if (held != base.fields.end() && held->second.column == *raw) {
      if (!(held->second.field == present))
        plan.left.push_back(left_alone(*rule, {Reason::direction, rule->show_field(present)}));
      continue;
    }
    if (held == base.fields.end() && raw->is_null()) {  // first contact never empties (SPEC D3)
      plan.base.fields[rule->key()] = {*raw, present};
      plan.base_moved = true;
      continue;
    }
    if (rule->equivalent(*raw, label, present)) {
      plan.left.push_back(left_alone(*rule, {Reason::no_change, rule->show_field(present)}));
      plan.base.fields[rule->key()] = {*raw, present};
      plan.base_moved = true;
      continue;
    }
    auto conversion =
        held == base.fields.end() ? rule->to_jira(*raw, label) : rule->to_jira_over(*raw, label, held->second.column, present);
    if (!conversion.value) {
      plan.left.push_back(left_alone(*rule, conversion.refused.value_or(Report{Reason::not_convertible, ""})));
      continue;
    }
    if (*conversion.value == present) {  // what Jira alone holds stays, and the rest is there already
      plan.left.push_back(left_alone(*rule, {Reason::no_change, rule->show_field(present)}));
      plan.base.fields[rule->key()] = {*raw, present};
      plan.base_moved = true;
      continue;
    }
    FieldChange change{rule->key(),
                       rule->column.logical_name,
                       rule->field.id,
                       rule->field.name,
                       rule->show_field(present),
                       rule->show_field(*conversion.value),
                       *raw,
                       present,
                       *conversion.value,
                       std::move(conversion.reports)};
    if (holds_label_list(rule->field)) {
      auto operations = label_operations(*rule, held == base.fields.end() ? nullptr : &held->second, *conversion.value, present);
      if (operations.empty()) {
        plan.left.push_back(left_alone(*rule, {Reason::no_change, rule->show_field(present)}));
        plan.base.fields[rule->key()] = {*raw, present};
        plan.base_moved = true;
        continue;
      }
      plan.update.set(rule->field.id, std::move(operations));
    } else {
      plan.fields.set(rule->field.id, *conversion.value);
    }
    plan.changes.push_back(std::move(change));
  }
  plan.action = plan.changes.empty() ? Action::nothing : Action::edit_issue;
  return plan;
}

json::Value to_json(Plan const& plan) {
  json::Array changes;
  for (auto const& change : plan.changes) {
    json::Array reports;
    for (auto const& report : change.reports) {
      reports.push_back(json::Object{{"reason", code_of(report.reason)}, {"detail", report.detail}});
    }
    changes.push_back(json::Object{{"column", change.column},
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
  return json::Object{{"action", name_of(plan.action)}, {"item", plan.item},      {"record", plan.record},
                      {"number", plan.number},          {"title", plan.title},    {"issue", plan.issue_key},
                      {"changes", std::move(changes)},  {"left", std::move(left)}};
}

}  // namespace tandem::sync
