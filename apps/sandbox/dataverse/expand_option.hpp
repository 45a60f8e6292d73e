// One item of $expand: "customerid_account($select=name;$expand=primarycontactid)", "Incident_Tasks($filter=…;$orderby=…;$top=5)",
// "primarycontactid/$ref" (dataverse.md §7). Nested options are separated by ";".
#pragma once

#include "dataverse/options.hpp"

namespace sandbox::dataverse {

Checked<Expand> expand_of(std::string const& text, Table const& table, FilterContext const& context, int depth = 1);

Checked<std::vector<OrderKey>> order_of(std::string_view text, Table const& table, FilterContext const& context);
Checked<std::size_t> top_of(std::string const& text, Dialect dialect);
Checked<int> column_named(std::string_view name, Table const& table, Dialect dialect);

}  // namespace sandbox::dataverse
