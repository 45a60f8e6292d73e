// Small parts that the making of plans shares; for plan*.cpp alone.
#pragma once

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

}  // namespace tandem::sync
