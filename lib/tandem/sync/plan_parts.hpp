// Small parts that the making of plans shares; for plan*.cpp and undo/plan_undo.cpp alone.
#pragma once

#include <algorithm>

#include <tandem/sync/plan.hpp>

namespace tandem::sync {

inline Plan plan_named(mapping::CompiledItem const& item, dataverse::Record const& record) {
  Plan plan;
  plan.item = item.item.name;
  plan.record = record.id;
  plan.number = item.record_number(record);
  plan.title = item.record_title(record);
  return plan;
}

inline std::string label_of(dataverse::Record const& record, mapping::FieldRule const& rule) {
  auto const found = record.formatted.find(rule.column.query_name());
  return found == record.formatted.end() ? std::string() : found->second;
}

inline json::Value raw_or_null(json::Object const& object, std::string_view key) {
  auto const* held = object.find(key);
  return held != nullptr ? *held : json::Value();
}

inline FieldLeft left_alone(mapping::FieldRule const& rule, Report report) {
  return {rule.key(), rule.column.logical_name, rule.field.id, std::move(report)};
}

inline bool contains(json::Array const& list, json::Value const& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

inline bool holds_label_list(jira::Field const& field) {
  auto const has = [&](std::string_view operation) {
    return std::find(field.operations.begin(), field.operations.end(), operation) != field.operations.end();
  };
  return field.type == "array" && field.items == "string" && has("add") && has("remove");
}

// To a set as it is to be: every label that is not in it goes.
inline json::Array operations_to(json::Value const& wanted, json::Value const& present) {
  json::Array operations;
  for (auto const& label : wanted.items()) {
    if (!contains(present.items(), label)) operations.push_back(json::Object{{"add", label}});
  }
  for (auto const& label : present.items()) {
    if (!contains(wanted.items(), label)) operations.push_back(json::Object{{"remove", label}});
  }
  return operations;
}

}  // namespace tandem::sync
