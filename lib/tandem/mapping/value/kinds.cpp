#include <tandem/mapping/value/kinds.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tandem::mapping {

namespace value {

FieldKind kind_of(jira::Field const& field) {
  auto const& type = field.type;
  if (type == "string") {
    bool const rich = field.system == "description" || field.system == "environment" || field.custom == "textarea";
    if (rich) return FieldKind::rich_text;
    return field.custom == "url" ? FieldKind::url : FieldKind::text;
  }
  if (type == "number") return FieldKind::number;
  if (type == "date") return FieldKind::date;
  if (type == "datetime") return FieldKind::date_time;
  if (type == "priority") return FieldKind::priority;
  if (type == "option") return FieldKind::option;
  if (type == "option-with-child") return FieldKind::cascading;
  if (type == "version") return FieldKind::version;
  if (type == "user") return FieldKind::person;
  if (type == "array" && field.items == "string") return FieldKind::labels;
  if (type == "array" && field.items == "option") return FieldKind::options;
  if (type == "array" && field.items == "component") return FieldKind::components;
  if (type == "array" && field.items == "version") return FieldKind::versions;
  if (type == "array" && field.items == "user") return FieldKind::people;
  return FieldKind::none;
}

ColumnKind kind_of(dataverse::Attribute const& column) {
  auto const& type = column.type;
  if (type == "String" || type == "Memo") return ColumnKind::text;
  if (type == "Integer" || type == "BigInt" || type == "Decimal" || type == "Double" || type == "Money")
    return ColumnKind::number;
  if (type == "Boolean") return ColumnKind::flag;
  if (type == "Picklist" || type == "State" || type == "Status") return ColumnKind::choice;
  if (type == "MultiSelectPicklist") return ColumnKind::choices;
  if (type == "DateTime") {
    // The *behaviour* decides; a DateOnly format on a UserLocal column is still a point in time (contract §11).
    if (column.behavior == "DateOnly") return ColumnKind::day;
    return column.behavior == "TimeZoneIndependent" ? ColumnKind::wall_clock : ColumnKind::point_in_time;
  }
  if (type == "Owner") return ColumnKind::person;
  if (type == "Lookup" || type == "Customer") {
    bool const users = std::find(column.targets.begin(), column.targets.end(), "systemuser") != column.targets.end();
    return users ? ColumnKind::person : ColumnKind::lookup;
  }
  if (type == "Uniqueidentifier") return ColumnKind::id;
  return ColumnKind::none;
}

bool converts_to_jira(ColumnKind column, FieldKind field) {
  using C = ColumnKind;
  bool const time = column == C::day || column == C::point_in_time || column == C::wall_clock;
  bool const row = column == C::lookup || column == C::person;
  switch (field) {
    case FieldKind::none: return false;
    case FieldKind::text: return column != C::none;
    case FieldKind::url: return column == C::text;
    case FieldKind::rich_text: return column == C::text || row || column == C::choice || column == C::choices;
    case FieldKind::number: return column == C::number;
    case FieldKind::date:
    case FieldKind::date_time: return time;
    case FieldKind::labels: return column == C::text || column == C::choice || column == C::choices;
    case FieldKind::priority: return column == C::choice;
    case FieldKind::option:
    case FieldKind::options: return column == C::choice || column == C::choices || column == C::flag || column == C::text || row;
    case FieldKind::cascading: return column == C::choice || column == C::text || row;
    case FieldKind::components:
    case FieldKind::version:
    case FieldKind::versions: return column == C::choice || column == C::choices || column == C::text || row;
    case FieldKind::person:
    case FieldKind::people: return column == C::person || column == C::text;
  }
  return false;
}

bool converts_to_dynamics(FieldKind field, ColumnKind column) {
  using F = FieldKind;
  bool const several = field == F::options || field == F::components || field == F::versions;
  bool const one = field == F::option || field == F::cascading || field == F::version;
  switch (column) {
    case ColumnKind::none:
    case ColumnKind::id: return false;
    case ColumnKind::lookup: return field == F::text || one;
    case ColumnKind::person: return field == F::text || one || holds_people(field);
    case ColumnKind::text:
      return field == F::text || field == F::url || field == F::rich_text || field == F::labels || one || several ||
             holds_people(field);
    case ColumnKind::number: return field == F::number || field == F::text;
    case ColumnKind::flag: return field == F::option || field == F::options || field == F::text;
    case ColumnKind::choice: return field == F::priority || one || several || field == F::text;
    case ColumnKind::choices: return one || several || field == F::labels || field == F::text;
    case ColumnKind::day:
    case ColumnKind::point_in_time:
    case ColumnKind::wall_clock: return field == F::date || field == F::date_time;
  }
  return false;
}

bool needs_zone(ColumnKind column, FieldKind field) {
  if (field == FieldKind::date) return column == ColumnKind::point_in_time;
  if (field == FieldKind::date_time) return column == ColumnKind::day || column == ColumnKind::wall_clock;
  return false;
}

bool offers_choices(FieldKind field) {
  using F = FieldKind;
  return field == F::priority || field == F::option || field == F::options || field == F::cascading || field == F::components ||
         field == F::version || field == F::versions;
}

bool holds_people(FieldKind field) { return field == FieldKind::person || field == FieldKind::people; }

std::optional<jira::PartKind> part_kind_of(FieldKind field) {
  if (field == FieldKind::components) return jira::PartKind::component;
  if (field == FieldKind::version || field == FieldKind::versions) return jira::PartKind::version;
  return std::nullopt;
}

bool is_checkbox(jira::Field const& field) {
  return kind_of(field) == FieldKind::options && field.custom == "multicheckboxes" && field.allowed.size() == 1;
}

}  // namespace value

