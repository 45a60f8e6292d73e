// Comparing names of statuses as people do: case, accents, punctuation, signs and a leading number make no difference.
#pragma once

#include <string>
#include <string_view>

namespace tandem::mapping::status {

// "2. In-Progress ✅" -> "in progress"; "Won’t do" -> "wont do". Full-width letters become plain ones. "" when nothing but signs was there.
std::string name_key(std::string_view name);

// The same without blanks: "in-progress" and "InProgress" are near.
bool near_equal(std::string_view one, std::string_view other);

}  // namespace tandem::mapping::status
