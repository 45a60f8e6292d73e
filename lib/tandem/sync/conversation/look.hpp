// Look: both sides of the conversations of some links, read in few requests: one query for the notes of all records, one fetch for the files
// of all issues, one list of comments per issue, and the texts of only those notes that are new or moved.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/conversation/plan.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync::conversation {

struct Looked {
  Conversation both;
  std::vector<Intent> intents;  // that earlier writes left open
  std::string issue_updated;  // of the issue as a listing showed it
  std::optional<Error> failed;  // why this conversation could not be read; the others could
};

// What both systems let in; asked once per item and run.
Result<Rules> rules_of(RunContext& run, mapping::CompiledItem const& item);

enum class Texts : std::uint8_t { needed, none };
// Errors: only those that end the whole run.
Result<std::vector<Looked>> look(RunContext& run, Rules const& rules, std::vector<link::Link> links, Texts texts = Texts::needed);

// Those of the links whose conversations differ from what is known of them, by listings alone (SPEC E7): for 100 links one query of
// notes and one fetch of issues, with a list of comments only where an issue holds more than come along. Gives ids of links.
Result<std::vector<std::string>> with_news(RunContext& run, Rules const& rules, std::vector<link::Link> links);

// Those of the links about whose conversations there is nothing to do and nothing to tell, by the same listings: most of what a feed
// shows are edits of fields. `told`: by link, the issue's `updated` that a search told of; an issue that is shown older than that is left
// to a look of its own, since whether such a listing lags is not verified (jira.md §4). What the systems let in is not asked for: where a
// file could travel, there is something to do.
Result<std::set<std::string>> without_news(RunContext& run, mapping::CompiledItem const& item, std::vector<link::Link> links,
                                           std::map<std::string, std::string> const& told);

}  // namespace tandem::sync::conversation
