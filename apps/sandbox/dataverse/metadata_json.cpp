#include "dataverse/metadata_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/engine.hpp"
#include "dataverse/schema_change.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kLabelIds = "3a9f2c44-0d8b-5e6f-a1c3-55d6e7f80912";  // namespace of label ids

json::Value managed(bool value, std::string_view name) {
  return json::Object{{"Value", value}, {"CanBeChanged", true}, {"ManagedPropertyLogicalName", name}};
}

json::Value none_label() { return json::Object{{"LocalizedLabels", json::Array{}}, {"UserLocalizedLabel", nullptr}}; }

json::Value text_or_null(std::string const& text) { return text.empty() ? json::Value{} : json::Value{text}; }
json::Value number_or_null(std::string const& text) { return text.empty() ? json::Value{} : json::Value{json::Number{text}}; }

json::Value transition_data(Column const& column, Option const& option, Table const& table) {
  if (!table.enforce_transitions || column.type != Type::status || !option.transitions) return nullptr;
  std::string out = "<allowedtransitions xmlns=\"http://schemas.microsoft.com/crm/2009/WebServices\">";
  for (auto const next : *option.transitions)
    out += fmt::format("<allowedtransition sourcestatusid=\"{}\" tostatusid=\"{}\" />", option.value, next);
  return out + "</allowedtransitions>";
}

json::Object option_json(Table const& table, Column const& column, Option const& option, int language) {
  auto const id = fmt::format("{}/{}/{}", table.name, column.name, option.value);
  json::Object out{{"Value", option.value},         {"Label", label_json(option.labels, language, id)},
                   {"Description", none_label()},   {"Color", text_or_null(option.color)},
                   {"IsManaged", !table.custom},    {"ExternalValue", ""},
                   {"ParentValues", json::Array{}}, {"MetadataId", nullptr},
                   {"HasChanged", nullptr}};
  if (column.type == Type::state) {
    out.append("@odata.type", "#Microsoft.Dynamics.CRM.StateOptionMetadata");
    out.append("DefaultStatus", option.default_status ? json::Value(*option.default_status) : json::Value());
    out.append("InvariantName", option.invariant_name);
  }
  if (column.type == Type::status) {
    out.append("@odata.type", "#Microsoft.Dynamics.CRM.StatusOptionMetadata");
    out.append("State", option.state ? json::Value(*option.state) : json::Value());
    out.append("TransitionData", transition_data(column, option, table));
  }
  return out;
}

json::Object option_set_json(Table const& table, Column const& column, int language) {
  auto const name = column.global_choice.empty() ? table.name + "_" + column.name : column.global_choice;
  auto const id = tandem::uuid5(kLabelIds, "optionset/" + name);
  json::Object out{{"MetadataId", id},
                   {"HasChanged", nullptr},
                   {"Name", name},
                   {"IsGlobal", !column.global_choice.empty()},
                   {"IsCustomOptionSet", table.custom},
                   {"IsManaged", !table.custom},
                   {"DisplayName", label_json(column.labels, language, name)},
                   {"Description", none_label()},
                   {"IntroducedVersion", nullptr},
                   {"IsCustomizable", managed(true, "iscustomizable")}};
  if (column.type == Type::boolean) {
    out.append("OptionSetType", "Boolean");
    out.append("TrueOption", option_json(table, column, *column.option(1), language));
    out.append("FalseOption", option_json(table, column, *column.option(0), language));
    return out;
  }
  out.append("OptionSetType", column.type == Type::state ? "State" : (column.type == Type::status ? "Status" : "Picklist"));
  json::Array options;
  for (auto const& option : column.options) options.push_back(option_json(table, column, option, language));
  out.append("Options", std::move(options));
  return out;
}

std::string metadata_type(Column const& column) {
  switch (column.type) {
    case Type::customer:
    case Type::owner: return "LookupAttributeMetadata";
    case Type::uniqueidentifier: return "AttributeMetadata";
    default: return std::string(name_of(column.type)) + "AttributeMetadata";
  }
}

