// A bounded number of workers for writes that do not depend on each other. With one job everything runs in order on the caller's thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace tandem::sync {

inline void for_each_of(std::size_t count, int jobs, std::function<void(std::size_t)> const& body) {
  if (jobs <= 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) body(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> workers;
  auto const most = std::min(count, static_cast<std::size_t>(jobs));
  workers.reserve(most);
  for (std::size_t w = 0; w < most; ++w) {
    workers.emplace_back([&] {
      for (auto i = next++; i < count; i = next++) body(i);
    });
  }
}

}  // namespace tandem::sync
