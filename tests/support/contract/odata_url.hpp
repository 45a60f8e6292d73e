// An OData address below /api/data/v9.x/: what it denotes by the metadata document, and whether its query options fit that (dataverse §7).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/contract/csdl.hpp"
#include "support/contract/finding.hpp"

namespace tandem::test::contract {

struct Target {
  enum class Kind {
    unknown,  // a finding was made
    service,  // "", $metadata
    batch,  // $batch
    entities,  // many of `type`
    entity,  // one of `type`
    property,  // a primitive or complex `type`; "/$value" too
    reference,  // …/$ref
    count,  // …/$count
    operation,  // `operation`, with `type` its result
  };
  Kind kind = Kind::unknown;
  std::string type;  // "" where the table is a customer's own: nothing is known of it
  std::string set;  // the entity set of `entities` and `entity`, "" when reached by navigation
  std::string name;  // of the operation
  Operation const* operation = nullptr;
};

// `path` is decoded and relative: "incidents(…)/title".
Target resolve(Csdl const& csdl, std::string_view path, Findings& findings);

// The columns that $select names: what an answer must hold. Empty = no $select.
struct Selection {
  std::vector<std::string> columns;
};

// Checks $select $filter $orderby $expand $top $count $apply and aliases, names being case-sensitive.
Selection check_options(Csdl const& csdl, Target const& target, std::vector<std::pair<std::string, std::string>> const& options,
                        Findings& findings);

// Splits at `separator` outside of parentheses and quotation marks.
std::vector<std::string> split_outside(std::string_view text, char separator);

}  // namespace tandem::test::contract
