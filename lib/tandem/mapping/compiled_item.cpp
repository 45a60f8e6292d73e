#include <tandem/mapping/compiled_item.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/fields_by_name.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/rule.hpp>

namespace tandem::mapping {

namespace {

constexpr std::string_view kCaseNumber = "ticketnumber";

void add_once(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

Result<json::Object> resolved_defaults(CompiledItem const& compiled) {
  json::Object out;
  std::optional<value::Zone> zone;
  if (!compiled.item.time_zone.empty()) zone = value::Zone::find(compiled.item.time_zone);
  for (auto const& [name, raw] : compiled.item.defaults) {
    auto const found = find_field(compiled.schema.fields, name);
    if (!found.field)
      return fail(ErrorKind::config, fmt::format("jira.defaults names \"{}\", which is not on the create screen any more", name));
    auto const codec = value::field_codec(*found.field, zone);
    if (!codec) {  // a type that tandem does not map goes to Jira as it is written
      out.set(found.field->id, raw);
      continue;
    }
    auto conversion = value::from_item_file(*codec, raw);
    if (!conversion.value) return fail(ErrorKind::config, fmt::format("jira.defaults.{}: {}", name, conversion.refused->detail));
    out.set(found.field->id, std::move(*conversion.value));
  }
  return out;
}

}  // namespace

std::vector<std::string> CompiledItem::feed_columns() const {
  std::vector<std::string> names;
  for (auto const& rule : rules) add_once(names, rule->column.query_name());
  add_once(names, entity().primary_name);
  for (auto const name :
       {kCaseNumber, std::string_view("statecode"), std::string_view("createdon"), std::string_view("modifiedon")}) {
    if (auto const* column = entity().attribute(name)) add_once(names, column->query_name());
  }
  if (statuses) {
    for (auto const& name : {std::string("statuscode"), statuses->column()}) {
      if (auto const* column = entity().attribute(name)) add_once(names, column->query_name());
    }
  }
  return names;
}

std::vector<std::string> CompiledItem::issue_fields() const {
  std::vector<std::string> ids;
  for (auto const& rule : rules) add_once(ids, rule->field.id);
  for (auto const* id : {"summary", "status", "updated"}) add_once(ids, id);
  if (statuses) add_once(ids, "resolution");
  return ids;
}

bool CompiledItem::follows_jira() const {
  return statuses != nullptr || (item.fields && std::any_of(rules.begin(), rules.end(), [&](auto const& rule) {
                                   return rule->writes_column(item.mode) && !rule->mapping.on_create_only;
                                 }));
}

std::string CompiledItem::record_number(dataverse::Record const& record) const {
  auto const* number = record.column(kCaseNumber);
  return number != nullptr && !number->text().empty() ? std::string(number->text()) : record_title(record);
}

std::string CompiledItem::record_title(dataverse::Record const& record) const {
  auto const* name = record.column(entity().primary_name);
  return name != nullptr ? name->scalar_text() : std::string();
}

Result<std::shared_ptr<CompiledItem const>> compile(Item item, connection::Schema schema, status::TransitionNames transitions) {
  if (!schema.entity)
    return fail(ErrorKind::config, fmt::format("the table {} of item {} cannot be read", item.entity, item.name));
  auto compiled = std::make_shared<CompiledItem>();
  compiled->item = std::move(item);
  compiled->schema = std::move(schema);
  compiled->directory = std::make_shared<value::Directory>();
  auto const& own = compiled->item;
  if (own.fields) {
    for (auto const& mapping : own.mappings) {
      auto const* column = compiled->entity().attribute(mapping.column);
      auto const found = find_field(compiled->schema.fields, mapping.field);
      if (column == nullptr || !found.field) {
        return fail(ErrorKind::config,
                    fmt::format("item {}: the mapping {} -> {} cannot be used: {}; run `tandem items validate`", own.name,
                                mapping.column, mapping.field,
                                column == nullptr ? "the table has no such column any more"
                                                  : "the create screen has no such field any more"));
      }
      auto rule = value::make_rule(mapping, *column, *found.field, own.time_zone, {own.users, compiled->directory});
      if (!rule)
        return fail(std::move(rule).error().with("item", own.name).with("mapping", mapping.column + " -> " + mapping.field));
      compiled->rules.push_back(std::move(*rule));
    }
  }
  TANDEM_TRY(compiled->defaults, resolved_defaults(*compiled));
  if (auto options = status::options_of(own); options.enabled && own.synchronised()) {
    auto table = status::StatusTable::compile(std::move(options), compiled->schema, std::move(transitions));
    if (!table) return fail(std::move(table).error().with("item", own.name));
    compiled->statuses = std::make_shared<status::StatusTable const>(std::move(*table));
  }
  return std::shared_ptr<CompiledItem const>(std::move(compiled));
}

}  // namespace tandem::mapping
