// The words by which the history tells what was done, and which side each of them wrote.
//
// `append_history` takes any word: an older or newer tandem may know others, which are shown and found all the same.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <tandem/sync/plan.hpp>

namespace tandem::sync {

struct HistoryAction {
  std::string_view name;
  std::optional<Side> side;  // nothing: neither system was written
};

std::span<HistoryAction const> history_actions();
// Nothing for words that wrote to neither side, or are not known.
std::optional<Side> side_written(std::string_view action);

}  // namespace tandem::sync
