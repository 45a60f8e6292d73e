// Metadata as JSON objects, before $select and $expand. Shapes as in the contracts' entity definitions and recorded answers.
#pragma once

#include "dataverse/schema.hpp"

namespace sandbox::dataverse {

// An object in three parts, because a typed cast and $expand decide what may be asked for.
struct MetadataObject {
  std::string type;                // "PicklistAttributeMetadata", "EntityMetadata"
  tandem::json::Object common;     // properties of the base type
  tandem::json::Object derived;    // properties of the derived type
  tandem::json::Object related;    // navigation: only by $expand
};

tandem::json::Value label_json(Labels const& labels, int language, std::string_view id);
MetadataObject entity_metadata(Table const& table, int language);
MetadataObject attribute_metadata(Table const& table, Column const& column, int language);
// The attributes that shadow choices and lookups (prioritycodename, customeridname, customeridtype): AttributeOf is set.
std::vector<MetadataObject> shadow_attributes(Table const& table, Column const& column);
std::vector<MetadataObject> many_to_one(Schema const& schema, Table const& table);
std::vector<MetadataObject> one_to_many(Schema const& schema, Table const& table);
std::vector<MetadataObject> keys_of(Table const& table, int language);
std::vector<MetadataObject> global_option_sets(Schema const& schema, int language);
tandem::json::Array privileges_json(Table const& table);

}  // namespace sandbox::dataverse
