// Writes what links owe: the issue property of a link made by hand, the link note on the record's timeline and the remote link on the issue
// (SPEC D9, D10).
//
// All are idempotent by nature: the property as a whole, the note by its derived id (create only if absent, else read and update by etag),
// the remote link by its globalId. A refused note does not stop the link: it stays owed with its reason. A note that was written before and
// is gone now was deleted by a person: it is not made again (only `link refresh` forgets that it was written).
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

// Puts the link's entry into the property, where it is not yet; entries of other items stay.
Result<Unit> write_property(RunContext const& run, link::Link const& link);

// Writes and commits. Counts in `stats`. Errors end the run; what was refused stays owed and was told to the observer.
Result<Unit> write_marks(RunContext& run, mapping::CompiledItem const& item, std::vector<MarkedLink> links, ItemRun& stats);

// Links of the item that still owe something from earlier runs. Stops when a whole batch makes no progress, so that refused notes do not
// cost more than one batch a cycle.
Result<Unit> write_owed(RunContext& run, mapping::CompiledItem const& item, ItemRun& stats);

}  // namespace tandem::sync
