#include <catch2/catch.hpp>

#include <tandem/connection/stored_connection.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::connection;

namespace {

Settings settings() {
  Settings out;
  out.organisation_url = "https://org.crm4.dynamics.com";
  out.tenant_id = "11111111-1111-1111-1111-111111111111";
  out.client_id = "22222222-2222-2222-2222-222222222222";
  out.jira_url = "https://site.atlassian.net";
  out.jira_email = "me@example.com";
  out.organization_id = "33333333-3333-3333-3333-333333333333";
  return out;
}

std::map<std::string, SecretInput> secrets(std::string client = "marked-client", std::string token = "marked-token") {
  std::map<std::string, SecretInput> out;
  out.emplace(kClientSecret, SecretInput{Secret(std::move(client)), {}});
  out.emplace(kJiraToken, SecretInput{Secret(std::move(token)), {}});
  return out;
}

struct Bench {
  MemoryStore store;
  ConnectionStore kept{store};
  sealed::Sealer sealer = *sealed::Sealer::from_key(Secret(std::string(32, 'k')));
  SecretResolver resolve = [](SecretReference const& reference, http::Transport*) -> Result<Secret> {
    if (reference.value == "missing") return fail(ErrorKind::config, "no such file");
    return Secret("resolved " + reference.value);
  };
};

}  // namespace

TEST_CASE("a connection comes back as it was kept, and no secret rests in the clear [A8] [S1]") {
  Bench bench;
  CHECK_FALSE(bench.kept.load()->has_value());
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  CHECK(bench.store.dump().find("marked-") == std::string::npos);
  auto const loaded = bench.kept.load();
  REQUIRE(loaded->has_value());
  CHECK((*loaded)->settings.to_json() == settings().to_json());
  auto const credentials = bench.kept.credentials(settings(), bench.sealer, bench.resolve);
  REQUIRE(credentials.has_value());
  CHECK(credentials->client_secret.expose() == "marked-client");
  CHECK(credentials->jira_token.expose() == "marked-token");
  CHECK(*bench.kept.secret_names() == std::vector<std::string>{"client-secret", "jira-token"});
}

TEST_CASE("what is not given anew stays as it is [A1]") {
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  std::map<std::string, SecretInput> one;
  one.emplace(kJiraToken, SecretInput{Secret("newer-token"), {}});
  REQUIRE(bench.kept.save(settings(), one, bench.sealer).has_value());
  auto const credentials = bench.kept.credentials(settings(), bench.sealer, bench.resolve);
  CHECK(credentials->client_secret.expose() == "marked-client");
  CHECK(credentials->jira_token.expose() == "newer-token");
}

TEST_CASE("a reference is kept instead of the secret, and either replaces the other [A2]") {
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  auto const kind = GENERATE(SecretReference::Kind::file, SecretReference::Kind::env, SecretReference::Kind::command);
  std::map<std::string, SecretInput> one;
  one.emplace(kJiraToken, SecretInput{Secret("not-kept"), SecretReference{kind, "where"}});
  REQUIRE(bench.kept.save(settings(), one, bench.sealer).has_value());
  CHECK((*bench.kept.load())->references.at("jira-token").kind == kind);
  CHECK(bench.kept.credentials(settings(), bench.sealer, bench.resolve)->jira_token.expose() == "resolved where");
  CHECK(bench.kept.secret_names()->size() == 2);
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  CHECK((*bench.kept.load())->references.empty());
  CHECK(bench.kept.credentials(settings(), bench.sealer, bench.resolve)->jira_token.expose() == "marked-token");
}

TEST_CASE("a reference that leads nowhere names its secret [A2]") {
  Bench bench;
  auto given = secrets();
  given.at(std::string(kJiraToken)).reference = SecretReference{SecretReference::Kind::file, "missing"};
  REQUIRE(bench.kept.save(settings(), given, bench.sealer).has_value());
  auto const credentials = bench.kept.credentials(settings(), bench.sealer, bench.resolve);
  REQUIRE_FALSE(credentials.has_value());
  CHECK(credentials.error().kind == ErrorKind::config);
  CHECK(credentials.error().find("secret") == "jira-token");
}

TEST_CASE("a missing secret is told with its cure [A1]") {
  Bench bench;
  auto const secret = bench.kept.secret(kClientSecret, bench.sealer, bench.resolve);
  REQUIRE_FALSE(secret.has_value());
  CHECK(secret.error().kind == ErrorKind::config);
  CHECK(secret.error().message.find("auth set") != std::string::npos);
}

