// A JSON value on its way into a column: type, range, length and choices are checked as the service does (dataverse.md §4, §11).
#pragma once

#include <string>
#include <string_view>

#include "dataverse/database.hpp"
#include "dataverse/refusal.hpp"

namespace sandbox::dataverse {

// An empty string is null. Lookups are not set this way (see write_body.hpp).
Checked<Cell> cell_from_json(Table const& table, Column const& column, tandem::json::Value const& value);

// Half away from zero, exact on the text; at least `digits` after the point. "1e3" is understood.
std::string rounded_decimal(std::string_view text, std::int64_t digits);

}  // namespace sandbox::dataverse