// Multi-select is the trap: its AttributeType is Virtual (dataverse.md §17).
std::string_view attribute_type(Column const& column) {
  return column.type == Type::multi_select ? "Virtual" : name_of(column.type);
}

void add_derived(json::Object& out, Table const& table, Column const& column) {
  switch (column.type) {
    case Type::string:
      out.append("Format", column.format == "RichText" ? "Text" : column.format);
      out.append("FormatName", json::Object{{"Value", column.format}});
      out.append("MaxLength", column.max_length);
      out.append("DatabaseLength", column.max_length * 2);
      out.append("ImeMode", "Auto");
      out.append("IsLocalizable", false);
      break;
    case Type::memo:
      out.append("Format", column.format == "RichText" ? "TextArea" : column.format);
      out.append("FormatName", json::Object{{"Value", column.format}});
      out.append("MaxLength", column.max_length);
      out.append("ImeMode", "Auto");
      out.append("IsLocalizable", false);
      break;
    case Type::integer:
      out.append("Format", "None");
      out.append("MinValue",
                 column.min_value.empty() ? json::Value(json::Number{"-2147483648"}) : number_or_null(column.min_value));
      out.append("MaxValue",
                 column.max_value.empty() ? json::Value(json::Number{"2147483647"}) : number_or_null(column.max_value));
      break;
    case Type::big_int:
      out.append("MinValue", json::Number{"-9223372036854775808"});
      out.append("MaxValue", json::Number{"9223372036854775807"});
      break;
    case Type::decimal:
    case Type::real:
    case Type::money:
      out.append("MinValue",
                 column.min_value.empty() ? json::Value(json::Number{"-100000000000"}) : number_or_null(column.min_value));
      out.append("MaxValue",
                 column.max_value.empty() ? json::Value(json::Number{"100000000000"}) : number_or_null(column.max_value));
      out.append("Precision", column.precision);
      if (column.type == Type::money) out.append("PrecisionSource", 0);
      break;
    case Type::date_time:
      out.append("Format", column.format);
      out.append("DateTimeBehavior", json::Object{{"Value", column.behavior}});
      out.append("CanChangeDateTimeBehavior", managed(table.custom, "canchangedatetimebehavior"));
      out.append("ImeMode", "Inactive");
      break;
    case Type::lookup:
    case Type::customer:
    case Type::owner: {
      json::Array targets;
      for (auto const& target : column.targets) targets.emplace_back(target.table);
      out.append("Targets", std::move(targets));
      out.append("Format", "None");
      break;
    }
    case Type::boolean: out.append("DefaultValue", column.default_value.is_bool() && column.default_value.truthy()); break;
    case Type::picklist:
    case Type::multi_select:
    case Type::state:
    case Type::status:
      out.append("DefaultFormValue", column.default_value.is_number() ? column.default_value : json::Value(-1));
      out.append("ChildPicklistLogicalNames", json::Array{});
      break;
    case Type::uniqueidentifier:
    case Type::entity_name: break;
  }
}

json::Object common_attribute(Table const& table, std::string_view name, std::string_view schema, std::string_view type,
                              std::string_view type_name, std::string const& metadata_id) {
  return json::Object{{"LogicalName", name},
                      {"SchemaName", schema},
                      {"EntityLogicalName", table.name},
                      {"AttributeType", type},
                      {"AttributeTypeName", json::Object{{"Value", std::string(type_name) + "Type"}}},
                      {"MetadataId", metadata_id},
                      {"HasChanged", nullptr},
                      {"IsManaged", !table.custom},
                      {"SourceType", nullptr},
                      {"Description", none_label()},
                      {"IntroducedVersion", "5.0.0.0"}};
}

}  // namespace

