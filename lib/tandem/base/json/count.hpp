#pragma once

#include <cstdint>

#include <tandem/base/json/value.hpp>

namespace tandem::json {

// How many: a whole number that is not negative; for anything else the other one. A damaged record must not become 18 trillion of something.
inline std::uint64_t count_of(Value const& value, std::uint64_t other = 0) {
  auto const number = value.integer();
  return number && *number >= 0 ? static_cast<std::uint64_t>(*number) : other;
}

}  // namespace tandem::json
