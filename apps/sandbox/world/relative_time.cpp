#include "world/relative_time.hpp"

namespace sandbox {

std::optional<tandem::Instant> instant_or_relative(std::string_view text, tandem::Instant now) {
  if (text == "now") return now;
  if (auto const at = tandem::parse_instant(text)) return at;
  bool const before = text.starts_with('-');
  if (before || text.starts_with('+')) text.remove_prefix(1);
  auto const duration = tandem::parse_duration(text);
  if (!duration) return std::nullopt;
  return before ? now - *duration : now + *duration;
}

}  // namespace sandbox
