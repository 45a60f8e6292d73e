// Deliveries: ids of deliveries that were taken, so that a repeated one does nothing (SPEC F7).
//
// Remembered for 30 days by Jira's `Date` (decision 0009): nobody's clock is asked when a delivery comes, as there is no request; the
// first drain afterwards dates it. Tables: "deliveries" (id -> what it was about), "deliveries_new" (id -> "": not dated yet), "deliveries_by_date"
// ((date, id) -> "").
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>
#include <tandem/sync/event/queued_hint.hpp>

namespace tandem::sync::event {

inline constexpr Millis kRememberDeliveries = std::chrono::days{30};

// False when it was taken before. In the caller's transaction, beside the append. An id may be any bytes; a long one is kept by its digest.
Result<bool> take_delivery(store::Writer& writer, std::string_view id, std::vector<QueuedHint> const& about = {});
// What a delivery was about, as it was taken; nothing for an id that is not known, an empty list for one of an earlier version.
Result<std::optional<std::vector<QueuedHint>>> find_delivery(store::Reader& reader, std::string_view id);
// Dates those that came since, and forgets those that are older; at most `most` of each.
Result<Unit> date_deliveries(store::Writer& writer, Instant now, std::size_t most = 5000);

}  // namespace tandem::sync::event
