// statecode and statuscode (dataverse.md §19, §20): a reason belongs to its state, transitions may be restricted, and some states are
// set by a message of their own.
#pragma once

#include "dataverse/database.hpp"
#include "dataverse/refusal.hpp"
#include "dataverse/settings.hpp"

namespace sandbox::dataverse {

// The codes in a body of PATCH or POST: a state alone takes its default reason; a reason alone must belong to the present state.
Checked<std::monostate> apply_status(Settings const& settings, Table const& table, Row& row, tandem::json::Object const& body);

// As a message of its own does it (CloseIncident). `status` -1 is the state's default.
Checked<std::monostate> set_state(Table const& table, Row& row, std::int64_t state, std::int64_t status);

}  // namespace sandbox::dataverse
