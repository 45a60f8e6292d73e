// The feed of notes: one per connection, since a note does not touch its parent (SPEC E2, dataverse.md §9).
//
// Ids, parents, times, names and sizes only, never a text or a body. A note that moved puts the links of its record on the list of due
// conversations, in the commit that moves the watermark; what tandem wrote itself, at the version that it knows, does not.
#pragma once

#include <tandem/sync/conversation/cycle.hpp>

namespace tandem::sync::conversation {

// For the items that have comments or attachments; no request is made where none has. Gives the links that were found.
Result<Unit> read_notes_feed(RunContext& run, std::vector<RunItem> const& items, Found& found);

}  // namespace tandem::sync::conversation
