#include <tandem/base/time/clock.hpp>

#include <algorithm>
#include <thread>

namespace tandem {

namespace {
class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::now(); }
  bool sleep_for(Millis wait, std::function<bool()> const& stop) override {
    auto const end = now() + wait;
    while (now() < end) {
      if (stop && stop()) return false;
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(end - now(), Millis{100}));
    }
    return true;
  }
};
}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace tandem
