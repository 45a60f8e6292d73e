// Faults and changes as a person and as a script read them.
#pragma once

#include <string>
#include <vector>

#include <tandem/mapping/item.hpp>
#include <tandem/mapping/item_store.hpp>

#include "cli/output.hpp"

namespace tandem::cli {

// One line each: `FILE:LINE:COL: path: message`, the form that editors jump to.
void print_faults(Output& out, std::string const& file, std::vector<mapping::Fault> const& faults);
json::Value to_json(std::vector<mapping::Fault> const& faults);

// "+ path: after", "~ path: before -> after", "- path: before".
void print_changes(Output& out, std::vector<mapping::Change> const& changes);
json::Value to_json(std::vector<mapping::Change> const& changes);

}  // namespace tandem::cli
