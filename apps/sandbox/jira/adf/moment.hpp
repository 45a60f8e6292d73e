// An ADF date's timestamp is text: milliseconds since 1970, read as a day in UTC (contract §13).
#pragma once

#include <string>
#include <string_view>

namespace sandbox::jira {

std::string date_of_timestamp(std::string_view millis);  // "2024-06-12"; what is no number stays as it is

}  // namespace sandbox::jira
