// MarksBehind: link notes and remote links of new links are written while the next issues are made.
//
// What a link owes stands in the store since the link's own commit, so nothing depends on when it is paid: a run that ends before is continued by
// the next one (write_owed). Making 50 issues takes three requests in a row, their remote links 50 that may go side by side; one after the other, a
// backfill would leave the services idle for a third of its time. With one job everything is written at once, in order.
//
// Links on their way must not be reconciled meanwhile: call finish() before. Not thread-safe: for the thread that runs the item.
#pragma once

#include <deque>
#include <future>
#include <vector>

#include <tandem/sync/marks_writer.hpp>

namespace tandem::sync {

class MarksBehind {
 public:
  MarksBehind(RunContext& run, mapping::CompiledItem const& item, ItemRun& stats);
  ~MarksBehind();  // waits for what is under way
  MarksBehind(MarksBehind const&) = delete;
  MarksBehind& operator=(MarksBehind const&) = delete;

  // Begins to write them, once at most one other part is under way; the error is one of what was handed over before.
  Result<Unit> hand_over(std::vector<MarkedLink> links);
  // Returns when all is written.
  Result<Unit> finish();

 private:
  struct Done {
    Result<Unit> result;
    ItemRun counted;  // apart: the item's own counts belong to the thread that runs it
  };
  Result<Unit> wait_until_under_way(std::size_t most);

  RunContext& run_;
  mapping::CompiledItem const& item_;
  ItemRun& stats_;
  std::deque<std::future<Done>> under_way_;
};

}  // namespace tandem::sync
