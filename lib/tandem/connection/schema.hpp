// Schema: the live metadata that one item needs, of both sides. Fetched by fetch_schema(), judged by mapping.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/jira/model/field.hpp>

namespace tandem::connection {

// What could not be found is absent, so that every fault of an item file can be told at once.
struct Schema {
  std::optional<dataverse::Entity> entity;
  std::vector<dataverse::Module> modules;
  std::vector<std::string> entity_names;  // of all readable tables, for "did you mean"; may be empty when not fetched
  std::optional<jira::Project> project;
  std::vector<jira::IssueType> issue_types;  // of the project
  std::optional<jira::IssueType> issue_type;  // the one asked for, by id or name
  std::vector<jira::Field> fields;  // on its create screen
  std::vector<jira::Field> all_fields;  // every field of the site (id, name, schema), for "exists but not on the screen"
  std::vector<jira::Status> statuses;
  std::vector<jira::Resolution> resolutions;

  [[nodiscard]] json::Value to_json() const;  // what a cycle needs: entity, project, issue_type, fields, statuses
  static Result<Schema> from_json(json::Value const& value);
};

}  // namespace tandem::connection
