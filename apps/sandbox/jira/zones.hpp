// Time zones of accounts: Jira writes time stamps with the reader's offset (without colon) and reads JQL dates in that zone (contract §4, §6).
#pragma once

#include <string>

#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

bool zone_exists(std::string const& zone);  // an IANA name
// REQUIRES for both: zone_exists(zone).
std::string stamp(tandem::Instant at, std::string const& zone);  // "2024-06-12T16:13:25.000+0200"
tandem::Instant instant_of_local(std::chrono::local_time<tandem::Millis> local,
                                 std::string const& zone);  // the earlier of two, the end of a gap
std::chrono::local_time<tandem::Millis> local_of(tandem::Instant at, std::string const& zone);

}  // namespace sandbox::jira
