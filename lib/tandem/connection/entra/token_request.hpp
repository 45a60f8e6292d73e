// The client credentials flow of Microsoft Entra: one request for one token (contract: entra.md §1, §2).
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/entra/client_proof.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

namespace tandem::entra {

struct App {
  std::string authority;  // https://login.microsoftonline.com
  std::string tenant, client, scope;
};

// "https://org.crm4.dynamics.com" -> "https://org.crm4.dynamics.com/.default".
std::string scope_of(std::string_view organisation_url);
// The name of the application's token in the cache.
std::string cache_key(App const& app, ClientProof const& proof);

// `now` is this machine's time, or better what a service last said. Errors: those of refusal() (aadsts.hpp) and of the proof; remote
// when a good answer holds no token. An assertion that Entra finds outside its time is told with the difference of both clocks.
Result<connection::CachedToken> ask_token(App const& app, ClientProof& proof, http::Transport& transport, Instant now);

}  // namespace tandem::entra
