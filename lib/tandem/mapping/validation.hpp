// Validation: what the parts of validate() share. Each part adds every fault it finds (SPEC B4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/connection/schema.hpp>
#include <tandem/mapping/file_position.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

struct Validation {
  Item const& item;
  connection::Schema const& schema;
  std::string_view text;
  std::vector<Fault> faults;

  void fault(Path const& path, std::string message) {
    faults.push_back(fault_at(text, item.definition, path, std::move(message)));
  }
};

inline Path at(std::string key) { return Path{} / std::move(key); }

void refuse_what_is_not_built(Validation& check);  // also the cells of the matrix B5 that say "no"
void check_jira(Validation& check);
void check_dynamics(Validation& check);
void check_mappings(Validation& check);
void check_status(Validation& check);
void check_required_fields(Validation& check);

}  // namespace tandem::mapping
