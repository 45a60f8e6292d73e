#include "jira/adf/moment.hpp"

#include <charconv>

#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

std::string date_of_timestamp(std::string_view millis) {
  std::int64_t value = 0;
  auto const* last = millis.data() + millis.size();
  auto const parsed = std::from_chars(millis.data(), last, value);
  constexpr std::int64_t kFarthest = 253402300799999;  // the end of year 9999
  if (parsed.ec != std::errc{} || parsed.ptr != last || value > kFarthest || value < -kFarthest) return std::string(millis);
  return tandem::to_text(tandem::Date{std::chrono::floor<std::chrono::days>(tandem::from_epoch_millis(value))});
}

}  // namespace sandbox::jira
