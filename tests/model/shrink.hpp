// Shrinking: the fewest steps of a failing history that still fail. Chunks go first, then single steps, until none can go.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

namespace model_test {

// `fails` says whether these steps still show the fault; it is asked at most `most` times.
template <class Step>
std::vector<Step> shrink(std::vector<Step> steps, std::function<bool(std::vector<Step> const&)> const& fails,
                         std::size_t most = 200) {
  for (std::size_t chunk = steps.size() / 2; chunk > 0;) {
    bool smaller = false;
    for (std::size_t at = 0; at < steps.size() && most > 0;) {
      auto fewer = steps;
      auto const from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, fewer.size())));
      --most;
      if (fails(fewer)) {
        steps = std::move(fewer);
        smaller = true;
      } else {
        at += chunk;
      }
    }
    if (!smaller || chunk > 1) chunk /= 2;
    if (most == 0) break;
  }
  return steps;
}

}  // namespace model_test
