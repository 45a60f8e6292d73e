// diff(): what differs between two item definitions, field by field (SPEC B1). Pure.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>

namespace tandem::mapping {

struct Change {
  std::string path;           // "mappings[title -> summary].direction", "brakes.maxCreates"
  json::Value before, after;  // null where there is no value
  friend bool operator==(Change const&, Change const&) = default;
};

// In the order of `after`, then what is only in `before`. Order of members does not matter; lists of mappings are compared pair by pair,
// other lists as one value.
std::vector<Change> diff(json::Value const& before, json::Value const& after);

}  // namespace tandem::mapping
