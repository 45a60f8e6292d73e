// The access token of the box: an unsigned JWT (entra.md §2, §9), so that Dataverse can check audience, application and lifetime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::entra {

// Dataverse as an application: the audience of a v2 token.
constexpr std::string_view kDataverseAppId = "00000007-0000-0000-c000-000000000000";

struct Token {
  std::string audience;  // "https://org.crm.dynamics.com", or kDataverseAppId
  std::string tenant;  // tid
  std::string application;  // appid, or azp of a v2 token
  std::string object;  // oid, the service principal
  std::int64_t issued_at = 0, expires_at = 0;  // seconds since 1970
};

std::string write_token(Token const& token);
std::optional<Token> read_token(std::string_view text);  // nothing when it is not one of ours

}  // namespace sandbox::entra
