// Finding the twins of links whose store was lost (SPEC D11): both sides are listed in few requests, and compared by content only where
// nothing else tells one file from another. Reads only.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <tandem/link/twins.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync::conversation {

struct FoundTwins {
  std::vector<link::Twin> twins;
  std::optional<Error> failed;  // why not all of this conversation could be read
};

// In the order of `links`; nothing for an item without comments and attachments. Errors: only those that end the whole run.
Result<std::vector<FoundTwins>> find_twins(RunContext& run, mapping::CompiledItem const& item,
                                           std::vector<link::Link> const& links,
                                           std::function<void(std::size_t)> const& progress);

}  // namespace tandem::sync::conversation
