#include "cli/suggest.hpp"

#include <algorithm>

namespace tandem::cli {

namespace {
// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const same = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + same});
      bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}
}  // namespace

std::string nearest(std::string_view word, std::vector<std::string> const& accepted) {
  if (word.empty() || word.size() > 100) return {};
  std::string best;
  std::size_t best_cost = 1 + word.size() / 4;  // more edits than this is another word
  for (auto const& candidate : accepted) {
    bool const begins = word.size() >= 3 && candidate.starts_with(word);
    auto const cost = begins ? 1 : distance(word, candidate);
    if (cost < best_cost || (cost == best_cost && best.empty())) {
      best = candidate;
      best_cost = cost;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& accepted) {
  auto const found = nearest(word, accepted);
  return found.empty() ? std::string{} : "; did you mean " + found + "?";
}

}  // namespace tandem::cli
