// Every way to sign in asks as the published contracts say: certificates, another provider's tokens, Jira's scoped tokens and service
// accounts (entra.md §1, §5, §6; jira.md §1).
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/check_needs.hpp>
#include <tandem/connection/prove.hpp>

#include "contract/skip.hpp"
#include "support/key_pair.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr char const* kIssuer = "https://tokens.example";

KeyPair const& pair() {
  static KeyPair const one = make_key_pair();
  return one;
}

void trust_the_pair(Story& story, std::string const& client) {
  story.configure("entra.certificates", json::Object{{client, json::Array{pair().certificate_pem}}});
  story.configure("entra.issuers", json::Object{{kIssuer, json::Array{pair().certificate_pem}}});
  story.configure("entra.federated",
                  json::Object{{client, json::Array{json::Object{{"issuer", kIssuer},
                                                                 {"subject", "job"},
                                                                 {"audiences", json::Array{"api://AzureADTokenExchange"}}}}}});
}

std::string identity_token(Instant now) {
  auto const seconds = epoch_millis(now) / 1000;
  json::Object const claims{{"iss", kIssuer},
                            {"sub", "job"},
                            {"aud", "api://AzureADTokenExchange"},
                            {"nbf", std::int64_t{seconds - 60}},
                            {"exp", std::int64_t{seconds + 600}}};
  return make_jwt(pair().key.get(), R"({"alg":"RS256","typ":"JWT"})", json::to_text(json::Value(claims)));
}

}  // namespace

TEST_CASE("each kind of credential signs in as the published contracts say [contract, A6]") {
  if (contracts_or_skip() == nullptr) return;
  Story story;
  // The certificate was made today, which the story's world has not reached.
  auto const today = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  story.world().advance(today - story.world().now());
  auto settings = story.connection()->settings();
  trust_the_pair(story, settings.client_id);
  connection::Credentials credentials;
  credentials.client_secret = Secret("sbx8Q~contoso-support-client-secret.value");
  credentials.jira_token = Secret("sandbox-jira-token");
  auto const kind = GENERATE(as<std::string>{}, "secret", "PS256", "RS256", "federated", "scoped", "service");
  CAPTURE(kind);
  if (kind == "PS256" || kind == "RS256") {
    settings.entra_credential = connection::EntraCredential::certificate;
    settings.certificate_algorithm = kind;
    credentials.certificate = Secret(pair().certificate_pem + pair().key_pem);
  } else if (kind == "federated") {
    settings.entra_credential = connection::EntraCredential::federated_token;
    credentials.federated_token = [&](http::Transport&) -> Result<Secret> { return Secret(identity_token(story.world().now())); };
  }
  StoryClock clock(story.world());
  Log log;
  auto const wire = std::make_shared<SandboxTransport>(story.world());
  connection::Surroundings around{clock, log, wire, {}, {}, 1, {}, {}, {}, [&] { return story.world().now(); }};
  if (kind == "scoped" || kind == "service") {
    auto const cloud_id = connection::find_cloud_id(settings, around);
    REQUIRE(cloud_id.has_value());
    settings.jira_cloud_id = *cloud_id;
    settings.gateway_url = settings.jira_url;
    credentials.jira_token = Secret("sandbox-jira-scoped-token");
  }
  if (kind == "service") {
    settings.jira_credential = connection::JiraCredential::service_account;
    settings.jira_client_id = "sandbox-jira-client";
    settings.jira_token_url = settings.jira_url + "/oauth/token";
    credentials.jira_client_secret = Secret("sandbox-jira-client-secret");
  }
  auto const opened = connection::Connection::open(settings, std::move(credentials), nullptr, around);
  REQUIRE(opened.has_value());
  auto const before = story.contracts().checked();
  auto proof = connection::prove(**opened);
  CAPTURE(proof.error ? proof.error->to_line() : "");
  CHECK_FALSE(proof.error.has_value());
  connection::check_needs(**opened,
                          {{"cases",
                            {{"incident", connection::Access::read, "to read", true}},
                            "SUP",
                            {{"BROWSE_PROJECTS", "to read", true}},
                            std::nullopt}},
                          proof);
  CHECK_FALSE(proof.error.has_value());
  CHECK(story.contracts().checked() > before + 6);
  CHECK(story.contracts().report() == "");
}
