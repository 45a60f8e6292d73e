#include <tandem/mapping/richtext/align.hpp>

#include <algorithm>
#include <cstdint>

namespace tandem::mapping::richtext {

std::vector<std::optional<std::size_t>> align(std::vector<std::string> const& a, std::vector<std::string> const& b) {
  std::vector<std::optional<std::size_t>> partner(a.size());
  std::size_t start = 0;
  while (start < a.size() && start < b.size() && a[start] == b[start]) {
    partner[start] = start;
    ++start;
  }
  std::size_t end = 0;
  while (end < a.size() - start && end < b.size() - start && a[a.size() - 1 - end] == b[b.size() - 1 - end]) {
    partner[a.size() - 1 - end] = b.size() - 1 - end;
    ++end;
  }
  auto const rows = a.size() - start - end;
  auto const columns = b.size() - start - end;
  if (rows == 0 || columns == 0 || rows > kMostCells / columns) return partner;
  // best[i][j]: how many correspond of a's entries from i and b's from j on.
  std::vector<std::uint32_t> best((rows + 1) * (columns + 1), 0);
  auto const at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return best[i * (columns + 1) + j]; };
  for (auto i = rows; i-- > 0;) {
    for (auto j = columns; j-- > 0;) {
      at(i, j) = a[start + i] == b[start + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
    if (a[start + i] == b[start + j]) {
      partner[start + i] = start + j;
      ++i;
      ++j;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      ++i;
    } else {
      ++j;
    }
  }
  return partner;
}

}  // namespace tandem::mapping::richtext
