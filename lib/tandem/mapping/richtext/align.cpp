#include <tandem/mapping/richtext/align.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace tandem::mapping::richtext {

namespace {

using List = std::vector<std::string>;
using Partners = std::vector<std::optional<std::size_t>>;

struct Part {
  std::size_t from = 0, to = 0;
  [[nodiscard]] std::size_t size() const { return to - from; }
};

// The longest common subsequence of two parts, by the table.
void align_small(List const& a, List const& b, Part in_a, Part in_b, Partners& partner) {
  auto const rows = in_a.size();
  auto const columns = in_b.size();
  // best[i][j]: how many correspond of a's entries from i and b's from j on.
  std::vector<std::uint32_t> best((rows + 1) * (columns + 1), 0);
  auto const at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return best[i * (columns + 1) + j]; };
  auto const equal = [&](std::size_t i, std::size_t j) { return a[in_a.from + i] == b[in_b.from + j]; };
  for (auto i = rows; i-- > 0;) {
    for (auto j = columns; j-- > 0;) at(i, j) = equal(i, j) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  }
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    if (equal(i, j)) {
      partner[in_a.from + i] = in_b.from + j;
      ++i;
      ++j;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
}

// Pairs of entries that both parts have exactly once, as many as rise in both: the longest increasing subsequence.
std::vector<std::pair<std::size_t, std::size_t>> anchors(List const& a, List const& b, Part in_a, Part in_b) {
  struct Seen {
    std::size_t in_a = 0, in_b = 0, count_a = 0, count_b = 0;
  };
  std::unordered_map<std::string_view, Seen> seen;
  for (auto i = in_a.from; i < in_a.to; ++i) {
    auto& one = seen[a[i]];
    one.in_a = i;
    ++one.count_a;
  }
  for (auto j = in_b.from; j < in_b.to; ++j) {
    auto& one = seen[b[j]];
    one.in_b = j;
    ++one.count_b;
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (auto i = in_a.from; i < in_a.to; ++i) {
    auto const& one = seen[a[i]];
    if (one.count_a == 1 && one.count_b == 1) pairs.emplace_back(i, one.in_b);
  }
  std::vector<std::size_t> ends, before(pairs.size());  // ends[n]: of the runs of length n + 1 the one that ends lowest
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    auto const found = std::lower_bound(ends.begin(), ends.end(), i,
                                        [&](std::size_t x, std::size_t y) { return pairs[x].second < pairs[y].second; });
    before[i] = found == ends.begin() ? i : *(found - 1);
    if (found == ends.end())
      ends.push_back(i);
    else
      *found = i;
  }
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (auto i = ends.empty() ? 0 : ends.back(), left = ends.size(); left > 0; --left, i = before[i]) out.push_back(pairs[i]);
  std::reverse(out.begin(), out.end());
  return out;
}

void align_part(List const& a, List const& b, Part in_a, Part in_b, Partners& partner, bool divide) {
  while (in_a.size() > 0 && in_b.size() > 0 && a[in_a.from] == b[in_b.from]) partner[in_a.from++] = in_b.from++;
  while (in_a.size() > 0 && in_b.size() > 0 && a[in_a.to - 1] == b[in_b.to - 1]) partner[--in_a.to] = --in_b.to;
  if (in_a.size() == 0 || in_b.size() == 0) return;
  if (in_a.size() <= kMostCells / in_b.size()) return align_small(a, b, in_a, in_b, partner);
  if (!divide) return;
  for (auto const& [in_first, in_second] : anchors(a, b, in_a, in_b)) {
    partner[in_first] = in_second;
    align_part(a, b, {in_a.from, in_first}, {in_b.from, in_second}, partner, false);
    in_a.from = in_first + 1;
    in_b.from = in_second + 1;
  }
  align_part(a, b, in_a, in_b, partner, false);
}

}  // namespace

std::vector<std::optional<std::size_t>> align(std::vector<std::string> const& a, std::vector<std::string> const& b) {
  Partners partner(a.size());
  align_part(a, b, {0, a.size()}, {0, b.size()}, partner, true);
  return partner;
}

}  // namespace tandem::mapping::richtext
