// Url: the parts of an http(s) URL that security decisions need. Strict: anything unusual is no URL.
//
// Refused: other schemes, user info, control characters, blanks and backslashes, an empty host, a port that is no port.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::http {

struct Url {
  std::string scheme;  // "https" or "http"
  std::string host;    // lower case; an IPv6 address in brackets
  int port = 443;      // the scheme's own when none was written
  std::string target;  // path and query as written, "" when there was none

  // "https://host" or "https://host:8443": scheme and host lower case, the scheme's own port left out.
  [[nodiscard]] std::string origin() const;
  // localhost, 127.0.0.0/8, ::1: the only hosts that may be spoken to without TLS (SPEC A12).
  [[nodiscard]] bool loopback() const;
};

std::optional<Url> parse_url(std::string_view text);

}  // namespace tandem::http
