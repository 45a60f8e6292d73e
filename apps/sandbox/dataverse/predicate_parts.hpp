// What the halves of the filter compiler share: predicate.cpp (comparisons, groups, lambdas) and predicate_functions.cpp.
#pragma once

#include "dataverse/predicate.hpp"

namespace sandbox::dataverse {

// Where a path leads: over zero or more lookups to a column of the last table.
struct Resolved {
  std::vector<std::pair<int, Table const*>> steps;  // lookup column, the table it must point to
  Table const* table = nullptr;
  int column = -1;
};

Checked<Resolved> resolve(odata::Path const& path, Table const& table, FilterContext const& context);

// Reads the cell at the end of the path; a broken lookup is null.
std::function<Cell(Row const&)> reader(Resolved const& resolved, FilterContext const& context);

std::string_view edm_name(Column const& column);  // "Edm.Int32"

// The literal as a cell of the column's kind; nothing when the types do not go together.
std::optional<Cell> cell_of(odata::Literal const& literal, Column const& column);

// Microsoft.Dynamics.CRM.Name(PropertyName=…,PropertyValue(s)=…).
Checked<Predicate> compile_function(odata::Filter const& filter, Table const& table, FilterContext const& context);

}  // namespace sandbox::dataverse
