#include <tandem/connection/connection.hpp>

#include <atomic>

#include <fmt/format.h>

#include <tandem/connection/entra/certificate.hpp>
#include <tandem/connection/entra/token_request.hpp>
#include <tandem/connection/http/auth.hpp>
#include <tandem/connection/http/curl_transport.hpp>
#include <tandem/connection/http/deadline.hpp>
#include <tandem/connection/http/pacing.hpp>
#include <tandem/connection/http/retry.hpp>
#include <tandem/connection/http/trace.hpp>
#include <tandem/connection/http/url.hpp>
#include <tandem/connection/http/wire_log.hpp>
#include <tandem/connection/jira/cloud_id.hpp>
#include <tandem/connection/jira/oauth.hpp>
#include <tandem/connection/tokens/cached_token_source.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

namespace tandem::connection {
namespace {

Instant system_time() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

std::string origin_of(std::string const& url) {
  auto const parsed = http::parse_url(url);
  return parsed ? parsed->origin() : std::string();
}

entra::App app_of(Settings const& settings) {
  return {settings.effective_authority(), settings.tenant_id, settings.client_id, entra::scope_of(settings.organisation_url)};
}

// How we prove to Entra who we are. `transport` outlives the proof.
Result<std::unique_ptr<entra::ClientProof>> proof_of(Settings const& settings, Credentials& credentials,
                                                     http::Transport& transport) {
  switch (settings.entra_credential) {
    case EntraCredential::client_secret:
      TANDEM_CHECK(refuse_secret_id(credentials.client_secret));
      if (credentials.client_secret.empty()) break;
      return entra::secret_proof(std::move(credentials.client_secret));
    case EntraCredential::certificate: {
      if (credentials.certificate.empty()) break;
      TANDEM_TRY(auto certificate, entra::Certificate::from_pem(credentials.certificate, credentials.certificate_passphrase));
      auto const signature = settings.certificate_algorithm == "RS256" ? entra::Signature::rs256 : entra::Signature::ps256;
      return entra::certificate_proof(std::move(certificate), settings.client_id, signature);
    }
    case EntraCredential::federated_token:
      if (!credentials.federated_token) break;
      return entra::federated_proof([ask = std::move(credentials.federated_token), &transport] { return ask(transport); });
  }
  return fail(ErrorKind::config,
              fmt::format("there is no {}; give it with `tandem auth set`", name_of(settings.entra_credential)));
}

Result<Unit> check_jira(Settings const& settings, Credentials const& credentials) {
  bool const by_token = settings.jira_credential == JiraCredential::api_token;
  if ((by_token ? credentials.jira_token : credentials.jira_client_secret).empty()) {
    return fail(ErrorKind::config, by_token
                                       ? "there is no Jira API token; give it with `tandem auth set`"
                                       : "there is no client secret of Jira's service account; give it with `tandem auth set`");
  }
  if (!by_token && settings.jira_cloud_id.empty()) {
    return fail(ErrorKind::config, "a Jira service account needs the site's cloud ID; give it with --jira-cloud-id");
  }
  return Unit{};
}

Result<Unit> make_wire(Settings const& settings, Surroundings& surroundings) {
  if (surroundings.wire) return Unit{};
  http::CurlSettings curl;
  curl.ca_file = settings.ca_file;
  curl.proxy = surroundings.proxy;
  curl.no_proxy = surroundings.no_proxy;
  curl.stop = surroundings.stop;
  curl.connect_timeout = surroundings.connect_timeout;
  curl.total_timeout = surroundings.request_timeout;
  TANDEM_TRY(surroundings.wire, http::CurlTransport::make(std::move(curl)));
  return Unit{};
}

// Who sends a token request: its own way over the wire, as the clients' way asks it for tokens.
struct TokenWay {
  TokenWay(http::Transport& wire, Surroundings const& around, http::RunLimits const& limits, http::Traffic* traffic = nullptr)
      : pacing(wire, 1, around.clock, limits, traffic),
        retry(pacing, {}, around.clock, around.log, limits, around.jitter, traffic),
        deadline(retry, around.clock, limits) {}
  http::PacingTransport pacing;
  http::RetryTransport retry;
  http::DeadlineTransport deadline;
};

// Two chains over one wire: the tokens', and the clients', whose auth decorator asks the first for tokens. Members are in the
// order in which they are built on each other.
class Composed final : public Connection {
 public:
  Composed(Settings settings, Surroundings surroundings)
      : settings_(std::move(settings)),
        around_(std::move(surroundings)),
        limits_{around_.stop, around_.deadline},
        times_(around_.clock),
        logged_(*around_.wire, around_.wire_log, around_.clock),
        sent_(logged_, "sent_request", around_.clock, around_.log, {&times_, &requests_, &traffic_, &limits_seen_}),
        token_way_(sent_, around_, limits_, &traffic_),
        auth_(sent_, {}),
        pacing_(auth_, around_.jobs, around_.clock, limits_, &traffic_),
        retry_(pacing_, {}, around_.clock, around_.log, limits_, around_.jitter, &traffic_),
        deadline_(retry_, around_.clock, limits_),
        called_(deadline_, "called_service", around_.clock, around_.log, {}),
        dataverse_(settings_.organisation_url, called_),
        jira_(settings_.jira_base_url(), settings_.jira_url, called_, settings_.media_host) {}

