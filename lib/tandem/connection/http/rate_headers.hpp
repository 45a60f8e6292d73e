// Rate headers: reading what the services' answers say about their limits (contracts: jira.md §11, dataverse.md §4, §15).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

// A plain decimal number, whole.
std::optional<double> rate_number(std::string_view text);
// `r` of "global-app-quota";r=120;t=1800.
std::optional<std::int64_t> rate_member(std::string_view header, std::string_view name);
// "RateLimit" or "RateLimit-Policy", with or without the prefix "Beta-".
std::optional<std::string_view> quota_header(Response const& response, std::string const& name);

}  // namespace tandem::http
