#include <tandem/connection/dataverse/metadata.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace tandem::dataverse {
namespace {

// Never mapped: plumbing of the platform (§17). Virtual is caught by its type name, since multi-select choices are "Virtual" too.
constexpr std::array<std::string_view, 6> kPlumbing{"Virtual",       "EntityName", "ManagedProperty",
                                                    "CalendarRules", "PartyList",  "Image"};

std::string type_of(json::Value const& attribute) {
  constexpr std::string_view kEnd = "Type";
  auto name = attribute["AttributeTypeName"]["Value"].text();
  if (name.size() > kEnd.size() && name.ends_with(kEnd)) return std::string(name.substr(0, name.size() - kEnd.size()));
  return std::string(attribute["AttributeType"].text());
}

bool flag(json::Value const& value, bool other) {
  if (auto const* plain = value.if_bool()) return *plain;
  if (auto const* managed = value["Value"].if_bool()) return *managed;  // managed properties
  return other;
}

// TransitionData is XML whose inner tags may arrive unclosed (§17), so the numbers are looked for instead of parsing it.
std::optional<std::vector<std::int64_t>> read_next(std::string_view xml, std::int64_t from) {
  if (xml.find("allowedtransition") == std::string_view::npos) return std::nullopt;
  auto const number_behind = [](std::string_view tag, std::string_view name) -> std::optional<std::int64_t> {
    auto const at = tag.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    auto const rest = tag.substr(tag.find_first_not_of("= \"'", at + name.size()));
    std::int64_t out = 0;
    auto const read = std::from_chars(rest.data(), rest.data() + rest.size(), out);
    return read.ec == std::errc{} ? std::optional(out) : std::nullopt;
  };
  std::vector<std::int64_t> next;
  constexpr std::string_view kTag = "<allowedtransition ";
  for (auto at = xml.find(kTag); at != std::string_view::npos; at = xml.find(kTag, at + 1)) {
    auto const tag = xml.substr(at, xml.find('>', at) - at);
    auto const source = number_behind(tag, "sourcestatusid");
    auto const target = number_behind(tag, "tostatusid");
    if (target && source.value_or(from) == from) next.push_back(*target);
  }
  return next;
}

Option read_option(json::Value const& value) {
  Option option;
  option.value = value["Value"].integer().value_or(0);
  option.label = label_of(value["Label"], "");
  for (auto const& label : value["Label"]["LocalizedLabels"].items()) {
    if (!label["Label"].text().empty()) option.labels.emplace_back(label["Label"].text());
  }
  option.state = value["State"].integer();
  option.default_status = value["DefaultStatus"].integer();
  option.invariant_name = value["InvariantName"].text();
  option.next = read_next(value["TransitionData"].text(), option.value);
  return option;
}

std::vector<Option> read_options(json::Value const& set) {
  std::vector<Option> options;
  for (auto const& value : set["Options"].items()) {
    if (value["Value"].integer()) options.push_back(read_option(value));
  }
  // Two-option columns have their options apart; false comes first as 0.
  for (auto const* const name : {"FalseOption", "TrueOption"}) {
    if (set[name].is_object()) options.push_back(read_option(set[name]));
  }
  return options;
}

std::optional<std::string> number_text(json::Value const& value) {
  return value.is_number() ? std::optional(value.scalar_text()) : std::nullopt;
}

}  // namespace

std::string label_of(json::Value const& label, std::string_view other) {
  if (auto const text = label["UserLocalizedLabel"]["Label"].text(); !text.empty()) return std::string(text);
  return label["LocalizedLabels"].at(0)["Label"].text_or(other);
}

std::vector<AttributeCast> const& attribute_casts() {
  static std::vector<AttributeCast> const casts{
      {"String", "?$select=LogicalName,MaxLength,FormatName"},
      {"Memo", "?$select=LogicalName,MaxLength,Format,FormatName"},
      {"Integer", "?$select=LogicalName,MinValue,MaxValue"},
      {"BigInt", "?$select=LogicalName,MinValue,MaxValue"},
      {"Decimal", "?$select=LogicalName,MinValue,MaxValue,Precision"},
      {"Double", "?$select=LogicalName,MinValue,MaxValue,Precision"},
      {"Money", "?$select=LogicalName,MinValue,MaxValue,Precision"},
      {"DateTime", "?$select=LogicalName,Format,DateTimeBehavior"},
      {"Lookup", "?$select=LogicalName,Targets"},
      {"Boolean", "?$select=LogicalName&$expand=OptionSet($select=TrueOption,FalseOption)"},
      {"Picklist", "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options,Name)"},
      {"MultiSelectPicklist", "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options,Name)"},
      {"State", "?$select=LogicalName&$expand=OptionSet($select=Options)"},
      {"Status", "?$select=LogicalName&$expand=OptionSet($select=Options)"},
  };
  return casts;
}

