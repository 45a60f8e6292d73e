// make_missing(): components and versions that a mapping with `createMissing` names and Jira does not have (SPEC C2), made before any issue is
// written, once each.
//
// The project's list is read first, so a part that exists is found under any spelling of case and accents. A name is unique within a project: a
// request that is repeated after a lost answer is refused and the list tells that the first was executed (decisions/0013). An entry of the part
// journal tells that it was us, for the history. A refusal costs the values that need the part (value-not-made), not the run. A dry run makes nothing. Not thread-safe.
#pragma once

#include <set>

#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/part_journal.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// Answers each name in the item's directory. Errors: only those that end the whole run.
Result<Unit> make_missing(RunContext& run, mapping::CompiledItem const& item, std::set<mapping::value::PartName> const& wanted);

// What was made stands in the history and no longer in the part journal.
Result<Unit> tell_made(RunContext& run, IntendedPart const& part);

}  // namespace tandem::sync
