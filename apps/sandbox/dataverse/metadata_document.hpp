// GET $metadata: the CSDL document of the tables, with the operations that this service has (dataverse.md §1, §6).
//
// As the service has it: activities derive from activitypointer, users and teams from principal, a lookup is a property _x_value and
// one navigation property for each target.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

Response metadata_document(Engine const& engine);

}  // namespace sandbox::dataverse
