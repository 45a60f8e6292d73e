// The status half of a reconciliation: transitions of issues, changes of records' state (SPEC G3-G7, R2).
//
// What opens a side goes before its fields are written, what closes it afterwards; edits of a closed record wait. Each write has an intent of
// its own: a transition is one hop at a time, so that an interrupted walk is known to the step.
#pragma once

#include <vector>

#include <tandem/sync/pair.hpp>

namespace tandem::sync {

// What plan_status() needs to know of a record and its issue; times and flips are left out.
StatusQuestion question_of(mapping::CompiledItem const& item, link::StatusBase const& base, dataverse::Record const& record,
                           jira::Issue const& issue);

// Decides what becomes of each pair's status, and takes out of its plan what a closed record does not take. Reads Jira's histories and the last
// resolutions of those of which both sides moved. Does nothing for an item that leaves the status alone.
Result<Unit> plan_statuses(RunContext& run, mapping::CompiledItem const& item, std::vector<Pair>& pairs);

enum class StatusTurn : std::uint8_t { before_fields, after_fields };

// Does the status changes whose turn it is, on the workers. A refusal costs that status, with its reason on the retry list; a record or issue that
// moved in between is queued. Errors: unknown_outcome (its intent is open), or what ends the run.
Result<Unit> write_statuses(RunContext& run, mapping::CompiledItem const& item, std::vector<Pair>& pairs, StatusTurn turn,
                            ItemRun& stats);

// Cases, opportunities and activities are read-only while they are closed; other tables keep their columns open (dataverse.md §20, §21).
bool is_read_only(mapping::CompiledItem const& item, dataverse::Record const& record);

// Whether the pair needs a status write.
inline bool has_status_work(Pair const& pair) { return pair.status.acts(); }

// For link and settle: puts what became of a hop or of a record's change into link, base and history and closes the intent, in the caller's
// transaction. `shown`: the issue's or record's status as it was found afterwards; null: what was written counts.
Result<Unit> commit_hop(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent,
                        jira::Issue const* shown);
Result<Unit> commit_change(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent,
                           dataverse::Record const* shown);

}  // namespace tandem::sync
