// What an item knows of both systems' tables, fields, options and statuses is kept from `items apply` on; here a cycle notices that it changed.
//
// It is read again once a day (by Dataverse's clock), and in a round that met what changed metadata would explain: a request that was refused, a
// value that has no match, a status to which nothing leads. What was met is then looked at once more. A cycle that meets nothing asks nothing.
// An item that names what is gone stops with `metadata-changed` and the mapping's name, and goes on by itself once that is back.
//
// Table: "metadata_read" (item -> when its metadata were read last).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tandem/sync/plan.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// An observer that hands on what it hears, and remembers which records of an item met what changed metadata would explain. As thread-safe as what
// it hands on to.
class Suspecting final : public Observer {
 public:
  struct Suspect {
    std::string record, number;
    bool failed = false;  // counted as a failure of the run
  };
  explicit Suspecting(Observer& next) : next_(next) {}
  // Those of the item since the last call.
  std::vector<Suspect> take(std::string const& item) { return std::exchange(suspects_[item], {}); }

  void run_started(std::string const& run) override { next_.run_started(run); }
  void item_started(std::string const& item) override { next_.item_started(item); }
  void progress(Progress const& progress) override { next_.progress(progress); }
  void planned(Plan const& plan) override;
  void planned_conversation(link::Link const& link, conversation::Plan const& plan) override {
    next_.planned_conversation(link, plan);
  }
  void skipped(Skipped const& one) override;
  void failed(Skipped const& one) override;
  void held(Skipped const& one) override { next_.held(one); }
  void wrote(HistoryEntry const& entry) override { next_.wrote(entry); }
  void event_handled(event::EventOutcome const& outcome) override { next_.event_handled(outcome); }
  void item_finished(ItemRun const& stats) override { next_.item_finished(stats); }

 private:
  Observer& next_;
  std::map<std::string, std::vector<Suspect>> suspects_;
};

// Whether the item's metadata should be read again after this round: by its outcome, by whether it met suspects, or by their age.
Result<bool> wants_metadata(RunContext const& run, RunItem const& item, Result<Unit> const& outcome, bool suspects);

// The item with today's metadata, which are kept (not in a dry run); nothing when they are as before.
// Errors: config, when the item cannot be used with them: reason metadata-changed, naming the mapping. What is kept then stays as it was.
Result<std::optional<RunItem>> with_new_metadata(RunContext& run, RunItem const& item);

}  // namespace tandem::sync
