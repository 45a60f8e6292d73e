// Finding a Jira field by what an item file calls it: its id, else its name (case and accents folded).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <tandem/connection/jira/model/field.hpp>

namespace tandem::mapping {

struct FoundField {
  std::optional<jira::Field> field;
  std::vector<std::string> ids;  // of all that share the name; more than one means it is ambiguous and `field` is empty
};
FoundField find_field(std::vector<jira::Field> const& fields, std::string_view id_or_name);

}  // namespace tandem::mapping
