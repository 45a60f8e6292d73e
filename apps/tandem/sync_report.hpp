// SyncReport: what a person or a script reads of a run: the plan, what was left and why, and one summary line per item (SPEC E9, E11).
#pragma once

#include <string>

#include <tandem/sync/event/drain.hpp>
#include <tandem/sync/observer.hpp>

#include "cli/output.hpp"
#include "cli/progress_line.hpp"
#include "run_report/run_digest.hpp"

namespace tandem::cli {

class SyncReport final : public DigestObserver {
 public:
  // `digest` outlives the report, and says whether this is a dry run.
  SyncReport(Output& out, RunDigest& digest) : DigestObserver(digest), out_(out), dry_run_(digest.dry_run), progress_(out) {}

  void run_started(std::string const& run) override;
  void item_started(std::string const& item) override;
  void planned(sync::Plan const& plan) override;
  void planned_conversation(link::Link const& link, sync::conversation::Plan const& plan) override;
  void skipped(sync::Skipped const& skipped) override;
  void failed(sync::Skipped const& failed) override;
  void held(sync::Skipped const& held) override;
  void progress(sync::Progress const& progress) override { progress_.show(progress); }
  void item_finished(sync::ItemRun const& stats) override;
  void event_handled(sync::event::EventOutcome const& outcome) override;

  // Prints the end of the report; in JSON mode the whole of it.
  void finish(sync::RunRecord const& run);
  // Issues that a dry run would make or change.
  [[nodiscard]] std::size_t changes() const { return changes_; }

 private:
  void print(sync::Plan const& plan);
  void print(sync::Plan const& plan, sync::FieldChange const& change);
  void print(sync::Plan const& plan, sync::StatusChange const& status);

  Output& out_;
  bool dry_run_;
  std::size_t changes_ = 0;
  json::Array plans_, skipped_, failed_, held_, events_;
  std::size_t events_handled_ = 0, events_waiting_ = 0;
  ProgressLine progress_;
};

json::Value to_json(sync::event::EventOutcome const& outcome);
// "SUP-3 issue-updated: unchanged, direction: This mapping does not write in that direction."
std::string to_line(sync::event::EventOutcome const& outcome);

// What a line about a record or issue is about, by the names that logs have for it.
Output::About about(sync::Skipped const& one);

// "support-cases: 12 created, 1 updated, 0 failed; skipped 3 (before-baseline 3)".
std::string summary_line(sync::ItemRun const& stats, bool dry_run);

}  // namespace tandem::cli
