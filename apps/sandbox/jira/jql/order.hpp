// ORDER BY: which value of an issue a name sorts by, and comparing rows.
#pragma once

#include "jira/jql/compile.hpp"

namespace sandbox::jira::jql {

std::optional<SortKey> sort_key(Site const& site, Reader const& reader, OrderKey const& key);

// One row's place in the order. Ties are broken by id, so that the order is total.
struct Position {
  std::vector<SortValue> values;
  std::int64_t id = 0;
};
Position position_of(Compiled const& query, Issue const& issue);
bool comes_before(Compiled const& query, Position const& a, Position const& b);

json::Value to_json(Position const& position);
std::optional<Position> position_from(json::Value const& value);

}  // namespace sandbox::jira::jql
