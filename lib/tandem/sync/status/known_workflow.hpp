// The workflow of an item's project and issue type as its definition tells it, where this account may read it (SPEC G3): table "workflows".
//
// Asked for when no way is known, and once a day by Jira's clock at most: a refusal is remembered as well, so that later cycles ask for nothing.
// Only transitions without conditions are ways: of the others nobody knows beforehand whether they show.
#pragma once

#include <vector>

#include <tandem/mapping/status/route.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// What was read last; empty where nothing was, or was refused.
Result<std::vector<mapping::status::KnownTransition>> workflow_transitions(store::Reader& reader,
                                                                           connection::Schema const& schema);

struct WorkflowLook {
  bool readable = false;  // this account may read it: there is no other way to learn of
  bool news = false;  // ways that were not known before
};
// Reads the workflow, unless that was tried within the last day. REQUIRES: schema.project, schema.issue_type.
Result<WorkflowLook> look_at_workflow(RunContext& run, connection::Schema const& schema);

// Its transitions without conditions. Reads only; nothing where it may not be read.
Result<std::optional<std::vector<mapping::status::KnownTransition>>> ask_for_workflow(jira::Client& jira,
                                                                                      connection::Schema const& schema);

}  // namespace tandem::sync
