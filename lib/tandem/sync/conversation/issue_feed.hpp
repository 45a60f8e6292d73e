// Which linked issues of one item may have new comments or files, by one bounded search (SPEC E1, E2): no webhook is needed, only patience.
//
// `updated >= watermark - overlap` by Jira's clock, ids and times only. Every version of a linked issue is looked at once: that its last change
// was ours does not say that nobody commented before. The index lags: the overlap catches that, and the sweep what it misses (jira.md §4).
#pragma once

#include <tandem/sync/conversation/cycle.hpp>

namespace tandem::sync::conversation {

// Puts the links on the list of due conversations, in the commits that move the watermark, and gives them. Nothing is asked for an item without
// comments and attachments.
Result<Unit> read_issue_feed(RunContext& run, RunItem const& item, Found& found);

}  // namespace tandem::sync::conversation
