// $apply (dataverse.md §7): filter(…), groupby((a,b),aggregate(…)) and aggregate(x with sum as total,$count as n), in a row with "/".
// Errors: 400 for another transformation, an unknown column, or a sum of what is no number.
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

// REQUIRES: options.apply.
Checked<Response> aggregate(Engine const& engine, Call const& call, Table const& table, Options const& options);

}  // namespace sandbox::dataverse
