// How far an item is, told after each batch (SPEC E11).
#include <tandem/sync/item_cycle.hpp>

namespace tandem::sync {

void ItemCycle::begin(Work work, std::optional<std::uint64_t> total) {
  progress_.work = work;
  progress_.done = 0;
  progress_.total = total;
}

void ItemCycle::advance(std::uint64_t done) {
  progress_.done += done;
  progress_.seen = stats_.seen;
  progress_.failed = stats_.failed;
  run_.tell([&](Observer& observer) { observer.progress(progress_); });
}

}  // namespace tandem::sync
