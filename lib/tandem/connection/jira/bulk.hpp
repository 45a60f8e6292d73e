// Mapping a bulk create's answer to its elements (contract: jira.md §5).
//
// `issues` holds the successes only, in request order; `errors` names the failed elements by failedElementNumber. Whether that
// counts from 0 or 1 is not documented beyond doubt: 0 is taken, 1 only when the numbers fit nothing else (an element number
// equal to the count). Errors: unknown_outcome when the counts do not add up: some issues may exist, and which element they
// belong to cannot be told.
#pragma once

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/jira/client.hpp>

namespace tandem::jira {

Result<BulkCreated> map_bulk(json::Value const& body, std::size_t elements);

}  // namespace tandem::jira
