// Observer: how a run tells its program what it plans, does and leaves. The library prints nothing itself.
//
// Called under one lock, from any worker; must not block for long and must not call back into the run.
#pragma once

#include <string>

#include <tandem/mapping/reason.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/progress.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::sync {

// A record or issue that nothing was done with, and why.
struct Skipped {
  std::string item, record, number, issue_key;
  Reason reason;
  std::string detail;
};

namespace event {
struct EventOutcome;  // event/drain.hpp
}
namespace conversation {
struct Plan;  // conversation/plan.hpp
}

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void run_started(std::string const& /*run*/) {}  // its id, as the history has it
  virtual void item_started(std::string const&) {}
  virtual void planned(Plan const&) {}
  virtual void planned_conversation(link::Link const&, conversation::Plan const&) {}
  virtual void skipped(Skipped const&) {}
  virtual void wrote(HistoryEntry const&) {}
  virtual void failed(Skipped const&) {}     // counted as failed in this run
  virtual void held(Skipped const&) {}       // a field waits for a person since this run
  virtual void progress(Progress const&) {}
  virtual void item_finished(ItemRun const&) {}
  virtual void event_handled(event::EventOutcome const&) {}
};

}  // namespace tandem::sync
