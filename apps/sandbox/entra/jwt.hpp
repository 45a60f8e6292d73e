// A JSON web token taken apart, with its signature not looked at (RFC 7515, 7519).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

namespace sandbox::entra {

struct Jwt {
  tandem::json::Value header, claims;  // objects
  std::string signed_text;             // "header.claims" as sent
  std::string signature;               // raw
};

// Nothing unless it is three parts of base64url without padding, the first two of them JSON objects.
std::optional<Jwt> parse_jwt(std::string_view text);

std::optional<std::string> from_base64url(std::string_view text);  // strict: no padding, no other characters

}  // namespace sandbox::entra
