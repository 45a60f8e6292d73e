// A small item with hand-made metadata, and records and issues for it: plans are tested without any service.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <tandem/base/json/parse.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/plan.hpp>

namespace tandem::test {

inline json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  if (!value) throw std::runtime_error(value.error().to_line());
  return *value;
}

inline dataverse::Attribute attribute(std::string name, std::string type) {
  dataverse::Attribute out;
  out.logical_name = name;
  out.schema_name = std::move(name);
  out.type = std::move(type);
  out.required = "None";
  return out;
}

inline jira::Field field(std::string id, std::string type, std::string system) {
  jira::Field out;
  out.id = id;
  out.name = std::move(id);
  out.type = std::move(type);
  out.system = std::move(system);
  out.operations = {"set"};
  return out;
}

inline connection::Schema case_schema() {
  connection::Schema schema;
  dataverse::Entity entity;
  entity.logical_name = "incident";
  entity.set_name = "incidents";
  entity.label = "Case";
  entity.primary_id = "incidentid";
  entity.primary_name = "title";
  entity.note_navigation = "objectid_incident";
  entity.attributes = {
      attribute("incidentid", "Uniqueidentifier"), attribute("title", "String"),          attribute("description", "Memo"),
      attribute("ticketnumber", "String"),         attribute("new_tags", "String"),       attribute("statecode", "State"),
      attribute("statuscode", "Status"),           attribute("prioritycode", "Picklist"), attribute("createdon", "DateTime"),
      attribute("modifiedon", "DateTime")};
  for (auto& one : entity.attributes) {
    if (one.logical_name == "title") one.max_length = 200;
    if (one.logical_name == "prioritycode") {
      one.options = {{1, "High", {"High"}, {}, {}, ""}, {2, "Normal", {"Normal"}, {}, {}, ""}, {3, "Low", {"Low"}, {}, {}, ""}};
    }
  }
  schema.entity = entity;
  schema.modules = {{"customer-service", "Customer Service", {"incident"}, false}};
  schema.project = jira::Project{"10000", "SUP", "Support", "software"};
  schema.issue_type = jira::IssueType{"10001", "Task", false};
  schema.issue_types = {*schema.issue_type};
  auto summary = field("summary", "string", "summary");
  summary.required = true;
  auto labels = field("labels", "array", "labels");
  labels.items = "string";
  labels.operations = {"add", "set", "remove"};
  auto priority = field("priority", "priority", "priority");
  priority.allowed = {{"1", "High"}, {"2", "Medium"}, {"3", "Low"}};
  schema.fields = {summary, field("description", "string", "description"), labels, priority};
  schema.all_fields = schema.fields;
  return schema;
}

// `mappings`: the JSON of the item's mappings.
inline std::shared_ptr<mapping::CompiledItem const> case_item(std::string const& mappings, std::string const& more = "") {
  auto const text =
      R"({"name":"cases","mode":"one-way","jira":{"project":"SUP","issueType":"Task","defaults":{"labels":["dynamics"]}},
    "dynamics":{"module":"customer-service","entity":"incident"},"autoCreate":true,"fields":true)" +
      more + R"(,"mappings":)" + mappings + "}";
  auto read = mapping::parse_item(text);
  if (!read.item)
    throw std::runtime_error("the test's item cannot be read: " + (read.faults.empty() ? "" : read.faults.front().message));
  auto compiled = mapping::compile(*read.item, case_schema());
  if (!compiled) throw std::runtime_error(compiled.error().to_line());
  return *compiled;
}

inline dataverse::Record record(std::string_view columns, std::string etag = "W/\"1\"") {
  dataverse::Record out;
  out.id = "3adbf27c-8efb-e511-80d2-00155db07c77";
  out.etag = std::move(etag);
  out.columns = parsed(columns).members();
  return out;
}

inline jira::Issue issue(std::string_view fields) { return {"10012", "SUP-12", parsed(fields).members(), {}}; }

}  // namespace tandem::test
