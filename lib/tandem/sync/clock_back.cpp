#include <tandem/sync/clock_back.hpp>

namespace tandem::sync {

std::optional<Instant> set_back(std::optional<Instant> watermark, std::optional<Instant> read_at) {
  if (!watermark || !read_at || *watermark <= *read_at + kClocksAgree) return std::nullopt;
  return *read_at - kClockDoubt;
}

Instant reached(Instant row, std::optional<Instant> read_at) { return read_at && row > *read_at + kClocksAgree ? *read_at : row; }

}  // namespace tandem::sync
