// JQL dates (contract §4): literals in the account's zone with minute resolution, periods like "-30m", epoch milliseconds without quotes, now().
#pragma once

#include "jira/jql/parser.hpp"
#include "jira/site.hpp"

namespace sandbox::jira::jql {

// How dates are read: now, the caller's zone, and whether bare epoch milliseconds are taken (Settings::epoch_jql).
struct DateReading {
  Instant now;
  std::string zone;
  bool epoch = true;
};
inline DateReading reading_of(Site const& site, Reader const& reader) {
  return {site.now(), reader.zone, site.settings.epoch_jql};
}

std::optional<Instant> read_date(Operand const& operand, DateReading const& reading);
// The day in that zone.
std::chrono::local_days day_of(Instant at, std::string const& zone);

}  // namespace sandbox::jira::jql
