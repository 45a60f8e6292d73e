// Undo: the values from before one run go back, where nobody edited since (decision 0030).
//
// prepare_undo() reads history, store and both systems and tells what would go back and why the rest does not; it writes nothing. undo() does what
// was shown, by the writers of a cycle: each write has its intent, is bound to the version that was read or looked for in the history, and
// is in the history as a run of its own, which can be undone like any other. A value that was edited between showing and writing is left alone.
// Killed anywhere, a later run settles the last write; the rest goes back when the undo is asked for again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/sync/history_query.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/undo/plan_undo.hpp>

namespace tandem::sync::undo {

struct Question {
  std::string run;  // its id, or kLast
  std::string item{}, field{};  // "" = any
  std::optional<HistoryLink> link{};
  std::optional<Side> side{};
};
// Stands for the newest run that wrote anything and is no undo itself.
inline constexpr std::string_view kLast = "last";
// An undo names itself so in the history: "undo-0123456789ab".
inline constexpr std::string_view kUndoRun = "undo-";

struct ItemPlan {
  RunItem const* item = nullptr;
  std::vector<LinkPlan> links;  // those with steps
};

struct Prepared {
  std::string run;  // that is taken back
  std::string undoes;  // the run that it took back itself
  std::optional<Instant> began;
  std::vector<ItemPlan> items;
  std::vector<Left> left;
  std::vector<Stays> stays;
  std::size_t already = 0;
  [[nodiscard]] std::vector<Step> steps() const;
};

// Errors: not_found (no such run in the history), config (what the history tells of the run cannot be asked for), what a service answers.
Result<Prepared> prepare_undo(RunContext& run, LinkItems const& items, Question const& question);

struct Undone {
  std::vector<Step> done;
  std::vector<Left> not_done;  // of what was shown
  std::optional<Error> stopped;  // what ended it before its end
};

// REQUIRES: the run lock. `shown`: what is done at most. Errors: refused, before anything is written, when it is more than brakes.maxUpdates of an
// item; store.
Result<Undone> undo(RunContext& run, LinkItems const& items, Prepared const& shown, Question const& question);

// Settles what earlier runs left open, so that it is known what stands. REQUIRES: the run lock.
Result<Unit> settle_first(RunContext& run, LinkItems const& items);

}  // namespace tandem::sync::undo
