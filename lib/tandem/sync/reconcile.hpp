// Linked pairs: read both sides, plan, write what differs, remember (SPEC E5). The only way by which linked records and issues are written.
//
// One call takes at most 100 rows: one bulkfetch of the issues, the record's halves first (they are bound to the version that was read, so a
// record that moved in between is planned anew before anything is written), then the issues' halves, and a commit per outcome.
#pragma once

#include <vector>

#include <tandem/sync/rows.hpp>

namespace tandem::sync {

// REQUIRES: each row has a link and no open intent. In a dry run the plans are only told.
Result<Unit> reconcile(RunContext& run, mapping::CompiledItem const& item, std::vector<Row> rows, ItemRun& stats);

}  // namespace tandem::sync
