// EntityDefinitions (dataverse.md §17): tables, attributes with typed casts, choices, relationships, privileges.
//
// No paging; $select, $expand (with nested $select) and $filter on simple and enum properties; anything else is refused.
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

// REQUIRES: the first segment is EntityDefinitions.
Checked<Response> handle_metadata(Engine const& engine, Call const& call, std::vector<Segment> const& segments);

}  // namespace sandbox::dataverse
