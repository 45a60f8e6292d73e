// Functions and actions of the organisation (dataverse.md §5, §20, §23): the only place that knows particular tables by name.
#pragma once

#include "dataverse/engine.hpp"
#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

// An unbound function or action; nothing when the segment names none.
std::optional<Checked<Response>> call_unbound(Engine& engine, Call const& call, Segment const& segment);
// A function bound to a row: /systemusers(id)/Microsoft.Dynamics.CRM.RetrieveUserPrivileges(). `name` is without the namespace.
std::optional<Checked<Response>> call_bound(Engine& engine, Call const& call, Table const& table, std::string const& id,
                                            Segment const& segment);

Checked<Response> close_incident(Engine& engine, Call const& call);

}  // namespace sandbox::dataverse
