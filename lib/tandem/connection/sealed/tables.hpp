// The table of sealed records and the names in it: "client-secret", "jira-token", "token:<key>".
#pragma once

#include <string>
#include <string_view>

#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sealed {

inline constexpr store::Table<Record> kSealed{"sealed"};
inline constexpr std::string_view kTokenPrefix = "token:";

inline std::string token_name(std::string_view key) { return std::string(kTokenPrefix) + std::string(key); }

}  // namespace tandem::sealed
