// A $filter compiled against a table: names resolved, literals checked against column types.
//
// Three-valued, as SQL is: a comparison with a null column is unknown, and so is its negation; only true selects a row.
// Lambdas run over the rows whose lookup points here.
// Errors: 400 for unknown names ($filter on a column that does not exist) and for operands of incompatible types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dataverse/database.hpp"
#include "dataverse/odata/filter.hpp"

namespace sandbox::dataverse {

using Truth = std::optional<bool>;
using Predicate = std::function<Truth(Row const&)>;

struct FilterContext {
  Schema const& schema;
  Database const& database;
  Dialect dialect;
  std::int64_t now = 0;           // milliseconds, for LastXHours and its kind
  std::string user_id{};          // for EqualUserId
  bool version_in_filter = true;  // whether versionnumber may be filtered by
};

Checked<Predicate> compile(odata::Filter const& filter, Table const& table, FilterContext const& context);

// -1, 0, 1 by the column's type; null comes first. Texts without regard to case.
int compare_cells(Column const& column, Cell const& a, Cell const& b);
int compare_decimals(std::string_view a, std::string_view b);

// Which rows a filter can only be true for, as far as an index knows: what a page reads instead of the whole table.
struct Access {
  std::optional<std::vector<std::string>> ids;  // primary keys
  int lookup = -1;                              // a lookup column and the ids it may point to
  std::vector<std::string> lookup_ids;
  std::optional<std::int64_t> modified_from, modified_to;  // milliseconds, inclusive
};
Access access_of(odata::Filter const& filter, Table const& table);

}  // namespace sandbox::dataverse
