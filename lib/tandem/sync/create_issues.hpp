// New records become issues (SPEC E4): intent -> bulk create -> read back -> link, base and history in one commit.
//
// Exactly once: each element carries its link id in the issue property, so that an unknown outcome can be settled by looking (settle/).
#pragma once

#include <vector>

#include <tandem/sync/adopt_issues.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync {

// At most jira::Client::kMostBulk rows. Adopts instead of creating where an earlier store's run made the issue (adopt_issues.hpp); `own`: what is
// known of such issues beside the link notes.
// Rejected records are put on the retry list and counted; unknown_outcome leaves the intents open.
// Gives the new links with their records' faces, for write_marks().
Result<std::vector<MarkedLink>> create_issues(RunContext& run, mapping::CompiledItem const& item, std::vector<Row> const& rows,
                                              OwnIssues const& own, ItemRun& stats);

// The number behind the project's key: 12 for "SUP-12"; nothing for anything else.
std::optional<std::int64_t> key_number(std::string_view key);

// The newest issue number that is known of the project: from the store, else by one search.
Result<std::int64_t> project_floor(RunContext& run, std::string const& project);
// By a search now, never less than what the store knows. The index may lag: a lower bound.
Result<std::int64_t> newest_key(RunContext& run, std::string const& project);

// Makes the link of a create intent whose issue is known: link, base, history, journal and retry list in the caller's transaction.
Result<link::Link> commit_link(RunContext& run, store::Writer& writer, mapping::CompiledItem const& item, Intent const& intent,
                               jira::Issue const& issue, std::string const& action);

// A record's failure: on the retry list with its next pause, told and counted. For use inside a transaction.
Result<Unit> commit_failure(RunContext& run, store::Writer& writer, Retry retry, ItemRun& stats);

// An issue by id as it is now, from bulkfetch where that shows it, else by a direct read; nothing when it is gone.
Result<std::vector<std::optional<jira::Issue>>> read_issues(RunContext& run, mapping::CompiledItem const& item,
                                                            std::vector<std::string> const& ids);

}  // namespace tandem::sync
