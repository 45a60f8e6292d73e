// Transitions that Jira offered on issues of a project and type, by the status from which they lead (SPEC G3): table "transitions".
//
// What is offered from a status replaces what was known from there, but for transitions with a condition: that one does not show here says
// nothing about other issues. What the workflow's definition tells, where it may be read, completes them (known_workflow.hpp).
#pragma once

#include <string_view>
#include <vector>

#include <tandem/connection/schema.hpp>
#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/status_table.hpp>
#include <tandem/store/store.hpp>

namespace tandem::sync {

Result<std::vector<mapping::status::KnownTransition>> known_transitions(store::Reader& reader, connection::Schema const& schema);
// True when something was new. REQUIRES: schema.project, schema.issue_type.
Result<bool> remember_transitions(store::Writer& writer, connection::Schema const& schema, std::string_view from,
                                  std::vector<jira::Transition> const& offered);
mapping::status::TransitionNames names_of(std::vector<mapping::status::KnownTransition> const& known);

}  // namespace tandem::sync
