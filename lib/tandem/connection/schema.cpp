#include <tandem/connection/schema.hpp>

namespace tandem::connection {
namespace {

json::Value project_json(jira::Project const& project) {
  return json::Object{{"id", project.id}, {"key", project.key}, {"name", project.name}, {"type", project.type}};
}

json::Value issue_type_json(jira::IssueType const& type) {
  return json::Object{{"id", type.id}, {"name", type.name}, {"subtask", type.subtask}};
}

std::string text(json::Value const& value) { return std::string(value.text()); }

}  // namespace

json::Value Schema::to_json() const {
  json::Object out;
  if (entity) out.append("entity", entity->to_json());
  if (project) out.append("project", project_json(*project));
  if (issue_type) out.append("issueType", issue_type_json(*issue_type));
  json::Array field_rows, status_rows;
  for (auto const& field : fields) field_rows.push_back(field.to_json());
  for (auto const& status : statuses) {
    status_rows.push_back(json::Object{{"id", status.id}, {"name", status.name}, {"category", status.category}});
  }
  out.append("fields", std::move(field_rows));
  out.append("statuses", std::move(status_rows));
  json::Array resolution_rows;
  for (auto const& one : resolutions) resolution_rows.push_back(json::Object{{"id", one.id}, {"name", one.name}});
  out.append("resolutions", std::move(resolution_rows));
  return out;
}

Result<Schema> Schema::from_json(json::Value const& value) {
  if (!value.is_object()) return fail(ErrorKind::config, "a schema is no object");
  Schema out;
  if (value.has("entity")) {
    TANDEM_TRY(out.entity, dataverse::Entity::from_json(value["entity"]));
  }
  if (value.has("project")) {
    auto const& row = value["project"];
    out.project = jira::Project{text(row["id"]), text(row["key"]), text(row["name"]), text(row["type"])};
  }
  if (value.has("issueType")) {
    auto const& row = value["issueType"];
    out.issue_type = jira::IssueType{text(row["id"]), text(row["name"]), row["subtask"].truthy()};
    out.issue_types.push_back(*out.issue_type);
  }
  for (auto const& row : value["fields"].items()) {
    TANDEM_TRY(auto field, jira::Field::from_json(row));
    out.fields.push_back(std::move(field));
  }
  for (auto const& row : value["statuses"].items())
    out.statuses.push_back({text(row["id"]), text(row["name"]), text(row["category"])});
  for (auto const& row : value["resolutions"].items()) out.resolutions.push_back({text(row["id"]), text(row["name"])});
  return out;
}

}  // namespace tandem::connection
