// TokenCache: access tokens across runs (SPEC A9). Keyed by everything that decides whose token it is; see token_key().
//
// `expires` is a time of the service (the `Date` of the answer that brought the token, plus its expires_in); `lifetime` is that
// expires_in, `refresh_in` the age from which its issuer wants it renewed. Thread-safe. Errors: store, config (the key is another one).
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/store/store.hpp>

namespace tandem::connection {

struct CachedToken {
  Secret token;
  Instant expires;
  Millis lifetime{0};
  std::optional<Millis> refresh_in{};
  [[nodiscard]] CachedToken clone() const { return {token.clone(), expires, lifetime, refresh_in}; }
};

class TokenCache {
 public:
  virtual ~TokenCache() = default;
  virtual Result<std::optional<CachedToken>> get(std::string_view key) = 0;
  virtual Result<Unit> put(std::string_view key, CachedToken const& token) = 0;
};

// Forgets with the process: for proving credentials (a token of the old secret must prove nothing) and for tests.
std::shared_ptr<TokenCache> memory_token_cache();

// In the store's table "sealed" under "token:<key>". `writable` false (--dry-run): reads the store, keeps new tokens in memory.
// REQUIRES: `store` and `sealer` outlive the cache.
std::shared_ptr<TokenCache> sealed_token_cache(store::Store& store, sealed::Sealer const& sealer, bool writable = true);

// Hex of a hash: a name that is the same for the same parts only (authority, tenant, client, scope, kind of credential).
std::string token_key(std::initializer_list<std::string_view> parts);

}  // namespace tandem::connection
