#include <tandem/sync/marks_behind.hpp>

#include <utility>

namespace tandem::sync {

namespace {

// The second part keeps Jira busy while the first writes its batch of notes to Dynamics.
constexpr std::size_t kParts = 2;

}  // namespace

MarksBehind::MarksBehind(RunContext& run, mapping::CompiledItem const& item, ItemRun& stats)
    : run_(run), item_(item), stats_(stats) {}

MarksBehind::~MarksBehind() { static_cast<void>(finish()); }  // what failed is still owed

Result<Unit> MarksBehind::wait_until_under_way(std::size_t most) {
  Result<Unit> first = Unit{};
  while (under_way_.size() > most) {
    auto done = under_way_.front().get();
    under_way_.pop_front();
    stats_.marks += done.counted.marks;
    stats_.failed += done.counted.failed;
    for (auto const& [reason, count] : done.counted.skipped) stats_.skipped[reason] += count;
    if (first && !done.result) first = std::move(done.result);
  }
  return first;
}

Result<Unit> MarksBehind::hand_over(std::vector<MarkedLink> links) {
  if (run_.options.jobs <= 1) return write_marks(run_, item_, std::move(links), stats_);
  if (links.empty()) return Unit{};
  TANDEM_CHECK(wait_until_under_way(kParts - 1));
  under_way_.push_back(std::async(std::launch::async, [this, these = std::move(links)]() mutable {
    ItemRun counted;
    auto result = write_marks(run_, item_, std::move(these), counted);
    return Done{std::move(result), std::move(counted)};
  }));
  return Unit{};
}

Result<Unit> MarksBehind::finish() { return wait_until_under_way(0); }

}  // namespace tandem::sync
