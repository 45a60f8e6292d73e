// Draining: every hint that waits is handled by whoever holds the lock (SPEC F2-F5, F8, F9): the issue is read again, its links are
// reconciled by the same path as a cycle's, and the outcome is told with its reason.
//
// An issue that is linked costs its share of one bulkfetch and of one query for its record; one that is not linked costs no request. What
// cannot be handled now stays in the outbox with its reason. An event never brings a value: what it says is only where to look.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/mapping/reason.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync::event {

enum class End : std::uint8_t {
  updated,  // something was written
  unchanged,  // both sides were looked at and nothing was to be written: the reason says why
  skipped,  // nothing follows from it
  broken,  // the issue is deleted: its links are broken
  failed,  // a service refused; the record is on the list of retries
  held,  // a field waits for a person
  queued,  // it waits
};
std::string_view name_of(End end);

struct EventOutcome {
  Waiting waiting;
  End end = End::queued;
  std::optional<Reason> reason;
  std::string detail;
  std::string issue_key;  // as read, else as the event said
  std::vector<std::string> items;  // whose links were looked at
};

// By item: what draining did, for the run's record.
using DrainStats = std::map<std::string, ItemRun, std::less<>>;

// Each outcome is told to the run's observer. Errors: what ends the run; what was not handled stays.
Result<Unit> drain(RunContext& run, std::vector<RunItem> const& items, DrainStats& stats);
// For a dry run: what waits is told as queued, and nothing is done.
Result<Unit> tell_waiting(RunContext& run);

}  // namespace tandem::sync::event
