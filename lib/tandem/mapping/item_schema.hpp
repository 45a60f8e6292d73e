// The published JSON Schema (draft-04) of item files, as it stands in tandem-item.schema.json.
#pragma once

#include <string_view>

namespace tandem::mapping {

std::string_view item_schema();

}  // namespace tandem::mapping
