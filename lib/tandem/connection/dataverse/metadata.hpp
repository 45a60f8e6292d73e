// Reading table metadata (contract: dataverse.md §17). Pure: from JSON to our structs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/dataverse/model/entity.hpp>

namespace tandem::dataverse {

// A label in the user's language; null there: the first label; none: `other`.
std::string label_of(json::Value const& label, std::string_view other);

// Queries for a table's columns by type. `type` is the cast's name ("String" -> Microsoft.Dynamics.CRM.StringAttributeMetadata).
struct AttributeCast {
  std::string_view type;
  std::string_view query;  // behind the cast: "?$select=LogicalName,MaxLength,FormatName"
};
std::vector<AttributeCast> const& attribute_casts();

// The columns that can be mapped at all, from the common properties; shadows, unreadable ones and plumbing are left out.
std::vector<Attribute> read_attributes(json::Value const& body);
// Joins what one cast answered (§17: type-specific properties) into the columns.
void join_cast(std::vector<Attribute>& attributes, json::Value const& body);
// Lookups' single-valued navigation properties from ManyToOneRelationships.
void join_relationships(std::vector<Attribute>& attributes, json::Value const& body);
// The bind name on annotation for notes of `entity`; "" when there is none.
std::string note_navigation(json::Value const& annotation_relationships, std::string_view entity);
// The table itself, without columns.
Entity read_entity(json::Value const& definition);

}  // namespace tandem::dataverse