  // Errors: config — a credential is missing or cannot be used.
  Result<Unit> sign_in(Credentials credentials, std::shared_ptr<TokenCache> const& cache) {
    TANDEM_CHECK(check_jira(settings_, credentials));
    TANDEM_TRY(proof_, proof_of(settings_, credentials, token_way_.deadline));
    auto const app = app_of(settings_);
    dataverse_tokens_.emplace(
        entra::cache_key(app, *proof_),
        [this, app] { return entra::ask_token(app, *proof_, token_way_.deadline, now(http::Service::entra)); }, cache, times_,
        around_.clock, [this] { return wall(); });
    std::map<http::Service, http::Credential> all;
    all.emplace(http::Service::dataverse, http::Credential{origin_of(settings_.organisation_url), &*dataverse_tokens_, {}});
    all.emplace(http::Service::jira, jira_credential(std::move(credentials), cache));
    auth_.set(std::move(all));
    return Unit{};
  }

  dataverse::Client& dataverse() override { return dataverse_; }
  jira::Client& jira() override { return jira_; }
  http::ServerTimes& times() override { return times_; }
  TokenSource& tokens() override { return *dataverse_tokens_; }
  Settings const& settings() const override { return settings_; }
  std::optional<Instant> certificate_expires() const override { return proof_->expires(); }
  std::uint64_t requests() const override { return requests_.load(); }
  http::TrafficCounts traffic() const override { return traffic_.counts(); }
  http::LimitsSeen const& limits() const override { return limits_seen_; }

 private:
  [[nodiscard]] Instant wall() const { return around_.wall ? around_.wall() : system_time(); }
  // A service's own clock where it was heard: what we sign must be right by it.
  [[nodiscard]] Instant now(http::Service service) const { return times_.last(service).value_or(wall()); }

  http::Credential jira_credential(Credentials credentials, std::shared_ptr<TokenCache> const& cache) {
    auto const origin = origin_of(settings_.jira_base_url());
    if (settings_.jira_credential == JiraCredential::api_token)
      return {origin, nullptr, http::basic_credential(settings_.jira_email, credentials.jira_token)};
    auto const account = std::make_shared<jira::ServiceAccount>(
        jira::ServiceAccount{settings_.jira_token_url.empty() ? std::string(jira::kTokenUrl) : settings_.jira_token_url,
                             settings_.jira_client_id, std::move(credentials.jira_client_secret)});
    jira_tokens_.emplace(
        jira::cache_key(*account),
        [this, account] { return jira::ask_token(*account, token_way_.deadline, now(http::Service::jira)); }, cache, times_,
        around_.clock, [this] { return wall(); });
    return {origin, &*jira_tokens_, {}};
  }

  Settings settings_;
  Surroundings around_;
  http::RunLimits limits_;
  http::ServerTimes times_;
  std::atomic<std::uint64_t> requests_{0};
  http::Traffic traffic_;
  http::LimitsSeen limits_seen_;
  http::WireLogTransport logged_;
  http::TraceTransport sent_;
  TokenWay token_way_;
  std::unique_ptr<entra::ClientProof> proof_;
  std::optional<CachedTokenSource> dataverse_tokens_, jira_tokens_;
  http::AuthTransport auth_;
  http::PacingTransport pacing_;
  http::RetryTransport retry_;
  http::DeadlineTransport deadline_;
  http::TraceTransport called_;
  dataverse::Client dataverse_;
  jira::Client jira_;
};

}  // namespace

Result<std::string> find_cloud_id(Settings const& settings, Surroundings surroundings) {
  TANDEM_CHECK(make_wire(settings, surroundings));
  http::RunLimits const limits{surroundings.stop, surroundings.deadline};
  http::WireLogTransport logged(*surroundings.wire, surroundings.wire_log, surroundings.clock);
  TokenWay way(logged, surroundings, limits);
  return jira::cloud_id_of(settings.jira_url, way.deadline);
}

Result<std::unique_ptr<Connection>> Connection::open(Settings settings, Credentials credentials,
                                                     std::shared_ptr<TokenCache> tokens, Surroundings surroundings) {
  TANDEM_TRY(auto good, checked(std::move(settings)));
  TANDEM_CHECK(make_wire(good, surroundings));
  if (!tokens) tokens = memory_token_cache();
  auto composed = std::make_unique<Composed>(std::move(good), std::move(surroundings));
  TANDEM_CHECK(composed->sign_in(std::move(credentials), tokens));
  return std::unique_ptr<Connection>(std::move(composed));
}

}  // namespace tandem::connection
