// A service's clock that went back, or was ahead for a while, and what then becomes of what is counted by it (SPEC R8, E3).
#pragma once

#include <optional>

#include <tandem/base/time/instant.hpp>

namespace tandem::sync {

// A service's clock that shows an earlier time than a watermark of that service went back, or was ahead for a while: what is written from then on
// has times before the watermark, which no feed would look at.
inline constexpr Millis kClocksAgree{std::chrono::minutes{2}};
inline constexpr Millis kClockDoubt{std::chrono::hours{7 * 24}};  // how long nobody may have looked
// Where to read on from; nothing when the clock is right.
std::optional<Instant> set_back(std::optional<Instant> watermark, std::optional<Instant> read_at);
// A row's time, but not one that the service's clock has not reached: a watermark never runs ahead of it.
Instant reached(Instant row, std::optional<Instant> read_at);

}  // namespace tandem::sync
