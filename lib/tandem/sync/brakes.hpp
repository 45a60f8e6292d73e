// Brakes (SPEC E12): before an item's first write its candidates are counted by id, up to the limit + 1.
#pragma once

#include <optional>
#include <string>

#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct DueChanges {
  std::uint64_t creates = 0, updates = 0;
};

// refused, naming the flag, when more is due than the item allows.
Result<Unit> check_brakes(RunContext const& run, mapping::Item const& item, DueChanges const& due);

// Counts what the feed holds from `lower` on without reading its columns: unlinked records that pass filter and baseline, linked ones that
// changed. Stops counting one past each limit.
Result<DueChanges> count_ahead(RunContext& run, RunItem const& item, std::optional<Instant> lower);

// "modifiedon ge …", "createdon ge …", the filter: joined by and; "" when all are absent.
std::string feed_filter(std::optional<Instant> modified_from, std::optional<Instant> created_from, std::string const& filter);

}  // namespace tandem::sync