std::optional<std::string> supported(jira::Field const& field) {
  if (value::kind_of(field) != value::FieldKind::none) return std::nullopt;
  auto const& system = field.system;
  auto const& items = field.items;
  if (system == "status") return "the status follows the item's status switch, it is no field to map";
  if (system == "project" || system == "issuetype") return "the item's project and issue type decide it";
  if (system == "comment" || system == "attachment") return "it has a switch of its own in the item";
  if (system == "resolution") return "Jira sets it in transitions only";
  if (system == "parent" || system == "issuelinks" || system == "subtasks")
    return "it refers to other issues, which have links of their own";
  if (system == "worklog" || system == "timetracking" || field.type == "timetracking") return "times worked are not mapped";
  if (system == "votes" || system == "watches" || field.type == "progress") return "Jira counts it and lets nobody write it";
  if (field.type == "group" || items == "group") return "groups have no partner in Dynamics";
  if (field.custom == "gh-sprint") return "sprints are planned in Jira and have no partner in Dynamics";
  auto const type = items.empty() ? field.type : fmt::format("{} of {}", field.type, items);
  if (field.type == "any" || items == "json")
    return fmt::format("an app owns it, and its type ({}) says nothing of its values", type);
  return fmt::format("its type ({}) cannot be mapped", type.empty() ? "unknown" : type);
}

std::optional<std::string> supported(dataverse::Attribute const& column) {
  if (value::kind_of(column) != value::ColumnKind::none) return std::nullopt;
  return fmt::format("its type ({}) cannot be mapped", column.type.empty() ? "unknown" : column.type);
}

namespace {

std::string_view described(value::FieldKind kind) {
  using F = value::FieldKind;
  switch (kind) {
    case F::none: return "";
    case F::text: return "text";
    case F::url: return "url";
    case F::rich_text: return "rich text";
    case F::number: return "number";
    case F::date: return "date";
    case F::date_time: return "date and time";
    case F::labels: return "labels";
    case F::priority: return "priority";
    case F::option: return "option";
    case F::options: return "options";
    case F::cascading: return "option of two lists";
    case F::components: return "components";
    case F::version: return "version";
    case F::versions: return "versions";
    case F::person: return "user";
    case F::people: return "users";
  }
  return "";
}

std::string_view described(value::ColumnKind kind) {
  using C = value::ColumnKind;
  switch (kind) {
    case C::none: return "";
    case C::text: return "text";
    case C::number: return "number";
    case C::flag: return "yes or no";
    case C::choice: return "choice";
    case C::choices: return "choices";
    case C::day: return "date";
    case C::point_in_time: return "date and time";
    case C::wall_clock: return "date and time without a zone";
    case C::lookup: return "lookup";
    case C::person: return "lookup of a user";
    case C::id: return "id";
  }
  return "";
}

}  // namespace

Support support_of(jira::Field const& field) {
  if (auto why = supported(field)) return {false, false, "", std::move(*why)};
  auto const kind = value::kind_of(field);
  bool const people = value::holds_people(kind);
  return {true, people, std::string(described(kind)), people ? "the item must say how users are matched: \"users\"" : ""};
}

Support support_of(dataverse::Attribute const& column) {
  if (auto why = supported(column)) return {false, false, "", std::move(*why)};
  return {true, false, std::string(described(value::kind_of(column))), ""};
}

}  // namespace tandem::mapping