std::vector<Attribute> read_attributes(json::Value const& body) {
  std::vector<Attribute> attributes;
  for (auto const& row : body["value"].items()) {
    Attribute attribute;
    attribute.logical_name = row["LogicalName"].text();
    attribute.type = type_of(row);
    bool const shadow = !row["AttributeOf"].is_null();
    bool const plumbing = std::find(kPlumbing.begin(), kPlumbing.end(), attribute.type) != kPlumbing.end();
    attribute.readable = flag(row["IsValidForRead"], true);
    if (attribute.logical_name.empty() || shadow || plumbing || !attribute.readable) continue;
    attribute.schema_name = row["SchemaName"].text();
    attribute.label = label_of(row["DisplayName"], attribute.logical_name);
    attribute.required = row["RequiredLevel"]["Value"].text_or("None");
    attribute.creatable = flag(row["IsValidForCreate"], true);
    attribute.updatable = flag(row["IsValidForUpdate"], true);
    attribute.secured = flag(row["IsSecured"], false);
    attributes.push_back(std::move(attribute));
  }
  return attributes;
}

void join_cast(std::vector<Attribute>& attributes, json::Value const& body) {
  for (auto const& row : body["value"].items()) {
    auto const found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](auto const& attribute) { return attribute.logical_name == row["LogicalName"].text(); });
    if (found == attributes.end()) continue;
    if (auto const most = row["MaxLength"].integer()) found->max_length = most;
    if (auto const name = row["FormatName"]["Value"].text(); !name.empty()) {
      found->format = name;
    } else if (auto const format = row["Format"].text(); !format.empty()) {
      found->format = format;
    }
    if (auto const behavior = row["DateTimeBehavior"]["Value"].text(); !behavior.empty()) found->behavior = behavior;
    if (auto least = number_text(row["MinValue"])) found->min_value = std::move(least);
    if (auto most = number_text(row["MaxValue"])) found->max_value = std::move(most);
    if (auto const precision = row["Precision"].integer()) found->precision = precision;
    for (auto const& target : row["Targets"].items()) found->targets.emplace_back(target.text());
    // A global choice fills OptionSet as well; where it does not, its own place has the options.
    auto options = read_options(row["OptionSet"]);
    if (options.empty()) options = read_options(row["GlobalOptionSet"]);
    if (!options.empty()) found->options = std::move(options);
  }
}

void join_relationships(std::vector<Attribute>& attributes, json::Value const& body) {
  for (auto const& row : body["value"].items()) {
    auto const found = std::find_if(attributes.begin(), attributes.end(), [&](auto const& attribute) {
      return attribute.logical_name == row["ReferencingAttribute"].text();
    });
    auto const name = row["ReferencingEntityNavigationPropertyName"].text();
    auto const target = row["ReferencedEntity"].text();
    if (found != attributes.end() && !name.empty() && !target.empty()) found->navigation.emplace(target, name);
  }
}

std::string note_navigation(json::Value const& annotation_relationships, std::string_view entity) {
  for (auto const& row : annotation_relationships["value"].items()) {
    if (row["ReferencingAttribute"].text() == "objectid" && row["ReferencedEntity"].text() == entity) {
      return std::string(row["ReferencingEntityNavigationPropertyName"].text());
    }
  }
  return {};
}

Entity read_entity(json::Value const& definition) {
  Entity entity;
  entity.logical_name = definition["LogicalName"].text();
  entity.set_name = definition["EntitySetName"].text();
  entity.label = label_of(definition["DisplayName"], entity.logical_name);
  entity.primary_id = definition["PrimaryIdAttribute"].text();
  entity.primary_name = definition["PrimaryNameAttribute"].text();
  entity.metadata_id = definition["MetadataId"].text();
  entity.type_code = definition["ObjectTypeCode"].integer().value_or(0);
  entity.has_notes = flag(definition["HasNotes"], false);
  entity.is_activity = flag(definition["IsActivity"], false);
  entity.change_tracking = flag(definition["ChangeTrackingEnabled"], false);
  entity.optimistic_concurrency = flag(definition["IsOptimisticConcurrencyEnabled"], true);
  entity.custom = flag(definition["IsCustomEntity"], false);
  entity.enforce_transitions = flag(definition["EnforceStateTransitions"], false);
  for (auto const& privilege : definition["Privileges"].items()) {
    entity.privileges.emplace(privilege["PrivilegeType"].text(), privilege["Name"].text());
  }
  return entity;
}

}  // namespace tandem::dataverse
