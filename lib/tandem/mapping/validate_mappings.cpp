// The mappings of an item against the metadata of both sides: what is mapped exists, converts and may be read and written.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/mapping/fields_by_name.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/validation.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/matching.hpp>
#include <tandem/mapping/value/rule.hpp>

namespace tandem::mapping {

namespace {

using value::ColumnKind;
using value::FieldKind;

dataverse::Attribute const* check_column(Validation& check, Mapping const& mapping, Path const& path) {
  if (!check.schema.entity || mapping.column.empty()) return nullptr;
  auto const& entity = *check.schema.entity;
  auto const* column = entity.attribute(mapping.column);
  if (column == nullptr) {
    std::vector<std::string> names;
    for (auto const& attribute : entity.attributes) names.push_back(attribute.logical_name);
    // A label or the query name of a lookup is a good guess at what was meant.
    std::string hint = did_you_mean(mapping.column, names);
    for (auto const& attribute : entity.attributes) {
      if (attribute.label == mapping.column || attribute.query_name() == mapping.column) {
        hint = fmt::format("; did you mean \"{}\"?", attribute.logical_name);
      }
    }
    check.fault(path / "column", fmt::format("found \"{}\", which is no column of {}{}", mapping.column, entity.logical_name,
                                             or_list(hint, "items columns " + entity.logical_name)));
    return nullptr;
  }
  if (column->secured) {
    // A secured column reads as null for who may not see it, which must never clear a field (C6); metadata do not tell who may.
    check.fault(path / "column",
                fmt::format("{} is secured by a column security profile, and whether the application user may read it cannot "
                            "be told from metadata; map a column that is not secured",
                            mapping.column));
    return nullptr;
  }
  if (!column->readable) {
    check.fault(path / "column", fmt::format("{} cannot be read", mapping.column));
    return nullptr;
  }
  if (auto const why = supported(*column)) {
    check.fault(path / "column", fmt::format("{}: {}", mapping.column, *why));
    return nullptr;
  }
  return column;
}

std::optional<jira::Field> check_field(Validation& check, Mapping const& mapping, Path const& path) {
  auto const& schema = check.schema;
  if (!schema.project || mapping.field.empty()) return std::nullopt;
  auto const found = find_field(schema.fields, mapping.field);
  if (found.ids.size() > 1) {
    check.fault(path / "field",
                fmt::format("several fields are called \"{}\": use the id, one of {}", mapping.field, listed(found.ids)));
    return std::nullopt;
  }
  if (!found.field) {
    auto const elsewhere = find_field(schema.all_fields, mapping.field);
    if (!schema.issue_type && !elsewhere.ids.empty()) return std::nullopt;  // the issue type's own fault says enough
    std::vector<std::string> names;
    for (auto const& field : schema.fields.empty() ? schema.all_fields : schema.fields) {
      names.push_back(field.id);
      names.push_back(field.name);
    }
    check.fault(
        path / "field",
        elsewhere.ids.empty()
            ? fmt::format("found \"{}\", which is no field of this site{}", mapping.field,
                          or_list(did_you_mean(mapping.field, names), "items fields"))
            : fmt::format("\"{}\" exists but is not on the create screen of {} in {}; add it to the screen or map another field",
                          mapping.field, check.item.issue_type, schema.project->key));
    return std::nullopt;
  }
  if (auto const why = supported(*found.field)) {
    check.fault(path / "field", fmt::format("{}: {}", mapping.field, *why));
    return std::nullopt;
  }
  auto const& operations = found.field->operations;
  bool const writable = operations.empty() || std::any_of(operations.begin(), operations.end(), [](std::string const& operation) {
                          return operation == "set" || operation == "add";
                        });
  if (!writable && mapping.direction != Direction::to_dynamics) {
    check.fault(path / "field", fmt::format("{} cannot be written in Jira", mapping.field));
    return std::nullopt;
  }
  return found.field;
}

// "String, Memo or Lookup": the columns that a field takes.
std::string columns_for(FieldKind field) {
  constexpr std::pair<ColumnKind, char const*> kTypes[] = {{ColumnKind::text, "String, Memo"},
                                                           {ColumnKind::number, "Integer, BigInt, Decimal, Double, Money"},
                                                           {ColumnKind::flag, "Boolean"},
                                                           {ColumnKind::choice, "Picklist, State, Status"},
                                                           {ColumnKind::choices, "MultiSelectPicklist"},
                                                           {ColumnKind::point_in_time, "DateTime"},
                                                           {ColumnKind::lookup, "Lookup, Customer, Owner"}};
  std::string out;
  for (auto const& [kind, names] : kTypes) {
    if (value::converts_to_jira(kind, field)) out += fmt::format("{}{}", out.empty() ? "" : ", ", names);
  }
  return out;
}

// Whether the pair converts in the directions that the mapping may use.
bool check_pair(Validation& check, Mapping const& mapping, Path const& path, dataverse::Attribute const& column,
                jira::Field const& field) {
  auto const from = value::kind_of(column);
  auto const to = value::kind_of(field);
  auto const described = fmt::format("{} ({}) and {} ({})", mapping.column, column.type, mapping.field,
                                     field.items.empty() ? field.type : fmt::format("{} of {}", field.type, field.items));
  bool const writes_jira = mapping.direction != Direction::to_dynamics;
  bool const writes_dynamics = check.item.mode == Mode::two_way && mapping.direction != Direction::to_jira;
  if (writes_jira && !value::converts_to_jira(from, to)) {
    check.fault(path, fmt::format("{} do not convert; {} takes a column of type {}", described, mapping.field, columns_for(to)));
    return false;
  }
  if (writes_dynamics && !value::converts_to_dynamics(to, from)) {
    check.fault(path, fmt::format("{} do not convert from Jira to Dynamics; set \"direction\": \"to-jira\"", described));
    return false;
  }
  if (writes_dynamics && !column.updatable) {
    check.fault(path / "column", fmt::format("{} cannot be written in Dynamics; set \"direction\": \"to-jira\"", mapping.column));
    return false;
  }
  if (mapping.create_missing && !value::part_kind_of(to)) {
    check.fault(path / "createMissing",
                fmt::format("createMissing makes components and versions, and {} holds neither; accepted: false", mapping.field));
    return false;
  }
  if (mapping.create_missing && !writes_jira) {
    check.fault(path / "createMissing",
                "createMissing makes something in Jira, and this mapping does not write there; accepted: false");
    return false;
  }
  if (auto const& users = check.item.users; value::holds_people(to) && (!users || (!users->by_email && users->table.empty()))) {
    check.fault(path,
                fmt::format("{}: matching users is experimental and needs the item's \"users\": {{\"byEmail\": true}}, or a "
                            "\"table\" of Dynamics user and Jira account id",
                            described));
    return false;
  }
  if (check.item.time_zone.empty() && value::needs_zone(from, to)) {
    check.fault(path, fmt::format("{} need the item's \"timeZone\" (such as Europe/Berlin): a day and a point in time meet here",
                                  described));
    return false;
  }
  return true;
}

bool known_column_value(dataverse::Attribute const& column, std::string const& key) {
  if (value::named_in(column.options, key) != nullptr) return true;
  return value::kind_of(column) == ColumnKind::flag && value::flag_of_word(key).has_value();
}

void check_values(Validation& check, Mapping const& mapping, Path const& path, dataverse::Attribute const& column,
                  jira::Field const& field) {
  auto const from = value::kind_of(column);
  bool const offers = from == ColumnKind::choice || from == ColumnKind::choices || from == ColumnKind::flag;
  auto const codec = value::field_codec(field, value::Zone::find(check.item.time_zone));
  bool const makes = mapping.create_missing && value::part_kind_of(value::kind_of(field));
  for (auto const& [key, target] : mapping.values) {
    if (offers && !known_column_value(column, key)) {
      auto const names = value::names_of(column.options);
      check.fault(path / "values" / key, fmt::format("\"{}\" is no value of {}, which has {}{}", key, mapping.column,
                                                     listed(names), did_you_mean(key, names)));
    }
    auto const read = codec->named(target);
    if (!read.value && !makes)
      check.fault(path / "values" / key, read.refused->detail + did_you_mean(target, value::names_of(field.allowed)));
  }
  if (!mapping.default_value) return;
  auto const conversion = value::from_item_file(*codec, *mapping.default_value);
  if (!conversion.value) check.fault(path / "default", conversion.refused->detail);
}

}  // namespace

void check_mappings(Validation& check) {
  auto const& item = check.item;
  if (!item.time_zone.empty() && !value::Zone::find(item.time_zone)) {
    check.fault(at("timeZone"), fmt::format("found \"{}\", expected a name of the tz database such as Europe/Berlin{}",
                                            item.time_zone, did_you_mean(item.time_zone, value::Zone::names())));
  }
  if (!item.synchronised()) return;
  std::map<std::string, std::size_t> writers;  // field id -> the mapping that writes it
  std::map<std::string, std::size_t> column_writers;  // the same for columns
  for (std::size_t i = 0; i < item.mappings.size(); ++i) {
    auto const& mapping = item.mappings[i];
    auto const path = at("mappings") / i;
    auto const* column = check_column(check, mapping, path);
    auto const field = check_field(check, mapping, path);
    if (field && mapping.direction != Direction::to_dynamics) {
      auto const [first, fresh] = writers.emplace(field->id, i);
      if (!fresh) check.fault(path / "field", fmt::format("{} is already written by mappings[{}]", mapping.field, first->second));
    }
    if (column != nullptr && item.mode == Mode::two_way && mapping.direction != Direction::to_jira) {
      auto const [first, fresh] = column_writers.emplace(column->logical_name, i);
      if (!fresh) {
        check.fault(path / "column", fmt::format("{} is already written by mappings[{}]; set \"direction\": \"to-jira\" here",
                                                 mapping.column, first->second));
      }
    }
    if (column == nullptr || !field) continue;
    if (check_pair(check, mapping, path, *column, *field)) check_values(check, mapping, path, *column, *field);
  }
}

}  // namespace tandem::mapping
