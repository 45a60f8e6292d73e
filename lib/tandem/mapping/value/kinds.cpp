#include <tandem/mapping/value/kinds.hpp>

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
  if (type == "array" && field.items == "string") return FieldKind::labels;
  if (type == "array" && field.items == "option") return FieldKind::options;
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
  if (type == "Lookup" || type == "Customer" || type == "Owner") return ColumnKind::lookup;
  if (type == "Uniqueidentifier") return ColumnKind::id;
  return ColumnKind::none;
}

bool converts_to_jira(ColumnKind column, FieldKind field) {
  using C = ColumnKind;
  bool const time = column == C::day || column == C::point_in_time || column == C::wall_clock;
  switch (field) {
    case FieldKind::none: return false;
    case FieldKind::text: return column != C::none;
    case FieldKind::url: return column == C::text;
    case FieldKind::rich_text: return column == C::text || column == C::lookup || column == C::choice || column == C::choices;
    case FieldKind::number: return column == C::number;
    case FieldKind::date:
    case FieldKind::date_time: return time;
    case FieldKind::labels: return column == C::text || column == C::choice || column == C::choices || column == C::lookup;
    case FieldKind::priority: return column == C::choice;
    case FieldKind::option:
    case FieldKind::options:
      return column == C::choice || column == C::choices || column == C::flag || column == C::text || column == C::lookup;
  }
  return false;
}

bool converts_to_dynamics(FieldKind field, ColumnKind column) {
  using F = FieldKind;
  switch (column) {
    case ColumnKind::none:
    case ColumnKind::id:
    case ColumnKind::lookup: return false;  // a lookup needs a search for its row
    case ColumnKind::text:
      return field == F::text || field == F::url || field == F::rich_text || field == F::labels || field == F::option ||
             field == F::options;
    case ColumnKind::number: return field == F::number || field == F::text;
    case ColumnKind::flag: return field == F::option || field == F::options || field == F::text;
    case ColumnKind::choice: return field == F::priority || field == F::option || field == F::options || field == F::text;
    case ColumnKind::choices: return field == F::options || field == F::option || field == F::labels || field == F::text;
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

bool is_checkbox(jira::Field const& field) {
  return kind_of(field) == FieldKind::options && field.custom == "multicheckboxes" && field.allowed.size() == 1;
}

}  // namespace value

std::optional<std::string> supported(jira::Field const& field) {
  if (value::kind_of(field) != value::FieldKind::none) return std::nullopt;
  if (field.system == "status") return "the status follows the item's status switch, it is no field to map";
  if (field.system == "project" || field.system == "issuetype") return "the item's project and issue type decide it";
  if (field.system == "comment" || field.system == "attachment") return "it has a switch of its own in the item";
  auto const type = field.items.empty() ? field.type : fmt::format("{} of {}", field.type, field.items);
  return fmt::format("its type ({}) is not in this version", type.empty() ? "unknown" : type);
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
    case C::id: return "id";
  }
  return "";
}

}  // namespace

Support support_of(jira::Field const& field) {
  if (auto why = supported(field)) return {false, false, "", std::move(*why)};
  return {true, false, std::string(described(value::kind_of(field))), ""};
}

Support support_of(dataverse::Attribute const& column) {
  if (auto why = supported(column)) return {false, false, "", std::move(*why)};
  return {true, false, std::string(described(value::kind_of(column))), ""};
}

}  // namespace tandem::mapping
