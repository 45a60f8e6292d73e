// Metadata of tables (contract: dataverse.md §17): one request for the table, one for its columns, one per type of column that
 // occurs.
#include <algorithm>

#include <fmt/format.h>

#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/metadata.hpp>
#include <tandem/connection/dataverse/odata.hpp>

namespace tandem::dataverse {
namespace {

constexpr std::string_view kEntityProperties =
    "LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,ObjectTypeCode,DisplayName,HasNotes,IsActivity,"
    "ChangeTrackingEnabled,"
    "IsOptimisticConcurrencyEnabled,IsCustomEntity,IsIntersect,IsPrivate,EnforceStateTransitions,Privileges";
constexpr std::string_view kAttributeProperties =
    "LogicalName,SchemaName,AttributeType,AttributeTypeName,DisplayName,IsValidForRead,IsValidForCreate,IsValidForUpdate,"
    "RequiredLevel,"
    "AttributeOf,IsSecured";
constexpr std::string_view kRelationshipProperties =
    "ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity,ReferencedAttribute";

std::string definition_path(std::string_view logical_name) {
  // Names are compared as they are: quote doubling, then percent-encoding by name_list.
  return fmt::format("/EntityDefinitions(LogicalName={})", name_list({quoted(logical_name)}));
}

Result<std::optional<json::Value>> read_optional(http::Transport& transport, http::Request const& request,
                                                 std::string_view organisation_url) {
  TANDEM_TRY(auto const reply, http::exchange(transport, request, http::Access::read));
  // Metadata answers an unknown name with the codes of an unknown segment (§17): here any 404 of the service's own is "no such
  // table".
  if (reply.status == 404 && odata_error(reply.body).present) return std::optional<json::Value>{};
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, organisation_url, request.endpoint));
  TANDEM_TRY(auto body, read_body(reply, request.endpoint));
  return std::optional<json::Value>(std::move(body));
}

// As before, but it must exist and be a list: anything else is no answer of Dataverse's, and "no rows" would say that what is there has gone.
Result<json::Value> read_list(http::Transport& transport, std::string const& organisation_url, std::string const& path,
                              std::string endpoint) {
  TANDEM_TRY(auto body, read_optional(transport, make_request(organisation_url, "GET", path, endpoint), organisation_url));
  if (!body) return fail(Error{ErrorKind::remote, fmt::format("Dataverse does not know {}", endpoint), {{"endpoint", endpoint}}});
  if (!(*body)["value"].is_array()) {
    return fail(Error{ErrorKind::remote, "Dataverse answered with something that is no list of rows", {{"endpoint", endpoint}}});
  }
  return std::move(*body);
}

bool occurs(std::vector<Attribute> const& attributes, std::string_view cast) {
  return std::any_of(attributes.begin(), attributes.end(), [&](auto const& attribute) {
    // Customer and owner are lookups to the service.
    return attribute.type == cast || (cast == "Lookup" && (attribute.type == "Customer" || attribute.type == "Owner"));
  });
}

}  // namespace

Result<std::optional<Entity>> Client::entity(std::string const& logical_name) {
  auto const path = definition_path(logical_name);
  auto const request = make_request(organisation_url_, "GET", fmt::format("{}?$select={}", path, kEntityProperties),
                                    "GET /EntityDefinitions({name})");
  TANDEM_TRY(auto const definition, read_optional(transport_, request, organisation_url_));
  if (!definition) return std::optional<Entity>{};
  auto entity = read_entity(*definition);
  if (entity.logical_name.empty() || entity.set_name.empty() || entity.primary_id.empty()) {
    return fail(
        Error{ErrorKind::remote, fmt::format("Dataverse's metadata of table {} has no name, set name or key", logical_name), {}});
  }

  TANDEM_TRY(auto const columns,
             read_list(transport_, organisation_url_, fmt::format("{}/Attributes?$select={}", path, kAttributeProperties),
                       "GET /EntityDefinitions({name})/Attributes"));
  entity.attributes = read_attributes(columns);
  for (auto const& cast : attribute_casts()) {
    if (!occurs(entity.attributes, cast.type)) continue;
    TANDEM_TRY(auto const typed,
               read_list(transport_, organisation_url_,
                         fmt::format("{}/Attributes/Microsoft.Dynamics.CRM.{}AttributeMetadata{}", path, cast.type, cast.query),
                         fmt::format("GET /EntityDefinitions({{name}})/Attributes/{}", cast.type)));
    join_cast(entity.attributes, typed);
  }
  TANDEM_TRY(
      auto const relationships,
      read_list(transport_, organisation_url_, fmt::format("{}/ManyToOneRelationships?$select={}", path, kRelationshipProperties),
                "GET /EntityDefinitions({name})/ManyToOneRelationships"));
  join_relationships(entity.attributes, relationships);
  if (entity.has_notes) {
    TANDEM_TRY(auto const notes, read_list(transport_, organisation_url_,
                                           fmt::format("{}/ManyToOneRelationships?$select={}", definition_path("annotation"),
                                                       kRelationshipProperties),
                                           "GET /EntityDefinitions(annotation)/ManyToOneRelationships"));
    entity.note_navigation = note_navigation(notes, entity.logical_name);
  }
  return std::optional<Entity>(std::move(entity));
}

Result<std::vector<Client::EntityName>> Client::entity_names() {
  TANDEM_TRY(auto const body,
             read_list(transport_, organisation_url_, fmt::format("/EntityDefinitions?$select={},MetadataId", kEntityProperties),
                       "GET /EntityDefinitions"));
  std::vector<EntityName> names;
  for (auto const& row : body["value"].items()) {
    if (row["IsIntersect"].truthy() || row["IsPrivate"].truthy()) continue;
    EntityName name{std::string(row["LogicalName"].text()), std::string(row["EntitySetName"].text()), {},
                    std::string(row["MetadataId"].text()),  row["IsCustomEntity"].truthy(),           {}};
    if (name.logical_name.empty() || name.set_name.empty()) continue;
    name.label = label_of(row["DisplayName"], name.logical_name);
    for (auto const& privilege : row["Privileges"].items()) {
      name.privileges[std::string(privilege["PrivilegeType"].text())] = {std::string(privilege["PrivilegeId"].text()),
                                                                         std::string(privilege["Name"].text())};
    }
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end(), [](auto const& a, auto const& b) { return a.logical_name < b.logical_name; });
  return names;
}

}  // namespace tandem::dataverse
