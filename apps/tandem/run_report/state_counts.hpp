// StateCounts: what the store holds after a run: links, what waits and for whom, and when a run last went well.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/store/store.hpp>

namespace tandem::cli {

struct ItemCounts {
  std::uint64_t links = 0;
  std::uint64_t waiting = 0, parked = 0;  // records and conversations that are tried again, or not any more
  std::uint64_t held = 0;  // fields
};

struct StateCounts {
  std::map<std::string, ItemCounts> items;
  std::uint64_t outbox = 0;  // events
  std::uint64_t unsettled = 0;  // writes whose outcome is not known
  std::optional<Instant> succeeded_at;  // the end of the last run of sync-once that ended with 0, by Dataverse's clock
};

Result<StateCounts> count_state(store::Store& store);

}  // namespace tandem::cli
