#include "jira/zones.hpp"

#include <stdexcept>
#include <unordered_map>

#include <date/tz.h>
#include <fmt/format.h>

namespace sandbox::jira {

namespace {

date::time_zone const* find_zone(std::string const& name) {
  static std::unordered_map<std::string, date::time_zone const*> known;
  auto const held = known.find(name);
  if (held != known.end()) return held->second;
  date::time_zone const* zone = nullptr;
  try {
    zone = date::locate_zone(name);
  } catch (std::runtime_error const&) {
    zone = nullptr;  // not an IANA name
  }
  return known.emplace(name, zone).first->second;
}

std::chrono::seconds offset_at(tandem::Instant at, std::string const& zone) {
  auto const* found = find_zone(zone);
  return found == nullptr ? std::chrono::seconds{0} : found->get_info(at).offset;
}

}  // namespace

bool zone_exists(std::string const& zone) { return find_zone(zone) != nullptr; }

std::chrono::local_time<tandem::Millis> local_of(tandem::Instant at, std::string const& zone) {
  return std::chrono::local_time<tandem::Millis>{(at + offset_at(at, zone)).time_since_epoch()};
}

std::string stamp(tandem::Instant at, std::string const& zone) {
  auto const offset = offset_at(at, zone);
  auto const minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  auto text = tandem::to_jira_time(at + offset);  // ends with +0000
  text.resize(text.size() - 5);
  auto const away = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{}{:02}{:02}", text, minutes < 0 ? '-' : '+', away / 60, away % 60);
}

tandem::Instant instant_of_local(std::chrono::local_time<tandem::Millis> local, std::string const& zone) {
  auto const* found = find_zone(zone);
  date::local_time<tandem::Millis> const there{local.time_since_epoch()};
  if (found == nullptr) return tandem::Instant{local.time_since_epoch()};
  return found->to_sys(there, date::choose::earliest);
}

}  // namespace sandbox::jira
