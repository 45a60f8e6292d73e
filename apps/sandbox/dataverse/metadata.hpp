// EntityDefinitions, GlobalOptionSetDefinitions, RelationshipDefinitions (dataverse.md §17): tables, attributes with typed casts,
// choices, relationships, alternate keys, privileges.
//
// No paging; $select, $expand (with nested $select) and $filter on simple and enum properties; anything else is refused.
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

bool is_metadata_set(std::string_view segment);

// REQUIRES: the first segment is one of those sets.
Checked<Response> handle_metadata(Engine const& engine, Call const& call, std::vector<Segment> const& segments);

}  // namespace sandbox::dataverse
