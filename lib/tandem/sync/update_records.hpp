// The Dynamics half of a reconciliation: mapped columns of linked records, each PATCH bound to the version that was planned over (SPEC R2, R3).
#pragma once

#include <vector>

#include <tandem/sync/pair.hpp>

namespace tandem::sync {

// Writes the record's half of each pair's plan, on the workers. Afterwards `plan` holds only what is left for the issue, and row and base are
// what the server kept. Gives the places of the pairs whose record was changed by somebody else in between: nothing of them was written.
// A value that the service refuses costs that value (SPEC C4). Errors: unknown_outcome (its intent is open), or what ends the run.
Result<std::vector<std::size_t>> write_records(RunContext& run, mapping::CompiledItem const& item, std::vector<Pair>& pairs,
                                               ItemRun& stats);

// Puts what the server kept into link, base and history and closes the intent, in the caller's transaction. Gives the base.
Result<link::Base> commit_update(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent,
                                 dataverse::Record const& kept);

}  // namespace tandem::sync
