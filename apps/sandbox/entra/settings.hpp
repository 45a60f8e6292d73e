// The switches of the token endpoint (SPEC L2): moods of the service, and what the contract leaves open (entra.md, marked [?]).
#pragma once

#include <cstdint>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace sandbox::entra {

struct Settings {
  enum class Trouble { none, throttled, throttled_silently, unavailable };

  bool secret_expired = false;            // entra.secretExpired: every secret counts as expired
  std::int64_t token_lifetime = 3599;     // entra.tokenLifetime: seconds from 1
  bool ext_expires_in = true;             // entra.extExpiresIn: send it
  bool expires_in_as_text = false;        // entra.expiresInAsText: "3599" instead of 3599
  std::int64_t refresh_in = 0;            // entra.refreshIn: seconds, 0: not sent
  bool token_for_app_id = false;          // entra.tokenAudience: "url" | "appId" (a v2 token)
  Trouble trouble = Trouble::none;        // entra.trouble: "none" | "throttled" | "throttledSilently" | "unavailable"
  std::int64_t retry_after = 30;          // entra.retryAfter: seconds that a throttled answer names
  int refuse = 0;                         // entra.refuse: AADSTS code that every request ends in, 0: none
  std::int64_t loop_limit = 0;  // entra.loopLimit: more identical requests than this in 5 minutes end in 50196; 0: none
  bool blank_trailer = false;  // entra.trailer: "crlf" | "blank"
  bool error_uri = true;  // entra.errorUri
  bool echo_request_id = true;  // entra.echoRequestId: client-request-id becomes the correlation id
  int missing_field = 900144;  // entra.missingField: 900144 | 90014
  int missing_grant = 900144;  // entra.missingGrantType: 900144 | 70003
  bool double_slash = true;  // entra.doubleSlashScope: "https://org//.default" is taken
  std::int64_t clock_skew = 300;  // entra.clockSkew: seconds that an assertion's times may be off
  bool refuse_reused_jti = false;  // entra.refuseReusedJti
  bool one_federated_code = false;  // entra.federatedCodes: "new" (700211, 700212, 700213) | "old" (70021)
  bool federated_bad_request = false;  // entra.federatedStatus: "401" invalid_client | "400" invalid_request

  // true when the name is one of ours. Errors: usage, for a value that does not fit.
  tandem::Result<bool> set(std::string_view name, tandem::json::Value const& value);
  [[nodiscard]] tandem::json::Object values() const;
};

}  // namespace sandbox::entra