TEST_CASE("a store belongs to one organisation and one site [A11]") {
  struct Row {
    std::string id, organisation, site;
    bool accepted;
  };
  auto const row = GENERATE(values<Row>({
      {"33333333-3333-3333-3333-333333333333", "https://org.crm4.dynamics.com", "https://site.atlassian.net", true},
      {"33333333-3333-3333-3333-333333333333", "https://renamed.crm4.dynamics.com", "https://site.atlassian.net", true},
      {"44444444-4444-4444-4444-444444444444", "https://org.crm4.dynamics.com", "https://site.atlassian.net", false},
      {"", "https://org.crm4.dynamics.com", "https://site.atlassian.net", true},
      {"", "https://test.crm4.dynamics.com", "https://site.atlassian.net", false},
      {"33333333-3333-3333-3333-333333333333", "https://org.crm4.dynamics.com", "https://test.atlassian.net", false},
  }));
  CAPTURE(row.id, row.organisation, row.site);
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  auto other = settings();
  other.organization_id = row.id;
  other.organisation_url = row.organisation;
  other.jira_url = row.site;
  CHECK(bench.kept.check_binding(other).has_value() == row.accepted);
  auto const before = bench.store.dump();
  auto const saved = bench.kept.save(other, {}, bench.sealer);
  CHECK(saved.has_value() == row.accepted);
  if (!row.accepted) {
    CHECK(saved.error().kind == ErrorKind::refused);
    CHECK(saved.error().message.find("--rebind") != std::string::npos);
    CHECK(bench.store.dump() == before);
    CHECK(bench.kept.save(other, {}, bench.sealer, true).has_value());
    CHECK((*bench.kept.binding())->organisation_url == row.organisation);
  }
}

TEST_CASE("saving unproved forgets nothing that a proof learnt [A4] [A11]") {
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  auto unproved = settings();
  unproved.organization_id.clear();
  REQUIRE(bench.kept.save(unproved, {}, bench.sealer).has_value());
  CHECK((*bench.kept.binding())->organization_id == settings().organization_id);
}

TEST_CASE("new credentials drop the tokens of the old ones [A9]") {
  Bench bench;
  auto const cache = sealed_token_cache(bench.store, bench.sealer);
  REQUIRE(cache->put("key", CachedToken{Secret("old-token"), {}, Millis{1}}).has_value());
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  CHECK_FALSE(cache->get("key")->has_value());
  CHECK(bench.kept.secret_names()->size() == 2);
}

TEST_CASE("removing takes settings, secrets and tokens, and leaves what the data belong to [A11]") {
  Bench bench;
  auto const id = bench.kept.ensure_store_id();
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  REQUIRE(bench.kept.remove().has_value());
  CHECK_FALSE(bench.kept.load()->has_value());
  CHECK(bench.kept.secret_names()->empty());
  CHECK((*bench.kept.binding())->jira_url == settings().jira_url);
  CHECK(*bench.kept.ensure_store_id() == *id);
}

TEST_CASE("the store's id is made once [A8]") {
  Bench bench;
  CHECK_FALSE(bench.kept.find_store_id()->has_value());
  auto const id = bench.kept.ensure_store_id();
  REQUIRE(id.has_value());
  CHECK(**bench.kept.find_store_id() == *id);
  CHECK(bench.store.writes == 1);
  CHECK(*bench.kept.ensure_store_id() == *id);
  CHECK(bench.store.writes == 1);
}

TEST_CASE("the secrets of another kind of credential go when the kind changes [A6]") {
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  auto changed = settings();
  changed.entra_credential = EntraCredential::federated_token;
  changed.jira_credential = JiraCredential::service_account;
  std::map<std::string, SecretInput> given;
  given.emplace(kFederatedToken, SecretInput{{}, SecretReference{SecretReference::Kind::file, "/var/token"}});
  given.emplace(kJiraClientSecret, SecretInput{Secret("marked-account"), {}});
  REQUIRE(bench.kept.save(changed, given, bench.sealer).has_value());
  CHECK(*bench.kept.secret_names() == std::vector<std::string>{"federated-token", "jira-client-secret"});
  auto const back = (*bench.kept.load())->settings;
  CHECK(back.entra_credential == EntraCredential::federated_token);
  CHECK(back.jira_credential == JiraCredential::service_account);
  auto const credentials = bench.kept.credentials(back, bench.sealer, bench.resolve);
  REQUIRE(credentials.has_value());
  CHECK(credentials->client_secret.empty());
  CHECK(credentials->jira_client_secret.expose() == "marked-account");
  REQUIRE(credentials->federated_token);
}

TEST_CASE("sealing anew leaves nothing that the old key opens [A8]") {
  Bench bench;
  REQUIRE(bench.kept.save(settings(), secrets(), bench.sealer).has_value());
  auto const next = *sealed::Sealer::from_key(Secret(std::string(32, 'n')));
  CHECK(**bench.kept.sealing_key_id() == bench.sealer.key_id());
  REQUIRE(bench.kept.reseal(bench.sealer, next).has_value());
  CHECK(**bench.kept.sealing_key_id() == next.key_id());
  CHECK_FALSE(bench.kept.credentials(settings(), bench.sealer, bench.resolve).has_value());
  CHECK(bench.kept.credentials(settings(), next, bench.resolve)->jira_token.expose() == "marked-token");
  // With the wrong key nothing is changed.
  CHECK_FALSE(bench.kept.reseal(bench.sealer, bench.sealer).has_value());
  CHECK(bench.kept.credentials(settings(), next, bench.resolve).has_value());
}
