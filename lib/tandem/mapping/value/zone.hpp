// A declared time zone (IANA name), from the system's tz database. Used where a point in time must become a calendar day or a wall clock
// must become a point in time (SPEC C2: a date never shifts by itself).
//
// Finding one looks at one file. The library behind it looks at all 600 and the leap seconds before it reads its first zone (700
// system calls, some 5 ms), so that waits for the first conversion: a run that converts no time is spared it.
//
// A wall clock that a zone skips (spring) becomes the instant of the change; one that stands twice (autumn) becomes the earlier.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/time/instant.hpp>

namespace date {
class time_zone;
}

namespace tandem::mapping::value {

class Zone {
 public:
  // Nothing when the tz database has no such zone.
  static std::optional<Zone> find(std::string const& name);
  // Known names, for suggestions.
  static std::vector<std::string> names();

  [[nodiscard]] Instant wall_of(Instant at) const;  // the zone's wall clock at `at`, written as if it were UTC
  [[nodiscard]] Instant instant_of(Instant wall) const;
  [[nodiscard]] Date date_of(Instant at) const;
  [[nodiscard]] Instant start_of(Date day) const;  // its midnight, or its first moment where midnight is skipped

 private:
  explicit Zone(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] date::time_zone const& rules() const;

  std::string name_;
};

}  // namespace tandem::mapping::value
