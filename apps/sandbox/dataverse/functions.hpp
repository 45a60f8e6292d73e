// Functions and actions (dataverse.md §5, §18, §20-§23), by name. Each action that knows particular tables has a file of its own.
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

// An unbound function or action; nothing when the segment names none.
std::optional<Checked<Response>> call_unbound(Engine& engine, Call const& call, Segment const& segment);
// A function or action bound to a row: /systemusers(id)/Microsoft.Dynamics.CRM.RetrieveUserPrivileges(), or (without `id`) to a
// set: /tasks/Microsoft.Dynamics.CRM.CreateMultiple. Nothing when the segment has no namespace.
std::optional<Checked<Response>> call_bound(Engine& engine, Call const& call, Table const& table,
                                            std::optional<std::string> const& id, Segment const& segment);

Checked<Response> close_incident(Engine& engine, Call const& call);
Checked<Response> win_opportunity(Engine& engine, Call const& call);
Checked<Response> lose_opportunity(Engine& engine, Call const& call);
Checked<Response> qualify_lead(Engine& engine, Call const& call, Table const& lead, std::string const& id);

// Files of notes in blocks (note_blocks.cpp).
Checked<Response> initialize_upload(Engine& engine, Call const& call);
Checked<Response> upload_block(Engine& engine, Call const& call);
Checked<Response> commit_upload(Engine& engine, Call const& call);
Checked<Response> initialize_download(Engine& engine, Call const& call);
Checked<Response> download_block(Engine& engine, Call const& call);

// All or nothing (multiple.cpp).
Checked<Response> create_multiple(Engine& engine, Call const& call, Table const& table);
Checked<Response> update_multiple(Engine& engine, Call const& call, Table const& table);

// The parameters in an action's body. Errors: 400.
Checked<tandem::json::Object> parameters_of(Call const& call);
// A number that the message needs; -1 only when the switch allows the default of the state.
Checked<std::int64_t> status_parameter(Engine const& engine, tandem::json::Object const& parameters);

}  // namespace sandbox::dataverse
