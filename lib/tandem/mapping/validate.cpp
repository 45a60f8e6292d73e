// validate(): an item against live metadata. All faults at once, in the file's order.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/fields_by_name.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/mapping/validation.hpp>
#include <tandem/mapping/value/kinds.hpp>
#include <tandem/mapping/value/rule.hpp>

namespace tandem::mapping {

namespace {

void check_filter(Validation& check) {
  auto const& filter = check.item.filter;
  if (filter.empty()) return;
  auto const path = at("dynamics") / "filter";
  if (text::ascii_lower(filter).find("$filter") != std::string::npos) {
    check.fault(path, "found \"$filter\"; give only the expression, such as casetypecode eq 2");
  }
  int open = 0;
  bool quoted = false;
  bool closed_early = false;
  for (char const c : filter) {
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++open;
    if (c == ')') closed_early = closed_early || --open < 0;
  }
  if (quoted)
    check.fault(path, "a quotation mark ' is not closed; inside of a text it is doubled: 'O''Brien'");
  else if (open != 0 || closed_early)
    check.fault(path, "the parentheses are not balanced");
}

void check_module(Validation& check) {
  auto const& item = check.item;
  if (item.module.empty()) return;
  std::vector<std::string> names;
  for (auto const& module : check.schema.modules) {
    bool const named = module.name == item.module || text::folded(module.label) == text::folded(item.module);
    if (!named) {
      names.push_back(module.name);
      continue;
    }
    bool const inside =
        module.any_entity || std::find(module.entities.begin(), module.entities.end(), item.entity) != module.entities.end();
    if (!inside && check.schema.entity) {
      check.fault(at("dynamics") / "entity",
                  fmt::format("found \"{}\", which is not in the module {}; it has {}, and the module \"custom\" allows any",
                              item.entity, module.name, listed(module.entities)));
    }
    return;
  }
  check.fault(at("dynamics") / "module",
              fmt::format("found \"{}\", expected {}{}", item.module, listed(names), did_you_mean(item.module, names)));
}

void check_display(Validation& check) {
  if (!check.schema.entity) return;
  std::vector<std::string> names;
  for (auto const& column : check.schema.entity->attributes) names.push_back(column.logical_name);
  for (std::size_t i = 0; i < check.item.display.size(); ++i) {
    auto const& name = check.item.display[i];
    if (check.schema.entity->attribute(name) != nullptr) continue;
    check.fault(at("display") / i, fmt::format("found \"{}\", which is no column of {}{}", name, check.item.entity,
                                               or_list(did_you_mean(name, names), "items columns " + check.item.entity)));
  }
}

// SPEC B11: the file's own metadata of the table.
void check_carried(Validation& check) {
  auto const& written = check.item.definition["schema"];
  if (!written["entity"].is_object()) return;
  auto const path = at("schema") / "entity";
  auto const carried = carried_entity(check.item);
  if (!carried) {
    check.fault(path, fmt::format("{}; expected what `tandem items export --with-schema` writes", carried.error().message));
  } else if (!check.item.entity.empty() && (*carried)->logical_name != check.item.entity) {
    check.fault(path / "name", fmt::format("found \"{}\", expected \"{}\", the table of dynamics.entity",
                                           (*carried)->logical_name, check.item.entity));
  }
}

}  // namespace

Result<std::optional<dataverse::Entity>> carried_entity(Item const& item) {
  auto const& written = item.definition["schema"]["entity"];
  if (!written.is_object()) return std::optional<dataverse::Entity>{};
  TANDEM_TRY(auto entity, dataverse::Entity::from_json(written));
  return std::optional(std::move(entity));
}

void check_dynamics(Validation& check) {
  auto const& item = check.item;
  check_carried(check);
  if (!check.schema.entity && !item.entity.empty()) {
    check.fault(at("dynamics") / "entity",
                fmt::format("found \"{}\", which does not exist or may not be read by the application user{}", item.entity,
                            or_list(did_you_mean(item.entity, check.schema.entity_names), "items entities")));
  }
  check_module(check);
  check_filter(check);
  check_display(check);
}

void check_jira(Validation& check) {
  auto const& item = check.item;
  auto const& schema = check.schema;
  if (item.project.empty()) return;  // the file says so already
  if (!schema.project) {
    check.fault(
        at("jira") / "project",
        fmt::format("found \"{}\", which does not exist or may not be browsed by this account; expected a project's key, such as "
                    "SUP",
                    item.project));
    return;  // everything else on this side follows from it
  }
  if (!item.issue_type.empty() && !schema.issue_type) {
    std::vector<std::string> names;
    for (auto const& type : schema.issue_types) names.push_back(type.name);
    check.fault(at("jira") / "issueType", fmt::format("found \"{}\", expected {} in {}{}", item.issue_type, listed(names),
                                                      schema.project->key, did_you_mean(item.issue_type, names)));
    return;
  }
  std::optional<value::Zone> zone;
  if (!item.time_zone.empty()) zone = value::Zone::find(item.time_zone);
  std::vector<std::string> known;
  for (auto const& field : schema.fields) known.push_back(field.id);
  for (auto const& [name, raw] : item.defaults) {
    auto const path = at("jira") / "defaults" / name;
    auto const found = find_field(schema.fields, name);
    if (!found.field) {
      check.fault(path, found.ids.size() > 1
                            ? fmt::format("several fields are called \"{}\": {}", name, listed(found.ids))
                            : fmt::format("\"{}\" is not on the create screen{}", name,
                                          or_list(did_you_mean(name, known), "items fields --project … --issue-type …")));
      continue;
    }
    auto const& system = found.field->system;
    if (system == "project" || system == "issuetype" || system == "status") {
      check.fault(path, fmt::format("{}: {}", name, supported(*found.field).value_or("")));
      continue;
    }
    auto const codec = value::field_codec(*found.field, zone);
    if (!codec) continue;  // goes to Jira as it is written
    auto const conversion = value::from_item_file(*codec, raw);
    if (!conversion.value) check.fault(path, conversion.refused->detail);
  }
}

void check_required_fields(Validation& check) {
  auto const& item = check.item;
  if (!item.auto_create || !check.schema.issue_type) return;
  std::vector<std::string> given{"project", "issuetype", "summary"};  // without a mapped summary the record's name is one (E4)
  auto const add = [&](std::string_view name) {
    if (auto const found = find_field(check.schema.fields, name); found.field) given.push_back(found.field->id);
  };
  for (auto const& [name, raw] : item.defaults) add(name);
  for (auto const& mapping : item.mappings) {
    if (item.fields && mapping.direction != Direction::to_dynamics) add(mapping.field);
  }
  for (auto const& field : check.schema.fields) {
    bool const missing = field.required && !field.has_default && std::find(given.begin(), given.end(), field.id) == given.end();
    if (!missing) continue;
    check.fault(at("autoCreate"),
                fmt::format("Jira requires {} (\"{}\") when an issue is made: map a column to it or give it in jira.defaults",
                            field.id, field.name));
  }
}

std::vector<Fault> validate(Item const& item, connection::Schema const& schema, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Validation check{item, schema, text, {}};
  refuse_what_is_not_built(check);
  check_jira(check);
  check_dynamics(check);
  check_mappings(check);
  check_status(check);
  check_required_fields(check);
  std::stable_sort(check.faults.begin(), check.faults.end(),
                   [](Fault const& a, Fault const& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
  return std::move(check.faults);
}

}  // namespace tandem::mapping
