// look_up(): asks both services for the users and rows that an item's rules need before values can be converted (SPEC C2, last rows).
//
// The answers go into the item's directory and are kept for the run; what is known is not asked for again. A service that refuses costs the
// values that needed it, with the reason `not-looked-up`, not the run. Reads only, but for components and versions that the item asks to have made
// (make_missing.hpp). Not thread-safe: between plans, by one thread.
#pragma once

#include <functional>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// Asks until `ask` needs nothing more: an address found on one side leads to a question to the other.
// Errors: only those that end the whole run.
Result<Unit> look_up(RunContext& run, mapping::CompiledItem const& item, std::function<void(mapping::value::Needs&)> const& ask);

// For records on their way to Jira; columns that hold what their base held need nothing.
Result<Unit> look_up_for(RunContext& run, mapping::CompiledItem const& item, std::vector<Row> const& rows);
// For issues on their way to Dynamics.
Result<Unit> look_up_for(RunContext& run, mapping::CompiledItem const& item, std::vector<jira::Issue> const& issues);

}  // namespace tandem::sync
