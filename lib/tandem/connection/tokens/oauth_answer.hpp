// The answer of an OAuth token endpoint (RFC 6749 §5.1; entra.md §2, jira.md §1) as a token with its life.
#pragma once

#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

namespace tandem::connection {

// `expires_in` is a number of seconds, or such a number as text; without one the token is taken to live for five minutes.
// `now` is used where the answer has no `Date`. nothing when there is no usable token in it.
std::optional<CachedToken> token_in(http::Response const& answer, Instant now);

}  // namespace tandem::connection
