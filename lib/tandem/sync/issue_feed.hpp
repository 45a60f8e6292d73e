// IssueFeed: which linked issues of one item changed in Jira, by one bounded search (SPEC E1, E2): tandem works without any webhook, only later.
//
// `updated >= watermark - overlap`, by Jira's clock, ordered by time; rows that were seen, that are not linked, or that show what we wrote ourselves
// are passed over. The index lags: the overlap is what catches it, and the sweep what it misses (contract: jira.md §4).
//
// One search serves fields and conversations. Each new version of a linked issue puts its conversation on the list of those that are due, in the
// commit that moves the watermark: that its last change was ours does not say that nobody commented before. Where fields or comments are switched
// on later, all links are looked at once after the search of that run; so one watermark is enough for both.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct ChangedIssue {
  SeenRow mark;  // issue id and its `updated`
  std::string record;  // of its link
};

class IssueFeed {
 public:
  IssueFeed(RunContext& run, RunItem const& item, FeedState& state);
  // Whether anything of the item is followed in Jira: else nothing is searched.
  static bool is_needed(mapping::CompiledItem const& item);
  // The next issues whose fields or status may have changed, a page of the search at a time; nothing after the last page. Reads only.
  Result<std::optional<std::vector<ChangedIssue>>> next();
  // They were looked at: the watermark moves up to the last of them. In the caller's transaction.
  Result<Unit> keep(store::Writer& writer, std::vector<ChangedIssue> const& handled);
  // The search was read to its end: everything up to its first answer is done.
  Result<Unit> finish(store::Writer& writer);
  // Links whose comments or files may have changed, so far.
  [[nodiscard]] std::set<std::string> const& conversations() const { return conversations_; }
  // Jira's clock shows less than the watermark: the search began again a week before it.
  [[nodiscard]] bool clock_went_back() const { return went_back_; }

 private:
  Result<Unit> begin();
  Result<std::vector<ChangedIssue>> changed(std::vector<jira::Issue> const& rows);
  [[nodiscard]] std::string jql(std::vector<std::string> const& elsewhere) const;

  RunContext& run_;
  RunItem const& item_;
  FeedState& state_;
  Feed seen_;
  std::vector<std::string> elsewhere_;  // projects that linked issues moved to
  std::string jql_;
  std::string token_;
  bool begun_ = false, ended_ = false, went_back_ = false;
  std::optional<Instant> read_at_;
  Instant lower_{};
  std::vector<SeenRow> passed_;  // looked at without any work: kept with what is handled
  Feed earlier_;  // of the search for conversations alone, which stores of before 0.1.0 had
  std::map<std::string, std::string> due_;  // by issue: the link whose conversation goes on the list when the issue is remembered
  std::set<std::string> conversations_;
};

}  // namespace tandem::sync
