// What waits of an item or is parked, for people: records that failed, and conversations that did (SPEC E8). The dashboard lists it.
#pragma once

#include <string_view>
#include <vector>

#include <tandem/sync/retry_table.hpp>

namespace tandem::sync {

// At most `most` of either, records first. A conversation's entry stands under its record, its detail begins with "comments and files: ".
Result<std::vector<Retry>> waiting_of(store::Reader& reader, std::string_view item, std::size_t most);

}  // namespace tandem::sync
