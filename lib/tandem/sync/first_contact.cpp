#include <tandem/sync/first_contact.hpp>

namespace tandem::sync {

namespace {

bool is_empty(json::Value const& field) {
  if (field.is_null()) return true;
  if (field.is_string()) return field.text().empty();
  if (field.is_array()) return field.items().empty();
  return field["type"].text() == "doc" && field["content"].items().empty();
}

}  // namespace

link::Base first_contact(mapping::CompiledItem const& item, dataverse::Record const& record, jira::Issue const& issue,
                         Initial initial) {
  auto base = base_of(item, record);
  if (auto const* status = issue.field("status")) base.status.jira_status = (*status)["id"].text();
  for (auto const& rule : item.rules) {
    auto const held = base.fields.find(rule->key());
    if (held == base.fields.end()) continue;
    if (auto const* raw = issue.field(rule->field.id)) held->second.field = *raw;
    auto const label = record.formatted.find(rule->column.query_name());
    auto const shown = label == record.formatted.end() ? std::string() : label->second;
    if (initial == Initial::none || rule->mapping.on_create_only ||
        rule->equivalent(held->second.column, shown, held->second.field))
      continue;
    if (initial == Initial::jira && !is_empty(held->second.field))
      held->second.field = json::Value();
    else
      base.fields.erase(held);
  }
  // The record's version is one that was not reconciled yet.
  if (initial != Initial::none) base.etag.clear();
  return base;
}

}  // namespace tandem::sync
