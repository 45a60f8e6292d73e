// Entities as the store keeps them: every member is optional when read, so that members may only ever grow.
#include <tandem/connection/dataverse/model/entity.hpp>

#include <algorithm>

namespace tandem::dataverse {
namespace {

json::Value strings(std::vector<std::string> const& values) {
  json::Array array;
  for (auto const& value : values) array.emplace_back(value);
  return array;
}

std::vector<std::string> strings_of(json::Value const& value) {
  std::vector<std::string> out;
  for (auto const& one : value.items()) out.emplace_back(one.text());
  return out;
}

json::Value names(std::map<std::string, std::string> const& map) {
  json::Object object;
  for (auto const& [key, value] : map) object.append(key, value);
  return object;
}

std::map<std::string, std::string> names_of(json::Value const& value) {
  std::map<std::string, std::string> out;
  for (auto const& [key, one] : value.members()) out.emplace(key, one.text());
  return out;
}

template <class T>
void set_if(json::Object& object, std::string key, std::optional<T> const& value) {
  if (value) object.append(std::move(key), *value);
}

std::optional<std::string> text_of(json::Value const& value) {
  return value.if_string() != nullptr ? std::optional(*value.if_string()) : std::nullopt;
}

bool flag_of(json::Value const& value, bool other) { return value.if_bool() != nullptr ? *value.if_bool() : other; }

json::Value option_json(Option const& option) {
  json::Object object{{"value", option.value}, {"label", option.label}};
  if (!option.labels.empty()) object.append("labels", strings(option.labels));
  set_if(object, "state", option.state);
  set_if(object, "defaultStatus", option.default_status);
  if (!option.invariant_name.empty()) object.append("invariantName", option.invariant_name);
  if (option.next) {
    json::Array next;
    for (auto const value : *option.next) next.emplace_back(value);
    object.append("next", std::move(next));
  }
  return object;
}

Option option_of(json::Value const& value) {
  Option option{value["value"].integer().value_or(0), std::string(value["label"].text()),
                strings_of(value["labels"]),          value["state"].integer(),
                value["defaultStatus"].integer(),     std::string(value["invariantName"].text())};
  if (auto const* next = value["next"].if_array()) {
    option.next.emplace();
    for (auto const& one : *next) option.next->push_back(one.integer().value_or(0));
  }
  return option;
}

}  // namespace

json::Value Attribute::to_json() const {
  json::Object object{{"name", logical_name},   {"schemaName", schema_name}, {"label", label},
                      {"type", type},           {"required", required},      {"readable", readable},
                      {"creatable", creatable}, {"updatable", updatable},    {"secured", secured}};
  set_if(object, "maxLength", max_length);
  if (!format.empty()) object.append("format", format);
  if (!behavior.empty()) object.append("behavior", behavior);
  set_if(object, "minValue", min_value);
  set_if(object, "maxValue", max_value);
  set_if(object, "precision", precision);
  if (!options.empty()) {
    json::Array array;
    for (auto const& option : options) array.push_back(option_json(option));
    object.append("options", std::move(array));
  }
  if (!targets.empty()) object.append("targets", strings(targets));
  if (!navigation.empty()) object.append("navigation", names(navigation));
  return object;
}

Result<Attribute> Attribute::from_json(json::Value const& value) {
  Attribute out;
  out.logical_name = value["name"].text();
  out.type = value["type"].text();
  if (out.logical_name.empty() || out.type.empty()) return fail(ErrorKind::config, "a column of a schema has no name or no type");
  out.schema_name = value["schemaName"].text();
  out.label = value["label"].text_or(out.logical_name);
  out.required = value["required"].text_or("None");
  out.readable = flag_of(value["readable"], true);
  out.creatable = flag_of(value["creatable"], true);
  out.updatable = flag_of(value["updatable"], true);
  out.secured = flag_of(value["secured"], false);
  out.max_length = value["maxLength"].integer();
  out.format = value["format"].text();
  out.behavior = value["behavior"].text();
  out.min_value = text_of(value["minValue"]);
  out.max_value = text_of(value["maxValue"]);
  out.precision = value["precision"].integer();
  for (auto const& option : value["options"].items()) out.options.push_back(option_of(option));
  out.targets = strings_of(value["targets"]);
  out.navigation = names_of(value["navigation"]);
  return out;
}

Attribute const* Entity::attribute(std::string_view logical_name_) const {
  auto const found =
      std::find_if(attributes.begin(), attributes.end(), [&](auto const& one) { return one.logical_name == logical_name_; });
  return found == attributes.end() ? nullptr : &*found;
}

json::Value Entity::to_json() const {
  json::Array columns;
  for (auto const& attribute : attributes) columns.push_back(attribute.to_json());
  return json::Object{{"name", logical_name},
                      {"setName", set_name},
                      {"label", label},
                      {"primaryId", primary_id},
                      {"primaryName", primary_name},
                      {"metadataId", metadata_id},
                      {"typeCode", type_code},
                      {"hasNotes", has_notes},
                      {"isActivity", is_activity},
                      {"changeTracking", change_tracking},
                      {"optimisticConcurrency", optimistic_concurrency},
                      {"custom", custom},
                      {"enforceTransitions", enforce_transitions},
                      {"noteNavigation", note_navigation},
                      {"attributes", std::move(columns)},
                      {"privileges", names(privileges)}};
}

Result<Entity> Entity::from_json(json::Value const& value) {
  Entity out;
  out.logical_name = value["name"].text();
  out.set_name = value["setName"].text();
  out.primary_id = value["primaryId"].text();
  if (out.logical_name.empty() || out.set_name.empty() || out.primary_id.empty()) {
    return fail(ErrorKind::config, "a table of a schema has no name, set name or primary id");
  }
  out.label = value["label"].text_or(out.logical_name);
  out.primary_name = value["primaryName"].text();
  out.metadata_id = value["metadataId"].text();
  out.type_code = value["typeCode"].integer().value_or(0);
  out.has_notes = flag_of(value["hasNotes"], false);
  out.is_activity = flag_of(value["isActivity"], false);
  out.change_tracking = flag_of(value["changeTracking"], false);
  out.optimistic_concurrency = flag_of(value["optimisticConcurrency"], true);
  out.custom = flag_of(value["custom"], false);
  out.enforce_transitions = flag_of(value["enforceTransitions"], false);
  out.note_navigation = value["noteNavigation"].text();
  for (auto const& one : value["attributes"].items()) {
    TANDEM_TRY(auto attribute, Attribute::from_json(one));
    out.attributes.push_back(std::move(attribute));
  }
  out.privileges = names_of(value["privileges"]);
  return out;
}

}  // namespace tandem::dataverse
