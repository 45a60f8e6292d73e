// Tokens of a Jira service account: OAuth 2.0 client credentials (jira.md §1).
//
// Asked for with JSON; there is no refresh token, and the life is whatever `expires_in` says.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

namespace tandem::jira {

inline constexpr std::string_view kTokenUrl = "https://auth.atlassian.com/oauth/token";

struct ServiceAccount {
  std::string token_url;
  std::string client_id;
  Secret client_secret;
};

std::string cache_key(ServiceAccount const& account);

// Errors: auth (id or secret refused), throttled, transient, remote (no token in the answer: another address).
Result<connection::CachedToken> ask_token(ServiceAccount const& account, http::Transport& transport, Instant now);

}  // namespace tandem::jira
