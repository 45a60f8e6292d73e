// Learning ways: from the workflow's definition where it may be read, else from other issues: what Jira offers on one issue of the same project
// and type in each status of which nothing is known (SPEC G3).
//
// At most one search and two reads a status; what a run learned is remembered, so that it is asked for once.
#pragma once

#include <string_view>
#include <vector>

#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/status_table.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// Reads only. `known`: what needs no asking; `but`: a status that is known from the issue at hand. REQUIRES: schema.project, schema.issue_type.
Result<std::vector<mapping::status::KnownTransition>> ask_around(jira::Client& jira, connection::Schema const& schema,
                                                                 mapping::status::StatusTable const& table,
                                                                 std::vector<mapping::status::KnownTransition> const& known,
                                                                 std::string_view but);
// The same for a run, which remembers. True when anything new was learned.
Result<bool> learn_transitions(RunContext& run, mapping::CompiledItem const& item, std::string_view but);

}  // namespace tandem::sync
