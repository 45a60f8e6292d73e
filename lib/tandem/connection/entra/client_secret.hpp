// Tokens by client secret: the client credentials flow of Microsoft Entra (contract: entra.md §1, §2, §7).
//
// Renewed when under five minutes of life remain (half of it for shorter tokens), as the service named it: judged by the age
// since it was asked for in this run, or by the services' own `Date`; a token of an earlier run, before any service was heard, by
// this machine's clock. If that clock is wrong, the price is one request more: a 401 always forces one renewal. Single flight.
// Credentials that Entra refused once are not tried again in this run, nor is an older token used on: asking in a loop locks an
// app out. Errors: those of refusal() (aadsts.hpp); remote when a good answer holds no token.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include <tandem/base/time/clock.hpp>
#include <tandem/connection/entra/token_cache.hpp>
#include <tandem/connection/entra/token_source.hpp>
#include <tandem/connection/http/server_times.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::entra {

// "https://org.crm4.dynamics.com" -> "https://org.crm4.dynamics.com/.default".
std::string scope_of(std::string_view organisation_url);

class ClientSecretSource final : public TokenSource {
 public:
  static constexpr Millis kRenewBelow{5 * 60'000};

  struct App {
    std::string authority;  // https://login.microsoftonline.com
    std::string tenant, client, scope;
    Secret secret;
  };
  // `wall` tells this machine's time; injected so that tests own it.
  ClientSecretSource(App app, std::shared_ptr<connection::TokenCache> cache, http::Transport& transport,
                     http::ServerTimes const& times, Clock& clock, std::function<Instant()> wall);
  Result<Secret> token() override;
  Result<Secret> renewed(Secret const& rejected) override;

 private:
  struct Held {
    connection::CachedToken token;
    std::optional<std::chrono::steady_clock::time_point> asked_at;  // none: it came from an earlier run
  };
  [[nodiscard]] bool alive(Held const& held) const;
  Result<Secret> ask();  // REQUIRES: mutex_ is held

  App app_;
  std::string key_;
  std::shared_ptr<connection::TokenCache> cache_;
  http::Transport& transport_;
  http::ServerTimes const& times_;
  Clock& clock_;
  std::function<Instant()> wall_;
  std::mutex mutex_;
  std::optional<Held> held_;
  std::optional<Error> refused_;
};

}  // namespace tandem::entra
