// Explaining whether a case is closed: X3's conditions in their order (SPEC X3, G5). Pure.
#pragma once

#include <tandem/sync/explain.hpp>

namespace tandem::sync::explain {

// The table is incident -> status is on -> linked -> the status is matched, by which rule -> it moved -> privileges -> status reason, type
// and text of the resolution -> the last refusal.
Effect case_close(Facts const& facts);

}  // namespace tandem::sync::explain
