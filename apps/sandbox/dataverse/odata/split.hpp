// Lists in query options: "a,b($select=c,d;$expand=e),f" split at a sign, but not inside parentheses or quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox::dataverse::odata {

std::vector<std::string> split_outside(std::string_view text, char separator);  // parts trimmed, empty ones left out

}  // namespace sandbox::dataverse::odata
