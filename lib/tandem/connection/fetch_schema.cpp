// fetch_schema(): what does not exist is absent and no error, so that every fault of an item file can be told at once.
#include <algorithm>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/connection.hpp>

namespace tandem::connection {
namespace {

Result<Unit> fetch_dataverse(dataverse::Client& client, std::string const& entity, Schema& schema) {
  TANDEM_TRY(auto const names, client.entity_names());
  for (auto const& name : names) schema.entity_names.push_back(name.logical_name);
  TANDEM_TRY(schema.modules, client.modules(names));
  if (!entity.empty()) {
    TANDEM_TRY(schema.entity, client.entity(entity));
  }
  return Unit{};
}

// Only what the role may not read comes from the file. A token that is refused altogether fails with the Jira half or the first write.
Result<Unit> take_carried(dataverse::Client& client, dataverse::Entity const& carried, Schema& schema) {
  dataverse::Client::EntityName name;
  name.logical_name = carried.logical_name;
  name.set_name = carried.set_name;
  name.label = carried.label;
  name.metadata_id = carried.metadata_id;
  schema.entity_names = {carried.logical_name};
  TANDEM_TRY(schema.modules, client.modules({name}));
  schema.entity = carried;
  return Unit{};
}

// By id, by exact name, else by name without case and accents.
std::optional<jira::IssueType> find_type(std::vector<jira::IssueType> const& types, std::string const& wanted) {
  auto const pick = [&](auto const& fits) -> std::optional<jira::IssueType> {
    auto const found = std::find_if(types.begin(), types.end(), fits);
    return found == types.end() ? std::nullopt : std::optional(*found);
  };
  if (auto type = pick([&](auto const& one) { return one.id == wanted; })) return type;
  if (auto type = pick([&](auto const& one) { return one.name == wanted; })) return type;
  auto const folded = text::folded(wanted);
  return pick([&](auto const& one) { return text::folded(one.name) == folded; });
}

Result<Unit> fetch_jira(jira::Client& client, std::string const& project, std::string const& issue_type, Schema& schema) {
  TANDEM_TRY(schema.all_fields, client.all_fields());
  if (project.empty()) return Unit{};
  TANDEM_TRY(schema.project, client.project(project));
  if (!schema.project) return Unit{};
  TANDEM_TRY(schema.issue_types, client.issue_types(schema.project->id));
  schema.issue_type = find_type(schema.issue_types, issue_type);
  if (!schema.issue_type) return Unit{};
  TANDEM_TRY(schema.fields, client.create_fields(schema.project->id, schema.issue_type->id));
  TANDEM_TRY(schema.statuses, client.statuses(schema.project->id, schema.issue_type->id));
  TANDEM_TRY(schema.resolutions, client.resolutions());
  return Unit{};
}

}  // namespace

Result<Schema> fetch_schema(Connection& connection, std::string const& entity, std::string const& project,
                            std::string const& issue_type, std::optional<dataverse::Entity> const& carried) {
  Schema schema;
  auto fetched = fetch_dataverse(connection.dataverse(), entity, schema);
  if (!fetched && fetched.error().kind == ErrorKind::auth && carried && carried->logical_name == entity) {
    fetched = take_carried(connection.dataverse(), *carried, schema);
  }
  TANDEM_CHECK(std::move(fetched));
  TANDEM_CHECK(fetch_jira(connection.jira(), project, issue_type, schema));
  return schema;
}

}  // namespace tandem::connection
