// Writes what links owe: the link note on the record's timeline and the remote link on the issue (SPEC D9, D10).
//
// Both are idempotent by nature: the note by its derived id (create only if absent, else read and update by etag), the remote link by its
// globalId. A refused note does not stop the link: it stays owed with its reason.
#pragma once

#include <vector>

#include <tandem/link/marks.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// A link and the record's face as just read.
struct MarkedLink {
  link::Link link;
  link::RecordFace face;
};

link::RecordFace face_of(RunContext const& run, mapping::CompiledItem const& item, dataverse::Record const& record);

// Sets `owed` where the texts differ from what was last written. True when something is owed.
bool note_what_is_owed(RunContext const& run, mapping::CompiledItem const& item, MarkedLink& marked);

// Writes and commits. Counts in `stats`. Errors end the run; what was refused stays owed and was told to the observer.
Result<Unit> write_marks(RunContext& run, mapping::CompiledItem const& item, std::vector<MarkedLink> links, ItemRun& stats);

// Links of the item that still owe something from earlier runs. Stops when a whole batch makes no progress, so that refused notes do not
// cost more than one batch a cycle.
Result<Unit> write_owed(RunContext& run, mapping::CompiledItem const& item, ItemRun& stats);

}  // namespace tandem::sync
