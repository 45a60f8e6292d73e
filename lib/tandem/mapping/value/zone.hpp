// A declared time zone (IANA name), from the system's tz database. Used where a point in time must become a calendar day or a wall clock
// must become a point in time (SPEC C2: a date never shifts by itself).
//
// A wall clock that a zone skips (spring) becomes the instant of the change; one that stands twice (autumn) becomes the earlier.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
  explicit Zone(date::time_zone const* zone) : zone_(zone) {}
  date::time_zone const* zone_;
};

}  // namespace tandem::mapping::value
