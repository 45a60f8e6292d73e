// CachedTokenSource: a token is used while it lives and asked for once when it does not (SPEC A9; entra.md §7).
//
// Renewed when under five minutes of life remain (half of it for shorter tokens), or from the moment that its issuer named, as the
// service measures time: judged by the age since it was asked for in this run, or by the services' own `Date`; a token of an
// earlier run, before any service was heard, by this machine's clock. If that clock is wrong, the price is one request more: a 401
// always forces one renewal. Single flight.
// An issuer that cannot be reached or asks us to wait costs nothing while the old token still has life in it. Credentials that were
// refused once are not tried again in this run, nor is an older token used on: asking in a loop locks an app out.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/http/server_times.hpp>
#include <tandem/connection/tokens/token_cache.hpp>
#include <tandem/connection/tokens/token_source.hpp>

namespace tandem::connection {

class CachedTokenSource final : public TokenSource {
 public:
  static constexpr Millis kRenewBelow{5 * 60'000};
  static constexpr Millis kUsableAbove{30'000};  // of a token whose renewal failed

  // Asks the issuer for a token. Errors: auth (refused), throttled, transient, remote, config.
  using Ask = std::function<Result<CachedToken>()>;
  // `key` names the token in the cache (token_key()); `wall` tells this machine's time.
  CachedTokenSource(std::string key, Ask ask, std::shared_ptr<TokenCache> cache, http::ServerTimes const& times, Clock& clock,
                    std::function<Instant()> wall);
  Result<Secret> token() override;
  Result<Secret> renewed(Secret const& rejected) override;

 private:
  struct Held {
    CachedToken token;
    std::optional<std::chrono::steady_clock::time_point> asked_at;  // none: it came from an earlier run
  };
  // The least life that is known of; none = nothing speaks against it.
  [[nodiscard]] std::optional<Millis> life(Held const& held) const;
  [[nodiscard]] bool alive(Held const& held) const;
  Result<Secret> ask();  // REQUIRES: mutex_ is held

  std::string key_;
  Ask ask_;
  std::shared_ptr<TokenCache> cache_;
  http::ServerTimes const& times_;
  Clock& clock_;
  std::function<Instant()> wall_;
  std::mutex mutex_;
  std::optional<Held> held_;
  std::optional<Error> refused_;
};

}  // namespace tandem::connection
