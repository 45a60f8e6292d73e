// Linked records that changed: read both sides, plan, write what differs (SPEC E5).
//
// One batch is at most 100 rows: one bulkfetch, one commit of all intents, the writes on the workers, and a commit per outcome.
#pragma once

#include <vector>

#include <tandem/sync/journal.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync {

// REQUIRES: each row has a link and no open intent. In a dry run the plans are only told.
Result<Unit> update_issues(RunContext& run, mapping::CompiledItem const& item, std::vector<Row> rows, ItemRun& stats);

// Puts what the server kept into link, base and history and closes the intent, in the caller's transaction.
Result<Unit> commit_edit(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent,
                         link::Base base, jira::Issue const& kept);

}  // namespace tandem::sync
