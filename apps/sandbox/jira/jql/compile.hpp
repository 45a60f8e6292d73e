// A JQL tree bound to this site: names and values looked up, dates read in the caller's zone, and turned into a test of one issue.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "jira/jql/parser.hpp"
#include "jira/site.hpp"

namespace sandbox::jira::jql {

using Test = std::function<bool(Issue const&)>;

// What an issue is sorted by: nothing (empty values come last, ascending), a number, or text.
using SortValue = std::variant<std::monostate, double, std::string>;
struct SortKey {
  std::function<SortValue(Issue const&)> of;
  bool descending = false;
  std::string field;  // clause name in lower case: "updated", "key", …
};

struct Compiled {
  Test where;
  std::vector<SortKey> order;
  // What the tree surely implies, for the choice of an index.
  std::optional<std::vector<std::int64_t>> only_ids;
  std::optional<Instant> updated_from;
};

// Error texts as the site words them (the whole `errorMessages`).
using Compilation = tl::expected<Compiled, std::vector<std::string>>;
Compilation compile(Site const& site, Reader const& reader, std::string_view jql);

}  // namespace sandbox::jira::jql
