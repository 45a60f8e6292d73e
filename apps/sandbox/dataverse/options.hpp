// The query options of a collection or a row, resolved against a table (dataverse.md §7).
//
// Errors: 400 for an unknown option ($skip, $search, $format…), name, or syntax.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataverse/odata/filter.hpp"
#include "dataverse/predicate.hpp"

namespace sandbox::dataverse {

struct OrderKey {
  int column = -1;
  bool descending = false;
};

struct Expand {
  std::string navigation;
  int column = -1;                         // single-valued: the lookup of this table
  std::vector<Target const*> targets;
  Schema::Collection collection;           // collection-valued: the table whose lookup points here
  bool references = false;                 // primarycontactid/$ref: only @odata.id
  std::vector<std::string> select;         // query names on the other table; empty is all
  std::optional<Predicate> predicate;      // collections only, as are order and top
  std::vector<OrderKey> order;
  std::optional<std::size_t> top;
  std::vector<Expand> expand;
};

struct Options {
  std::vector<int> select;                 // column indexes; empty is all readable ones
  std::vector<std::string> selected_names; // as sent, for @odata.context
  std::vector<OrderKey> order;
  std::vector<Expand> expand;
  std::optional<odata::Filter> filter;
  std::optional<Predicate> predicate;
  std::optional<std::size_t> top;
  bool count = false;
  std::string skip_token;
  std::optional<std::string> delta_token;
  std::optional<std::string> apply;        // $apply as sent: aggregate.hpp
};

constexpr int kMostExpandDepth = 10;

Checked<Options> options_of(Request const& request, Table const& table, FilterContext const& context);

}  // namespace sandbox::dataverse
