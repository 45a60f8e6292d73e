// The Jira half of a reconciliation: mapped fields of linked issues (SPEC R2, R3).
//
// One batch is at most 100 pairs: one commit of all intents, the writes on the workers, one read of the issues' histories, and a commit per
// outcome. The issue was read at most moments before, and only fields that changed are sent; an edit by a person that came in between all the
// same is found in the history: a scalar is put back, a rich text is held with what it replaced.
#pragma once

#include <vector>

#include <tandem/sync/pair.hpp>

namespace tandem::sync {

// Writes the issue's half of each pair's plan. Errors: unknown_outcome (its intent is open), or what ends the run.
Result<Unit> write_issues(RunContext& run, mapping::CompiledItem const& item, std::vector<Pair>& pairs, ItemRun& stats);

// An edit that was executed, and the issue as it was right after it, or as found when settling.
struct DoneEdit {
  Intent intent;
  jira::Issue kept;
};
// Looks for lost updates, then puts what the server kept into link, base and history and closes the intents.
Result<Unit> finish_edits(RunContext& run, mapping::CompiledItem const& item, std::vector<DoneEdit> const& edits, ItemRun& stats);

// Whether a field holds what was sent to it: Jira shows more of a person, an option or a component than was sent, and keeps lists of them in an
// order of its own.
bool holds_what_was_sent(json::Value const& now, json::Value const& sent);

// A put-back that did not happen: the person's text is kept and the field held. In the caller's transaction; closes the intent.
Result<Unit> hold_put_back(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent);

}  // namespace tandem::sync
