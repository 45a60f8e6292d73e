// Rehearsal: a sample pair is walked through its statuses on both sides, by the writers of status that a cycle uses, and put back (SPEC G8).
//
// prepare_rehearsal() is all the rules and the plan; it only reads. rehearse() journals how the pair stands before the first write, walks the
// steps, and puts both sides back, also when a step fails or the run is told to stop; killed anywhere, the next rehearsal of the pair or the next
// cycle puts them back (put_back.hpp). Each step sets one side's status and lets the other follow as a cycle would. Each write is in the history,
// with the reason `rehearsal`; at the end link, base and retry list are as they were.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/sync/link_items.hpp>
#include <tandem/sync/status/put_back.hpp>
#include <tandem/sync/status/rehearse_plan.hpp>

namespace tandem::sync {

struct PreparedRehearsal {
  RunItem const* item = nullptr;
  link::Link link;
  Rehearsal before;
  std::string record_shown, issue_shown;  // both statuses as they are
  RehearsalPlan plan;
};

// Finds the pair that `text` names: the record's id, number or page, or the issue's key or page. Errors: not_found (no such record or issue),
// usage (ambiguous), refused with its Reason as context "reason" (not-linked, display-only).
Result<link::Link> find_rehearsal_pair(RunContext& run, LinkItems const& items, RunItem const& item, std::string const& text);

// Errors: refused, each with a Reason as context "reason" where one fits: link-broken, rehearsal-open, open-intent, parked, retry-later, flipping,
// what is held, a status that is still to be brought over; not_found when a side is gone; what a service answers.
Result<PreparedRehearsal> prepare_rehearsal(RunContext& run, RunItem const& item, link::Link const& link);

// One half of a step: what was asked of one side.
struct RehearsedHalf {
  enum class End : std::uint8_t { done, already, blocked, not_tried };
  End end = End::not_tried;
  std::string before, after;  // statuses, for people
  std::string way;  // "CloseIncident, Status 5", "update statecode 0, statuscode 1", "\"Done\" (31)"
  std::vector<Hop> hops;  // of an issue
  std::optional<Report> refused;  // of blocked
};
std::string_view name_of(RehearsedHalf::End end);  // "not-tried"

struct RehearsedStep {
  enum class End : std::uint8_t { ok, blocked, not_possible, not_reached };
  std::size_t place = 0;  // in the plan
  End end = End::not_reached;
  RehearsedHalf set, follows;
  std::optional<Report> refused;  // of not_possible, and of a step that led elsewhere than it should
};
std::string_view name_of(RehearsedStep::End end);  // "not-possible"

struct Rehearsed {
  std::vector<RehearsedStep> steps;  // all of the plan
  std::optional<PutBack> back;  // nothing: not finished, the journal keeps it for later
  std::optional<Error> stopped;  // what ended the walk before its end
  std::optional<Error> not_back;  // what kept the pair from being put back
  [[nodiscard]] bool all_ok() const;
};

struct RehearsalWatch {
  std::function<void(RehearsedStep const&)> walked;
  Waits waits;  // an answer got lost
  std::function<void()> putting_back;  // from here on nothing may stop the run but a second signal
};

// REQUIRES: the run lock; `prepared` was made under it. Errors: store, before anything was written.
Result<Rehearsed> rehearse(RunContext& run, PreparedRehearsal const& prepared, RehearsalWatch const& watch);

}  // namespace tandem::sync
