// Runs a collection query: which rows, in which order, one page at a time (dataverse.md §7, §8).
//
// Paging is by key: the token holds the last row's sort values and id, so that pages are stable while rows change elsewhere.
// A page ordered by modifiedon (then id) with a filter from some time on reads only the rows of that range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataverse/options.hpp"

namespace sandbox::dataverse {

struct QueryPage {
  std::vector<Row const*> rows;
  std::string next_token;               // "" on the last page
  std::optional<std::int64_t> count;    // of all matches, when asked for
};

// `visible`: rows that the caller may see. `limit`: rows on this page.
Checked<QueryPage> run_query(Table const& table, Options const& options, std::size_t limit, Predicate const& visible,
                             FilterContext const& context);

}  // namespace sandbox::dataverse
