// Applies a request body to a row: columns, @odata.bind lookups, read-only columns ignored, required ones enforced, state and status
// kept together (dataverse.md §12, §19, §20).
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

enum class Write { create, update };

Checked<std::monostate> apply_body(Engine& engine, Caller const& caller, Table const& table, Row& row,
                                   tandem::json::Object const& body, Write write);

// Defaults of a new row: default values, first state, owner, auto-numbers.
void apply_defaults(Engine& engine, Caller const& caller, Table const& table, Row& row);

// The texts that the server joins from others: fullname.
void apply_joined(Table const& table, Row& row);

// Stamps modifiedon/by (and createdon/by of a new row) and stores it.
Row const& store_row(Engine& engine, Caller const& caller, Table const& table, Row row, Write write);

}  // namespace sandbox::dataverse
