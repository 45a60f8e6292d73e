// The access token of the box: an unsigned JWT (entra.md §2, §9), so that Dataverse can check audience, application and lifetime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::entra {

struct Token {
  std::string audience;  // "https://org.crm.dynamics.com"
  std::string tenant;  // tid
  std::string application;  // appid
  std::string object;  // oid, the service principal
  std::int64_t issued_at = 0, expires_at = 0;  // seconds since 1970
};

std::string write_token(Token const& token);
std::optional<Token> read_token(std::string_view text);  // nothing when it is not one of ours

}  // namespace sandbox::entra
