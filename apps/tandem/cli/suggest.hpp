// Suggest: the accepted word nearest to a misspelt one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::cli {

// The nearest of `accepted`, by edits (a swap of neighbours counts as one) and by whole-word prefix; "" when none is near.
std::string nearest(std::string_view word, std::vector<std::string> const& accepted);
// "; did you mean --dry-run?" or "".
std::string did_you_mean(std::string_view word, std::vector<std::string> const& accepted);

}  // namespace tandem::cli
