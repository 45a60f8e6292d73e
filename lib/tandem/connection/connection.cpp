#include <tandem/connection/connection.hpp>

#include <atomic>

#include <fmt/format.h>

#include <tandem/connection/entra/client_secret.hpp>
#include <tandem/connection/entra/token_cache.hpp>
#include <tandem/connection/http/auth.hpp>
#include <tandem/connection/http/curl_transport.hpp>
#include <tandem/connection/http/deadline.hpp>
#include <tandem/connection/http/pacing.hpp>
#include <tandem/connection/http/retry.hpp>
#include <tandem/connection/http/trace.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::connection {
namespace {

Instant system_time() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

std::string origin_of(std::string const& url) {
  auto const parsed = http::parse_url(url);
  return parsed ? parsed->origin() : std::string();
}

std::map<http::Service, http::Credential> credentials_for(Settings const& settings, Credentials const& credentials,
                                                          entra::TokenSource& tokens) {
  std::map<http::Service, http::Credential> out;
  out.emplace(http::Service::dataverse, http::Credential{origin_of(settings.organisation_url), &tokens, {}});
  out.emplace(http::Service::jira, http::Credential{origin_of(settings.jira_base_url()), nullptr,
                                                    http::basic_credential(settings.jira_email, credentials.jira_token)});
  return out;
}

entra::ClientSecretSource::App app_of(Settings const& settings, Credentials const& credentials) {
  return {settings.effective_authority(), settings.tenant_id, settings.client_id, entra::scope_of(settings.organisation_url),
          credentials.client_secret.clone()};
}

// Two chains over one wire: the token's, and the clients', whose auth decorator asks the first for tokens. Members are in the
// order in which they are built on each other.
class Composed final : public Connection {
 public:
  Composed(Settings settings, Credentials const& credentials, std::shared_ptr<TokenCache> cache, Surroundings surroundings)
      : settings_(std::move(settings)),
        around_(std::move(surroundings)),
        limits_{around_.stop, around_.deadline},
        times_(around_.clock),
        sent_(*around_.wire, "sent_request", around_.clock, around_.log, {&times_, &requests_}),
        token_pacing_(sent_, 1, around_.clock, limits_),
        token_retry_(token_pacing_, {}, around_.clock, around_.log, limits_, around_.jitter),
        token_deadline_(token_retry_, around_.clock, limits_),
        tokens_(app_of(settings_, credentials), std::move(cache), token_deadline_, times_, around_.clock,
                around_.wall ? around_.wall : std::function<Instant()>(system_time)),
        auth_(sent_, credentials_for(settings_, credentials, tokens_)),
        pacing_(auth_, around_.jobs, around_.clock, limits_),
        retry_(pacing_, {}, around_.clock, around_.log, limits_, around_.jitter),
        deadline_(retry_, around_.clock, limits_),
        called_(deadline_, "called_service", around_.clock, around_.log, {}),
        dataverse_(settings_.organisation_url, called_),
        jira_(settings_.jira_base_url(), settings_.jira_url, called_) {}

  dataverse::Client& dataverse() override { return dataverse_; }
  jira::Client& jira() override { return jira_; }
  http::ServerTimes& times() override { return times_; }
  entra::TokenSource& tokens() override { return tokens_; }
  Settings const& settings() const override { return settings_; }
  std::uint64_t requests() const override { return requests_.load(); }

 private:
  Settings settings_;
  Surroundings around_;
  http::RunLimits limits_;
  http::ServerTimes times_;
  std::atomic<std::uint64_t> requests_{0};
  http::TraceTransport sent_;
  http::PacingTransport token_pacing_;
  http::RetryTransport token_retry_;
  http::DeadlineTransport token_deadline_;
  entra::ClientSecretSource tokens_;
  http::AuthTransport auth_;
  http::PacingTransport pacing_;
  http::RetryTransport retry_;
  http::DeadlineTransport deadline_;
  http::TraceTransport called_;
  dataverse::Client dataverse_;
  jira::Client jira_;
};

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(Settings settings, Credentials credentials,
                                                     std::shared_ptr<TokenCache> tokens, Surroundings surroundings) {
  TANDEM_TRY(auto good, checked(std::move(settings)));
  TANDEM_CHECK(refuse_secret_id(credentials.client_secret));
  if (credentials.client_secret.empty())
    return fail(ErrorKind::config, "there is no client secret; give it with `tandem auth set`");
  if (credentials.jira_token.empty())
    return fail(ErrorKind::config, "there is no Jira API token; give it with `tandem auth set`");
  if (!surroundings.wire) {
    http::CurlSettings curl;
    curl.ca_file = good.ca_file;
    curl.proxy = surroundings.proxy;
    curl.no_proxy = surroundings.no_proxy;
    curl.stop = surroundings.stop;
    TANDEM_TRY(surroundings.wire, http::CurlTransport::make(std::move(curl)));
  }
  if (!tokens) tokens = memory_token_cache();
  return std::unique_ptr<Connection>(
      std::make_unique<Composed>(std::move(good), credentials, std::move(tokens), std::move(surroundings)));
}

}  // namespace tandem::connection
