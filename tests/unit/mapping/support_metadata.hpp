// Metadata of a small support desk for the tests of mapping: table incident and the create screen of a Task in project SUP.
#pragma once

#include <string>
#include <vector>

#include <tandem/connection/schema.hpp>

namespace tandem::test {

inline dataverse::Attribute column(std::string name, std::string type) {
  dataverse::Attribute attribute;
  attribute.logical_name = std::move(name);
  attribute.type = std::move(type);
  attribute.required = "None";
  return attribute;
}

inline dataverse::Option option(std::int64_t value, std::string label) {
  dataverse::Option out;
  out.value = value;
  out.labels = {label};
  out.label = std::move(label);
  return out;
}

inline dataverse::Attribute choice_column(std::string name, std::vector<dataverse::Option> options,
                                          std::string type = "Picklist") {
  auto attribute = column(std::move(name), std::move(type));
  attribute.options = std::move(options);
  return attribute;
}

inline dataverse::Attribute time_column(std::string name, std::string behavior, std::string format = "DateAndTime") {
  auto attribute = column(std::move(name), "DateTime");
  attribute.behavior = std::move(behavior);
  attribute.format = std::move(format);
  return attribute;
}

inline jira::Field field(std::string id, std::string type, std::string items = "", std::string system = "",
                         std::string custom = "") {
  jira::Field out;
  out.name = out.id = std::move(id);
  out.type = std::move(type);
  out.items = std::move(items);
  out.system = std::move(system);
  out.custom = std::move(custom);
  out.operations = {"set"};
  return out;
}

inline jira::Field named(jira::Field out, std::string name) {
  out.name = std::move(name);
  return out;
}

inline jira::Field choice_field(std::string id, std::string type, std::vector<jira::AllowedValue> allowed,
                                std::string custom = "select") {
  auto out = field(std::move(id), type == "options" ? "array" : type, type == "options" ? "option" : "",
                   type == "priority" ? "priority" : "", type == "priority" ? "" : std::move(custom));
  out.allowed = std::move(allowed);
  return out;
}

inline dataverse::Attribute prioritycode() {
  return choice_column("prioritycode", {option(1, "High"), option(2, "Normal"), option(3, "Low")});
}
inline jira::Field priority() {
  return named(choice_field("priority", "priority", {{"11", "High"}, {"12", "Medium"}, {"13", "Low"}}), "Priority");
}
inline jira::Field summary() {
  auto out = named(field("summary", "string", "", "summary"), "Summary");
  out.required = true;
  return out;
}
inline jira::Field description() { return named(field("description", "string", "", "description"), "Description"); }
inline jira::Field labels() { return named(field("labels", "array", "string", "labels"), "Labels"); }
inline jira::Field duedate() { return named(field("duedate", "date", "", "duedate"), "Due date"); }

inline dataverse::Entity incident() {
  dataverse::Entity entity;
  entity.logical_name = "incident";
  entity.set_name = "incidents";
  entity.primary_id = "incidentid";
  entity.primary_name = "title";
  auto title = column("title", "String");
  title.max_length = 200;
  title.label = "Case Title";
  auto text = column("description", "Memo");
  text.max_length = 2000;
  auto secret = column("secretnote", "String");
  secret.secured = true;
  auto customer = column("customerid", "Customer");
  customer.required = "SystemRequired";
  customer.label = "Customer";
  entity.attributes = {title,
                       column("ticketnumber", "String"),
                       text,
                       prioritycode(),
                       choice_column("casetypecode", {option(1, "Question"), option(2, "Problem"), option(3, "Request")}),
                       choice_column("statecode", {option(0, "Active"), option(1, "Resolved")}, "State"),
                       choice_column("statuscode", {option(1, "In Progress"), option(5, "Problem Solved")}, "Status"),
                       choice_column("isescalated", {option(0, "No"), option(1, "Yes")}, "Boolean"),
                       time_column("followupby", "UserLocal", "DateOnly"),
                       time_column("createdon", "UserLocal"),
                       time_column("modifiedon", "UserLocal"),
                       column("numberofchildincidents", "Integer"),
                       column("entityimage", "File"),
                       secret,
                       customer};
  return entity;
}

inline connection::Schema support_schema() {
  connection::Schema schema;
  schema.entity = incident();
  schema.modules = {{"customer-service", "Customer Service", {"incident", "task", "account"}, false},
                    {"sales", "Sales", {"lead", "opportunity"}, false},
                    {"custom", "Custom", {}, true}};
  schema.entity_names = {"incident", "task", "account", "lead"};
  schema.project = jira::Project{"10001", "SUP", "Support", "software"};
  schema.issue_types = {{"10010", "Task", false}, {"10011", "Bug", false}};
  schema.issue_type = schema.issue_types.front();
  auto project = field("project", "project", "", "project");
  project.required = true;
  auto type = field("issuetype", "issuetype", "", "issuetype");
  type.required = true;
  schema.fields = {project,
                   type,
                   summary(),
                   description(),
                   priority(),
                   duedate(),
                   labels(),
                   named(field("assignee", "user", "", "assignee"), "Assignee"),
                   named(choice_field("customfield_1", "option", {{"101", "Yes"}, {"102", "No"}}), "Escalated"),
                   named(field("customfield_2", "number", "", "", "float"), "Team"),
                   named(field("customfield_3", "string", "", "", "textfield"), "Team")};
  schema.all_fields = schema.fields;
  schema.all_fields.push_back(named(field("customfield_9", "string", "", "", "textfield"), "Customer"));
  return schema;
}

}  // namespace tandem::test
