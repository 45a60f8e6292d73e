// Requests for rows: collections, single rows, their properties and related rows; create, update, upsert, delete (dataverse.md §7, §12).
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/record_key.hpp"
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
// The row, when the caller may read it: 403 without the privilege or beyond its depth, 404.
Checked<Row const*> visible_row(Engine const& engine, Call const& call, Table const& table, std::string const& id);
// "(title,customerid_account(name))": what stands behind the set name in @odata.context.
std::string context_list(Options const& options);
// The request's URL without the named query options.
std::string url_without(Engine const& engine, Request const& request, std::vector<std::string_view> const& options);

Checked<Response> create_row(Engine& engine, Call const& call, Table const& table);
Checked<Response> patch_row(Engine& engine, Call const& call, Table const& table, RecordKey const& key);
Checked<Response> delete_row(Engine& engine, Call const& call, Table const& table, std::string const& id);
// PUT /incidents(id)/title {"value":…} and DELETE /incidents(id)/title.
Checked<Response> write_property(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                 std::string const& property);

// The same without HTTP around it, for actions. `id` "" takes the one in the body, else a new one.
Checked<Row const*> insert_row(Engine& engine, Call const& call, Table const& table, std::string id,
                               tandem::json::Object const& body);
Checked<Row const*> update_row(Engine& engine, Call const& call, Table const& table, std::string const& id,
                               tandem::json::Object const& body);

// References between rows: /$ref (references.cpp).
Checked<Response> handle_references(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                    Segment const& navigation);

Checked<tandem::json::Object> body_of(Request const& request, Table const& table);

}  // namespace sandbox::dataverse
