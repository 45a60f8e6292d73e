#include <tandem/mapping/value/zone.hpp>

#include <exception>

#include <date/tz.h>

namespace tandem::mapping::value {

std::optional<Zone> Zone::find(std::string const& name) {
  // The database is a directory: a name that is empty or leads out of it must not become a file lookup.
  if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) return std::nullopt;
  try {
    return Zone(date::locate_zone(name));
  } catch (std::exception const&) {  // "not found in timezone database": the library knows no other way to say it
    return std::nullopt;
  }
}

std::vector<std::string> Zone::names() {
  std::vector<std::string> names;
  try {
    for (auto const& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (std::exception const&) {  // no database: nothing to suggest
  }
  return names;
}

Instant Zone::wall_of(Instant at) const { return Instant{zone_->to_local(at).time_since_epoch()}; }

Instant Zone::instant_of(Instant wall) const {
  return zone_->to_sys(date::local_time<Millis>{wall.time_since_epoch()}, date::choose::earliest);
}

Date Zone::date_of(Instant at) const { return Date{std::chrono::floor<std::chrono::days>(wall_of(at))}; }

Instant Zone::start_of(Date day) const { return instant_of(Instant{std::chrono::sys_days{day}}); }

}  // namespace tandem::mapping::value
