// Runs a compiled query over what the search index believes (contract §4): ordered rows after a position, no more than asked for.
#pragma once

#include <set>

#include "jira/jql/order.hpp"

namespace sandbox::jira::jql {

struct Run {
  std::set<std::int64_t> reconcile;  // ids that are seen as they are now
  std::optional<Position> after;  // rows behind this one
  std::size_t most = 50;  // one more is looked for, to know whether there are more
};
struct Row {
  Issue const* issue = nullptr;
  Position position;
};
// Up to `most` + 1 rows.
std::vector<Row> run(Site const& site, Compiled const& query, Run const& wanted);
std::size_t count(Site const& site, Compiled const& query);

}  // namespace sandbox::jira::jql