json::Value label_json(Labels const& labels, int language, std::string_view id) {
  json::Array all;
  json::Value mine;
  for (auto const& [code, text] : labels) {
    json::Object label{{"Label", text},
                       {"LanguageCode", code},
                       {"IsManaged", true},
                       {"MetadataId", tandem::uuid5(kLabelIds, fmt::format("{}/{}", id, code))},
                       {"HasChanged", nullptr}};
    if (code == language) mine = label;
    all.emplace_back(std::move(label));
  }
  return json::Object{{"LocalizedLabels", std::move(all)}, {"UserLocalizedLabel", std::move(mine)}};
}

MetadataObject entity_metadata(Table const& table, int language) {
  MetadataObject out{"EntityMetadata", {}, {}, {}};
  out.common = json::Object{{"MetadataId", table.metadata_id},
                            {"HasChanged", nullptr},
                            {"LogicalName", table.name},
                            {"SchemaName", table.schema_name},
                            {"EntitySetName", table.set_name},
                            {"LogicalCollectionName", table.set_name},
                            {"CollectionSchemaName", table.collection_schema_name},
                            {"PrimaryIdAttribute", table.primary_id},
                            {"PrimaryNameAttribute", table.primary_name},
                            {"PrimaryImageAttribute", nullptr},
                            {"ObjectTypeCode", table.type_code},
                            {"OwnershipType", table.owned ? "UserOwned" : "OrganizationOwned"},
                            {"DisplayName", label_json(table.labels, language, table.name)},
                            {"DisplayCollectionName", label_json(table.collection_labels, language, table.set_name)},
                            {"Description", none_label()},
                            {"HasNotes", table.has_notes},
                            {"HasActivities", table.has_activities},
                            {"HasFeedback", false},
                            {"IsActivity", table.is_activity},
                            {"IsActivityParty", table.is_activity},
                            {"ChangeTrackingEnabled", table.change_tracking},
                            {"IsOptimisticConcurrencyEnabled", true},
                            {"IsCustomEntity", table.custom},
                            {"IsManaged", !table.custom},
                            {"IsIntersect", false},
                            {"IsPrivate", false},
                            {"IsLogicalEntity", false},
                            {"IsBPFEntity", false},
                            {"IsAvailableOffline", true},
                            {"IsChildEntity", false},
                            {"IsBusinessProcessEnabled", false},
                            {"IsKnowledgeManagementEnabled", false},
                            {"IsStateModelAware", table.enforce_transitions},
                            {"EnforceStateTransitions", table.enforce_transitions},
                            {"TableType", "Standard"},
                            {"IntroducedVersion", "5.0.0.0"},
                            {"DaysSinceRecordLastModified", 0},
                            {"CanCreateAttributes", managed(true, "cancreateattributes")},
                            {"IsCustomizable", managed(true, "iscustomizable")},
                            {"IsAuditEnabled", managed(false, "canmodifyauditsettings")},
                            {"IsValidForQueue", managed(true, "canmodifyqueuesettings")},
                            {"Privileges", privileges_json(table)}};
  return out;
}

MetadataObject attribute_metadata(Table const& table, Column const& column, int language) {
  MetadataObject out{metadata_type(column), {}, {}, {}};
  out.common =
      common_attribute(table, column.name, column.schema_name, attribute_type(column), name_of(column.type), column.metadata_id);
  auto const add = [&out](std::string name, json::Value value) { out.common.append(std::move(name), std::move(value)); };
  add("AttributeOf", text_or_null(column.of));
  add("DisplayName", label_json(column.labels, language, table.name + "/" + column.name));
  add("IsValidForRead", column.readable);
  add("IsValidForCreate", column.creatable);
  add("IsValidForUpdate", column.updatable);
  add("IsValidForForm", true);
  add("IsValidForGrid", true);
  add("IsSecured", column.secured);
  add("CanBeSecuredForRead", column.secured);
  add("CanBeSecuredForCreate", column.secured);
  add("CanBeSecuredForUpdate", column.secured);
  add("IsPrimaryId", column.name == table.primary_id);
  add("IsPrimaryName", column.name == table.primary_name);
  add("IsCustomAttribute", table.custom && !column.system);
  add("IsLogical", !column.of.empty());
  add("IsFilterable", true);
  add("IsSearchable", column.is_text());
  add("IsRetrievable", column.readable);
  add("AutoNumberFormat", text_or_null(column.auto_number));
  add("RequiredLevel", json::Object{{"Value", column.required},
                                    {"CanBeChanged", column.required != "SystemRequired"},
                                    {"ManagedPropertyLogicalName", "canmodifyrequirementlevelsettings"}});
  add_derived(out.derived, table, column);
  if (!column.options.empty()) {
    auto set = option_set_json(table, column, language);
    bool const global = !column.global_choice.empty();
    if (column.type != Type::boolean)
      out.related.append("GlobalOptionSet", global ? json::Value(set) : json::Value());
    else
      out.related.append("GlobalOptionSet", nullptr);
    out.related.append("OptionSet", std::move(set));
  }
  return out;
}

