// A federated token from GitHub Actions (entra.md §6): a job with `id-token: write` asks its runner for one.
//
// The runner puts the address and a bearer token into ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::entra {

// What Entra wants as the audience of a federated token, unless the application's credential says another one.
inline constexpr std::string_view kExchangeAudience = "api://AzureADTokenExchange";

struct GitHubRunner {
  std::string request_url;
  Secret request_token;
};

// Errors: config (no runner, or it refuses), transient.
Result<Secret> github_token(GitHubRunner const& runner, http::Transport& transport);

}  // namespace tandem::entra
