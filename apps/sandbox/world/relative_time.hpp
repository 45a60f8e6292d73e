// Times in world files: an instant ("2026-01-05T10:00:00Z"), or relative to the load ("-1h", "14d", "now"), so that a world stays fresh.
#pragma once

#include <optional>
#include <string_view>

#include <tandem/base/time/instant.hpp>

namespace sandbox {

std::optional<tandem::Instant> instant_or_relative(std::string_view text, tandem::Instant now);

}  // namespace sandbox
