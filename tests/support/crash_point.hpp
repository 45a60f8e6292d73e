// CrashPoint: where a run dies. Every door to the outside (each request, each commit) counts a step before and a step after its effect; at the
// chosen step the process is taken for dead: from then on both doors refuse everything, so that unwinding code cannot write.
#pragma once

#include <cstdint>
#include <functional>

namespace tandem::test {

enum class Moment : std::uint8_t { before_request, after_request, before_commit, after_commit };

class CrashPoint {
 public:
  // Dies at step `at` (1 = the first); 0 = never.
  explicit CrashPoint(std::uint64_t at = 0) : at_(at) {}
  // True when the caller may go on; false from the moment of death.
  bool step(Moment moment) {
    if (dead_) return false;
    if (++steps_ == at_ || doomed_) dead_ = true;
    if (!dead_ && at_each) at_each(moment);
    return !dead_;
  }
  void die() { dead_ = true; }
  // The answer that just came breaks off in its middle; what the process makes of that ends at its next step.
  void cut() { cut_ = doomed_ = true; }
  [[nodiscard]] bool cuts() const { return cut_ && !dead_; }
  [[nodiscard]] bool dead() const { return dead_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  // Called at each step that is lived through; it may call `die` or `cut`.
  std::function<void(Moment)> at_each{};

 private:
  std::uint64_t at_;
  std::uint64_t steps_ = 0;
  bool dead_ = false, cut_ = false, doomed_ = false;
};

}  // namespace tandem::test
