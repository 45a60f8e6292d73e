// Reads tables from a world file. Format: apps/sandbox/worlds/README.md.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/schema.hpp"

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
namespace json = tandem::json;

namespace {

constexpr std::string_view kMetadataIds = "6f1a2b54-3c7d-5e80-91a2-b3c4d5e6f708";  // namespace of derived metadata ids

Labels labels_from(json::Value const& value, std::string const& fallback = {}) {
  Labels out;
  if (value.is_string()) out[1033] = std::string(value.text());
  for (auto const& [language, text] : value.members()) out[std::atoi(language.c_str())] = std::string(text.text());
  if (out.empty() && !fallback.empty() && value.is_null()) out[1033] = fallback;
  return out;
}

Option option_from(json::Value const& value) {
  Option out;
  out.value = value["value"].integer().value_or(0);
  out.labels = labels_from(value["label"]);
  out.color = value["color"].text_or("");
  out.state = value["state"].integer();
  out.default_status = value["defaultStatus"].integer();
  out.invariant_name = value["invariant"].text_or("");
  out.set_by = value["setBy"].text_or("");
  out.set_by_code = value["setByCode"].text_or("");
  if (value.has("to")) {
    out.transitions.emplace();
    for (auto const& next : value["to"].items()) out.transitions->push_back(next.integer().value_or(0));
  }
  return out;
}

Result<Column> column_from(json::Value const& value, Table const& table, json::Value const& global_choices) {
  Column out;
  out.name = value["name"].text_or("");
  auto const bad = [&](std::string_view what) {
    return fail(ErrorKind::config, fmt::format("world file: table {}, column '{}': {}", table.name, out.name, what));
  };
  if (out.name.empty() || out.name != tandem::text::ascii_lower(out.name)) return bad("a name in lower case is needed");
  auto const type = type_named(value["type"].text());
  if (!type) return bad(fmt::format("unknown type '{}'", value["type"].text()));
  out.type = *type;
  out.schema_name = value["schema"].text_or(out.name);
  out.labels = labels_from(value["label"], out.schema_name);
  out.required = value["required"].text_or("None");
  out.readable = !value.has("readable") || value["readable"].truthy();
  out.creatable = !value.has("creatable") || value["creatable"].truthy();
  out.updatable = !value.has("updatable") || value["updatable"].truthy();
  out.secured = value["secured"].truthy();
  out.required_on_create = value["requiredOnCreate"].truthy();
  out.explicit_only = value["explicitOnly"].truthy();
  out.format = value["format"].text_or("");
  out.behavior = value["behavior"].text_or("UserLocal");
  out.max_length = value["maxLength"].integer().value_or(out.type == Type::memo ? 2000 : 100);
  out.min_value = value["min"].scalar_text();
  out.max_value = value["max"].scalar_text();
  out.precision = value["precision"].integer().value_or(out.type == Type::money || out.type == Type::decimal ? 2 : 0);
  out.auto_number = value["autoNumber"].text_or("");
  out.of = value["of"].text_or("");
  out.default_value = value["default"];
  out.global_choice = value["globalChoice"].text_or("");
  out.cascades = value["cascade"].truthy();
  for (auto const& part : value["joined"].items()) out.joined.push_back(part.text_or(""));
  auto const& options = out.global_choice.empty() ? value["options"] : global_choices[out.global_choice];
  for (auto const& option : options.items()) out.options.push_back(option_from(option));
  if ((out.is_choice() || out.type == Type::multi_select) && out.options.empty()) return bad("options are needed");
  if (out.type == Type::boolean && out.options.empty()) {
    out.options.resize(2);
    out.options[0].labels = {{1033, "No"}, {1031, "Nein"}};
    out.options[1].value = 1;
    out.options[1].labels = {{1033, "Yes"}, {1031, "Ja"}};
  }
  for (auto const& target : value["targets"].items()) {
    out.targets.push_back(
        {target["table"].text_or(""), target["navigation"].text_or(out.schema_name), target["collection"].text_or("")});
  }
  if (out.is_lookup() && out.targets.empty()) return bad("targets are needed");
  if (out.format.empty()) {
    if (out.type == Type::string) out.format = "Text";
    if (out.type == Type::memo) out.format = "TextArea";
    if (out.type == Type::date_time) out.format = out.is_date_only() ? "DateOnly" : "DateAndTime";
  }
  out.query_name = out.is_lookup() ? "_" + out.name + "_value" : out.name;
  return out;
}

Column system_column(std::string name, std::string schema, Type type, Labels labels, std::vector<Target> targets = {}) {
  Column out;
  out.name = std::move(name);
  out.schema_name = std::move(schema);
  out.type = type;
  out.labels = std::move(labels);
  out.targets = std::move(targets);
  out.system = true;
  out.creatable = out.updatable = false;
  if (type == Type::date_time) out.format = "DateAndTime";
  out.query_name = out.is_lookup() ? "_" + out.name + "_value" : out.name;
  return out;
}

void add_system_columns(Table& table) {
  auto const add = [&table](Column column) {
    for (auto const& known : table.columns) {
      if (known.name == column.name) return;
    }
    table.columns.push_back(std::move(column));
  };
  auto id = system_column(table.primary_id, table.schema_name + "Id", Type::uniqueidentifier, table.labels);
  id.creatable = true;
  id.required = "SystemRequired";
  add(std::move(id));
  // Activities name these lookups after themselves: createdby_task (the organisation's CSDL).
  auto const suffix = table.is_activity ? "_" + table.name : std::string();
  auto const user = [&suffix](std::string const& navigation) {
    return std::vector<Target>{{"systemuser", navigation + suffix, ""}};
  };
  add(system_column("createdon", "CreatedOn", Type::date_time, {{1033, "Created On"}, {1031, "Erstellt am"}}));
  add(system_column("modifiedon", "ModifiedOn", Type::date_time, {{1033, "Modified On"}, {1031, "Geändert am"}}));
  add(system_column("createdby", "CreatedBy", Type::lookup, {{1033, "Created By"}, {1031, "Erstellt von"}}, user("createdby")));
  add(system_column("modifiedby", "ModifiedBy", Type::lookup, {{1033, "Modified By"}, {1031, "Geändert von"}},
                    user("modifiedby")));
  add(system_column("createdonbehalfby", "CreatedOnBehalfBy", Type::lookup, {{1033, "Created By (Delegate)"}},
                    user("createdonbehalfby")));
  add(system_column("modifiedonbehalfby", "ModifiedOnBehalfBy", Type::lookup, {{1033, "Modified By (Delegate)"}},
                    user("modifiedonbehalfby")));
  add(system_column("versionnumber", "VersionNumber", Type::big_int, {{1033, "Version Number"}, {1031, "Versionsnummer"}}));
  auto overridden = system_column("overriddencreatedon", "OverriddenCreatedOn", Type::date_time, {{1033, "Record Created On"}});
  overridden.format = "DateOnly";
  overridden.creatable = true;  // it back-dates createdon (dataverse.md §9)
  add(std::move(overridden));
  if (!table.owned) return;
  auto owner = system_column("ownerid", "OwnerId", Type::owner, {{1033, "Owner"}, {1031, "Besitzer"}},
                             {{"systemuser", "ownerid" + suffix, ""}, {"team", "ownerid" + suffix, ""}});
  owner.creatable = owner.updatable = true;
  owner.required = "SystemRequired";
  add(std::move(owner));
  add(system_column("owninguser", "OwningUser", Type::lookup, {{1033, "Owning User"}}, user("owninguser")));
  add(system_column("owningteam", "OwningTeam", Type::lookup, {{1033, "Owning Team"}}, {{"team", "owningteam" + suffix, ""}}));
  add(system_column("owningbusinessunit", "OwningBusinessUnit", Type::lookup, {{1033, "Owning Business Unit"}},
                    {{"businessunit", "owningbusinessunit" + suffix, ""}}));
}

Result<std::unique_ptr<Table>> table_from(json::Value const& value, json::Value const& global_choices) {
  auto table = std::make_unique<Table>();
  table->name = value["name"].text_or("");
  if (table->name.empty()) return fail(ErrorKind::config, "world file: a table has no name");
  table->schema_name = value["schema"].text_or(table->name);
  table->set_name = value["set"].text_or(table->name + "s");
  table->collection_schema_name = value["collectionSchema"].text_or(table->schema_name + "s");
  table->primary_id = value["primaryId"].text_or(table->name + "id");
  table->primary_name = value["primaryName"].text_or("name");
  table->privilege_name = value["privilege"].text_or(table->schema_name);
  table->type_code = value["typeCode"].integer().value_or(10000);
  table->labels = labels_from(value["label"], table->schema_name);
  table->collection_labels = labels_from(value["labels"], table->schema_name + "s");
  table->owned = !value.has("owned") || value["owned"].truthy();
  table->has_notes = value["notes"].truthy();
  table->has_activities = value["activities"].truthy();
  table->is_activity = value["activity"].truthy();
  table->change_tracking = value["changeTracking"].truthy();
  table->custom = value["custom"].truthy();
  table->enforce_transitions = value["enforceTransitions"].truthy();
  table->closed_read_only = value["closedReadOnly"].truthy();
  table->optimistic = !value.has("optimisticConcurrency") || value["optimisticConcurrency"].truthy();
  for (auto const kind : {"Create", "Read", "Write", "Delete", "Append", "AppendTo", "Assign", "Share"}) {
    bool const ownership_only = std::string_view(kind) == "Assign" || std::string_view(kind) == "Share";
    if (table->owned || !ownership_only) table->privileges.emplace_back(kind);
  }
  for (auto const& column : value["columns"].items()) {
    TANDEM_TRY(auto read, column_from(column, *table, global_choices));
    table->columns.push_back(std::move(read));
  }
  add_system_columns(*table);
  table->metadata_id = value["metadataId"].text_or(tandem::uuid5(kMetadataIds, table->name));
  for (auto& column : table->columns) column.metadata_id = tandem::uuid5(kMetadataIds, table->name + "/" + column.name);
  table->build_indexes();
  for (auto const& key : value["keys"].items()) {
    AlternateKey read{key["name"].text_or(""), {}};
    for (auto const& name : key["columns"].items()) read.columns.push_back(table->index_of(name.text()));
    bool const usable = !read.columns.empty() && std::find(read.columns.begin(), read.columns.end(), -1) == read.columns.end();
    if (!usable) return fail(ErrorKind::config, fmt::format("world file: table {}: a key names no columns of it", table->name));
    table->keys.push_back(std::move(read));
  }
  if (table->index_of(table->primary_name) < 0) {
    return fail(ErrorKind::config,
                fmt::format("world file: table {} has no column '{}' for its primary name", table->name, table->primary_name));
  }
  return table;
}

}  // namespace

Result<Schema> Schema::from_json(json::Value const& tables, json::Value const& global_choices) {
  Schema out;
  for (auto const& value : tables.items()) {
    TANDEM_TRY(auto table, table_from(value, global_choices));
    if (out.table(table->name) != nullptr)
      return fail(ErrorKind::config, "world file: table '" + table->name + "' is declared twice");
    out.tables_.push_back(std::move(table));
  }
  return out;
}

}  // namespace sandbox::dataverse