std::vector<MetadataObject> shadow_attributes(Table const& table, Column const& column) {
  std::vector<MetadataObject> out;
  auto const shadow = [&](std::string const& suffix, std::string const& schema_suffix, std::string_view type,
                          std::string_view type_name, std::string kind) {
    auto const name = column.name + suffix;
    if (table.index_of(name) >= 0) return;
    MetadataObject object{std::move(kind), {}, {}, {}};
    object.common = common_attribute(table, name, column.schema_name + schema_suffix, type, type_name,
                                     tandem::uuid5(kLabelIds, table.name + "/" + name));
    for (auto& [key, value] :
         json::Object{{"AttributeOf", column.name},
                      {"DisplayName", none_label()},
                      {"IsValidForRead", true},
                      {"IsValidForCreate", false},
                      {"IsValidForUpdate", false},
                      {"IsSecured", false},
                      {"IsPrimaryId", false},
                      {"IsPrimaryName", false},
                      {"IsCustomAttribute", false},
                      {"IsLogical", true},
                      {"RequiredLevel", json::Object{{"Value", "None"},
                                                     {"CanBeChanged", false},
                                                     {"ManagedPropertyLogicalName", "canmodifyrequirementlevelsettings"}}}}) {
      object.common.append(key, value);
    }
    out.push_back(std::move(object));
  };
  if (column.is_choice() || column.type == Type::boolean || column.type == Type::multi_select) {
    shadow("name", "Name", "Virtual", "Virtual", "AttributeMetadata");
  }
  if (column.is_lookup()) {
    shadow("name", "Name", "String", "String", "StringAttributeMetadata");
    shadow("yominame", "YomiName", "String", "String", "StringAttributeMetadata");
    if (column.targets.size() > 1) shadow("type", "Type", "EntityName", "EntityName", "EntityNameAttributeMetadata");
    for (auto& object : out) {
      if (object.type != "StringAttributeMetadata") continue;
      object.derived = json::Object{{"MaxLength", 100}, {"Format", "Text"}, {"FormatName", json::Object{{"Value", "Text"}}}};
    }
  }
  return out;
}

namespace {

MetadataObject relationship(Table const& from, Column const& column, Target const& target, std::string const& referenced,
                            std::string const& attribute) {
  auto const collection = target.collection_navigation.empty() ? fmt::format("{}_{}_{}", target.table, from.name, column.name)
                                                               : target.collection_navigation;
  MetadataObject out{"OneToManyRelationshipMetadata", {}, {}, {}};
  out.common =
      json::Object{{"MetadataId", tandem::uuid5(kLabelIds, "relationship/" + from.name + "/" + column.name + "/" + referenced)},
                   {"HasChanged", nullptr},
                   {"SchemaName", collection},
                   {"RelationshipType", "OneToManyRelationship"},
                   {"IsCustomRelationship", from.custom},
                   {"IsManaged", !from.custom},
                   {"IsValidForAdvancedFind", true},
                   {"SecurityTypes", "Append"},
                   {"ReferencingEntity", from.name},
                   {"ReferencingAttribute", column.name},
                   {"ReferencedEntity", referenced},
                   {"ReferencedAttribute", attribute},
                   {"ReferencingEntityNavigationPropertyName", target.navigation},
                   {"ReferencedEntityNavigationPropertyName", collection},
                   {"RelationshipBehavior", 0},
                   {"IsHierarchical", false}};
  return out;
}

}  // namespace

