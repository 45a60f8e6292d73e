// Where in an item file a value stands: paths like "mappings[3].column" and their lines.
//
// The JSON door remembers an offset near each value (often its last byte); these functions find the value's, or its key's, first byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

using PathStep = std::variant<std::string, std::size_t>;
struct Path {
  std::vector<PathStep> steps;
  [[nodiscard]] Path operator/(std::string key) const;
  [[nodiscard]] Path operator/(std::size_t index) const;
  [[nodiscard]] std::string text() const;  // "" for the root
};

// A fault at the value that `path` names, or at the innermost object on the way that exists. `text` "" gives no position.
Fault fault_at(std::string_view text, json::Value const& root, Path const& path, std::string message);
// A fault at the key of that member.
Fault fault_at_key(std::string_view text, json::Value const& root, Path const& path, std::string message);

}  // namespace tandem::mapping
