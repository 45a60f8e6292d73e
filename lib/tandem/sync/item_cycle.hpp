// ItemCycle: one item's part of a run (SPEC E1-E4, E7, E8, E12): what is owed, the change feed page by page, the issues that changed, what is queued
// or due again, and the sweep when its time has come (sweep.cpp).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <tandem/sync/adopt_issues.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/marks_behind.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

namespace conversation {
struct Rules;
}

class ItemCycle {
 public:
  ItemCycle(RunContext& run, RunItem const& item, ItemRun& stats);
  // Errors: refused (a brake), unknown_outcome (settle, then run again), remote/config (this item), or what ends the whole run.
  Result<Unit> run();
  // Only this item's link of that issue; true when there is one.
  Result<bool> run_link_of(std::string const& issue_id);
  // Only these records, each with both sides. `issues`: those that were read moments ago, by id. Gives the records that are gone or cannot be seen.
  Result<std::vector<std::string>> run_records(std::vector<std::string> const& records,
                                               std::map<std::string, jira::Issue> const& issues = {});
  // Links whose comments or files may have changed, as the feed and the sweep of this run told; but for a dry run they are on the list.
  [[nodiscard]] std::set<std::string> const& conversations() const { return conversations_; }

 private:
  static constexpr std::size_t kRowsPerLook = 100;  // one bulkfetch

  Result<Unit> load_state();
  Result<Unit> read_feed();
  Result<Unit> read_issue_feed();
  Result<Unit> handle_changed(std::vector<std::string> const& records);
  Result<Unit> look_at_queued();
  // Of the item, in the order of their records.
  [[nodiscard]] Result<std::vector<link::Link>> links_after(std::string const& record, std::size_t most) const;
  Result<Unit> look_at_requeued_links();
  // Looks at rows and does what is to be done with each. What cannot be done now is on the retry list when this returns a value.
  // A new version of a record deserves a new try, also where the record is parked.
  Result<Unit> handle(std::vector<Row> rows);
  // The same, but for marks of new links, which may still be under way (marks_behind.hpp).
  Result<Unit> handle_page(std::vector<Row> rows);
  [[nodiscard]] Result<Unit> refuse_restored(std::vector<Row> const& rows) const;
  [[nodiscard]] Result<std::set<std::string>> unlinked_by_hand(std::vector<Row> const& rows) const;
  Result<std::vector<Row>> to_be_created(std::vector<Row> rows);
  Result<Unit> create(std::vector<Row> const& rows);
  Result<Unit> keep_page(std::vector<SeenRow> const& rows, Instant watermark, bool last);
  Result<Unit> save_state();
  Result<Unit> count_older();
  [[nodiscard]] bool sweep_is_due() const;
  void follow_clock_back(Instant earlier, Instant now);
  Result<Unit> sweep();
  Result<Unit> sweep_part(std::vector<link::Link> const& links);
  Result<Unit> sweep_conversations(std::vector<link::Link> const& links);
  Result<Unit> finish_sweep();
  Result<Unit> break_if_gone(std::string const& link_id);
  void skip(Row const& row, Reason reason, std::string detail = {});
  // What follows is another kind of work, with as much to do as was counted; nothing = not known before it is done.
  void begin(Work work, std::optional<std::uint64_t> total = std::nullopt);
  void advance(std::uint64_t done);
  [[nodiscard]] dataverse::Query feed_query() const;
  [[nodiscard]] std::optional<Instant> lower_bound() const;

  RunContext& run_;
  RunItem const& item_;
  mapping::CompiledItem const& compiled_;
  ItemRun& stats_;
  Progress progress_;
  Feed feed_;
  MarksBehind marks_;
  FeedState state_;
  bool first_time_ = false;
  std::optional<OwnIssues> own_issues_;  // searched for while the feed is fresh
  std::set<std::string> conversations_;
  std::shared_ptr<conversation::Rules const> rules_;  // of the item's conversations, asked for once by a sweep
  std::set<std::string> told_;  // records whose plan a dry run told already
  std::set<std::string> told_open_;  // records with an open intent, which both feed and queue may show
};

}  // namespace tandem::sync