std::vector<MetadataObject> many_to_one(Schema const& schema, Table const& table) {
  std::vector<MetadataObject> out;
  for (auto const& column : table.columns) {
    if (is_gone(column)) continue;
    if (column.type == Type::owner) {  // users and teams are one "owner" to relationships
      out.push_back(relationship(table, column, {"owner", "ownerid", "owner_" + table.set_name}, "owner", "ownerid"));
      continue;
    }
    for (auto const& target : column.targets) {
      auto const* other = schema.table(target.table);
      out.push_back(
          relationship(table, column, target, target.table, other == nullptr ? target.table + "id" : other->primary_id));
    }
  }
  return out;
}

std::vector<MetadataObject> one_to_many(Schema const& schema, Table const& table) {
  std::vector<MetadataObject> out;
  for (auto const& other : schema.tables()) {
    for (auto const& column : other->columns) {
      if (auto const* target = column.target(table.name); target != nullptr && column.type != Type::owner) {
        out.push_back(relationship(*other, column, *target, table.name, table.primary_id));
      }
    }
  }
  return out;
}

std::vector<MetadataObject> keys_of(Table const& table, int language) {
  std::vector<MetadataObject> out;
  for (auto const& key : table.keys) {
    json::Array attributes;
    for (int const column : key.columns) attributes.emplace_back(table.column(column).name);
    auto const id = tandem::uuid5(kLabelIds, "key/" + table.name + "/" + key.name);
    MetadataObject object{"EntityKeyMetadata", {}, {}, {}};
    object.common = json::Object{{"MetadataId", id},
                                 {"HasChanged", nullptr},
                                 {"LogicalName", key.name},
                                 {"SchemaName", key.name},
                                 {"EntityLogicalName", table.name},
                                 {"DisplayName", label_json({{1033, key.name}}, language, id)},
                                 {"KeyAttributes", std::move(attributes)},
                                 {"EntityKeyIndexStatus", "Active"},
                                 {"IsManaged", !table.custom},
                                 {"IsCustomizable", managed(true, "iscustomizable")}};
    out.push_back(std::move(object));
  }
  return out;
}

std::vector<MetadataObject> global_option_sets(Schema const& schema, int language) {
  std::vector<MetadataObject> out;
  for (auto const& table : schema.tables()) {
    for (auto const& column : table->columns) {
      bool const known = std::any_of(out.begin(), out.end(), [&](MetadataObject const& object) {
        return object.common.find("Name")->text() == column.global_choice;
      });
      if (column.global_choice.empty() || known) continue;
      MetadataObject object{column.type == Type::boolean ? "BooleanOptionSetMetadata" : "OptionSetMetadata", {}, {}, {}};
      for (auto& [name, value] : option_set_json(*table, column, language)) {
        bool const derived = name == "Options" || name == "TrueOption" || name == "FalseOption";
        (derived ? object.derived : object.common).append(name, std::move(value));
      }
      out.push_back(std::move(object));
    }
  }
  return out;
}

json::Array privileges_json(Table const& table) {
  json::Array out;
  for (auto const& kind : table.privileges) {
    auto const name = privilege_name(kind, table);
    out.push_back(json::Object{{"CanBeBasic", table.owned},
                               {"CanBeDeep", table.owned},
                               {"CanBeGlobal", true},
                               {"CanBeLocal", table.owned},
                               {"CanBeEntityReference", false},
                               {"CanBeParentEntityReference", false},
                               {"Name", name},
                               {"PrivilegeId", privilege_id(name)},
                               {"PrivilegeType", kind}});
  }
  return out;
}

}  // namespace sandbox::dataverse
