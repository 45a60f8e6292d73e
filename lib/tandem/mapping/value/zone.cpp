#include <tandem/mapping/value/zone.hpp>

#include <array>
#include <exception>
#include <fstream>

#include <date/tz.h>

namespace tandem::mapping::value {

namespace {

// Where the library looks first; a zone that is there by name is one that it finds.
constexpr char const* kDatabase = "/usr/share/zoneinfo/";

// "Europe/Berlin"; neither a machine's own "localtime" nor the same zones counted otherwise, which the library leaves out too.
bool is_plain(std::string const& name) {
  return name == "UTC" || (name.find('/') != std::string::npos && name.find("//") == std::string::npos &&
                           name.find("/.") == std::string::npos && !name.starts_with("posix/") && !name.starts_with("right/"));
}

bool has_file(std::string const& name) {
  if (!is_plain(name)) return false;
  std::array<char, 4> magic{};
  std::ifstream file(kDatabase + name, std::ios::binary);
  return file.read(magic.data(), magic.size()) && std::string_view(magic.data(), magic.size()) == "TZif";
}

}  // namespace

std::optional<Zone> Zone::find(std::string const& name) {
  // The database is a directory: a name that is empty or leads out of it must not become a file lookup.
  if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) return std::nullopt;
  if (has_file(name)) return Zone(name);
  try {
    return Zone(date::locate_zone(name)->name());
  } catch (std::exception const&) {  // "not found in timezone database": the library knows no other way to say it
    return std::nullopt;
  }
}

// A look-up among 600 names, once the library has read its database.
date::time_zone const& Zone::rules() const { return *date::locate_zone(name_); }

std::vector<std::string> Zone::names() {
  std::vector<std::string> names;
  try {
    for (auto const& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (std::exception const&) {  // no database: nothing to suggest
  }
  return names;
}

Instant Zone::wall_of(Instant at) const { return Instant{rules().to_local(at).time_since_epoch()}; }

Instant Zone::instant_of(Instant wall) const {
  return rules().to_sys(date::local_time<Millis>{wall.time_since_epoch()}, date::choose::earliest);
}

Date Zone::date_of(Instant at) const { return Date{std::chrono::floor<std::chrono::days>(wall_of(at))}; }

Instant Zone::start_of(Date day) const { return instant_of(Instant{std::chrono::sys_days{day}}); }

}  // namespace tandem::mapping::value
