// Requests for rows: collections, single rows, their properties and related rows; create, update, upsert, delete (dataverse.md §7, §12).
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

// REQUIRES: the first segment names a set. Handles every verb.
Checked<Response> handle_rows(Engine& engine, Call const& call, Table const& table, std::vector<Segment> const& segments);

Checked<Response> read_collection(Engine& engine, Call const& call, Table const& table);
// The rows of `table` whose lookup `column` points to `parent_id`.
Checked<Response> read_related(Engine& engine, Call const& call, Table const& table, int column, std::string const& parent_id);
Checked<Response> read_count(Engine& engine, Call const& call, Table const& table);
Checked<Response> read_row(Engine& engine, Call const& call, Table const& table, std::string const& id);
Checked<Response> read_property(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                std::string const& property, bool raw);
Checked<Response> create_row(Engine& engine, Call const& call, Table const& table);
Checked<Response> patch_row(Engine& engine, Call const& call, Table const& table, std::string const& id);
Checked<Response> delete_row(Engine& engine, Call const& call, Table const& table, std::string const& id);
Checked<Response> clear_lookup(Engine& engine, Call const& call, Table const& table, std::string const& id,
                               std::string const& navigation);

Checked<tandem::json::Object> body_of(Request const& request, Table const& table);

}  // namespace sandbox::dataverse
