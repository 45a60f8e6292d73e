// How Dataverse compares texts: without regard to case, and with the wildcards % _ [set] [^set] (dataverse.md §7).
#pragma once

#include <string>
#include <string_view>

namespace sandbox::dataverse::odata {

std::string lowered(std::string_view utf8);  // ASCII, Latin, Greek and Cyrillic letters
bool has_wildcard(std::string_view pattern);
// Both must be lowered. "%" is any run, "_" one character, "[ab-c]" one of a set.
bool is_like(std::string_view pattern, std::string_view text);

}  // namespace sandbox::dataverse::odata
