// The only clock of ours: it paces waiting within a run and decides nothing about data (SPEC R8).
#pragma once

#include <chrono>
#include <functional>

#include <tandem/base/time/instant.hpp>

namespace tandem {

struct Clock {
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point now() = 0;
  // Waits, or returns early (false) when `stop` turned true; `stop` is asked at least every 100 ms.
  virtual bool sleep_for(Millis wait, std::function<bool()> const& stop) = 0;
};

// The machine's steady clock.
Clock& system_clock();

}  // namespace tandem
