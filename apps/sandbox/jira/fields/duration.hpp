// Estimates in Jira's words: "2d 4h 30m", with the default working week of 5 days of 8 hours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::jira {

std::optional<std::int64_t> duration_seconds(std::string_view text);  // "2d", "1w 3h"; a bare number is minutes
std::string duration_text(std::int64_t seconds);                      // "2d 4h"; zero is "0m"

}  // namespace sandbox::jira
