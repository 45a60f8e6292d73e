// CrashPoint: where a run dies. Every door to the outside (each request, each commit) counts a step before and a step after its effect; at the
// chosen step the process is taken for dead: from then on both doors refuse everything, so that unwinding code cannot write.
#pragma once

#include <atomic>
#include <cstdint>

namespace tandem::test {

class CrashPoint {
 public:
  // Dies at step `at` (1 = the first); 0 = never.
  explicit CrashPoint(std::uint64_t at = 0) : at_(at) {}
  // True when the caller may go on; false from the moment of death.
  bool step() {
    if (dead_) return false;
    if (++steps_ == at_) dead_ = true;
    return !dead_;
  }
  [[nodiscard]] bool dead() const { return dead_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  std::uint64_t at_;
  std::uint64_t steps_ = 0;
  bool dead_ = false;
};

}  // namespace tandem::test
