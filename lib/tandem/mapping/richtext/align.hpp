// Align: which entries of two lists correspond, in order, as many as possible (the longest common subsequence).
//
// Work: the equal ends are cut off first; the rest costs its product. Beyond kMostCells entries that either list has once divide the rest into
// parts; a part that is still too large does not correspond, which makes a caller more careful but never wrong.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tandem::mapping::richtext {

inline constexpr std::size_t kMostCells = 4'000'000;

// For each entry of `a` the place of its partner in `b`; partners rise.
std::vector<std::optional<std::size_t>> align(std::vector<std::string> const& a, std::vector<std::string> const& b);

}  // namespace tandem::mapping::richtext
