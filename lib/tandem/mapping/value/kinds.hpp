// Which types of both sides tandem knows, and which pairs convert (the table of SPEC C2). Chosen from metadata alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/jira/model/field.hpp>

namespace tandem::mapping {

// What `items fields` and `items columns` say about a type (SPEC C3), and what `items validate` refuses with.
struct Support {
  bool supported = false;
  bool experimental = false;  // supported, but only where the item says how ("users")
  std::string kind;           // for people: "rich text", "number", "labels"…; "" when not supported
  std::string why;            // why not, or what is needed; "" when it simply converts
};
Support support_of(jira::Field const& field);
Support support_of(dataverse::Attribute const& column);

// Why tandem cannot map a field or a column of this type (SPEC C3); nothing when it can.
std::optional<std::string> supported(jira::Field const& field);
std::optional<std::string> supported(dataverse::Attribute const& column);

namespace value {

enum class FieldKind : std::uint8_t {
  none,
  text,
  url,
  rich_text,
  number,
  date,
  date_time,
  labels,
  priority,
  option,
  options,
  cascading,
  components,
  version,
  versions,
  person,
  people
};
enum class ColumnKind : std::uint8_t {
  none,
  text,
  number,
  flag,
  choice,
  choices,
  day,
  point_in_time,
  wall_clock,
  lookup,
  person,
  id
};

FieldKind kind_of(jira::Field const& field);
ColumnKind kind_of(dataverse::Attribute const& column);

bool converts_to_jira(ColumnKind column, FieldKind field);
bool converts_to_dynamics(FieldKind field, ColumnKind column);
// Whether the pair needs the item's time zone: a calendar day from a point in time, or a point in time from a day or a wall clock.
bool needs_zone(ColumnKind column, FieldKind field);
// The values are a list that Jira offers: priorities, options, components, versions.
bool offers_choices(FieldKind field);
bool holds_people(FieldKind field);
// Which parts of a project the field holds; nothing for other fields.
std::optional<jira::PartKind> part_kind_of(FieldKind field);
// A one-option checkbox list serves as a boolean.
bool is_checkbox(jira::Field const& field);

}  // namespace value
}  // namespace tandem::mapping
