// The other ways to prove who we are: federated tokens, GitHub Actions, Jira service accounts; and what goes into their requests.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/entra/certificate.hpp>
#include <tandem/connection/entra/github_actions.hpp>
#include <tandem/connection/entra/token_request.hpp>
#include <tandem/connection/jira/cloud_id.hpp>
#include <tandem/connection/jira/oauth.hpp>

#include "support.hpp"
#include "support/key_pair.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

Instant const kNow = *parse_instant("2026-11-23T06:00:00Z");
entra::App const kApp{"https://login.microsoftonline.com", "tenant", "client", "https://org/.default"};

http::Response token_answer() { return answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok"})"); }
http::Response refusal(std::int64_t code, char const* date) {
  return answer(
      401, R"({"error":"invalid_client","error_codes":[)" + std::to_string(code) + R"(],"error_description":"AADSTS: words"})",
      {{"Date", date}});
}

}  // namespace

TEST_CASE("a federated token is asked for anew with each request and sent as an assertion [A6]") {
  ScriptedTransport wire;
  wire.then(token_answer());
  int asked = 0;
  auto const proof =
      entra::federated_proof([&]() -> Result<Secret> { return Secret("head." + std::to_string(++asked) + ".sig\n"); });
  REQUIRE(entra::ask_token(kApp, *proof, wire, kNow).has_value());
  REQUIRE(entra::ask_token(kApp, *proof, wire, kNow).has_value());
  CHECK(wire.sent[0].body.find("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
                               "client_assertion=head.1.sig") != std::string::npos);
  CHECK(wire.sent[1].body.ends_with("client_assertion=head.2.sig"));
  CHECK(wire.sent[0].body.find("client_secret") == std::string::npos);
}

TEST_CASE("what is no token is not sent as one [A6]") {
  ScriptedTransport wire;
  auto const text = GENERATE(as<std::string>{}, "", "not a jwt", "a.b", "a.b.c\nd.e.f", "{\"token\":1}");
  auto const proof = entra::federated_proof([&]() -> Result<Secret> { return Secret(text); });
  auto const token = entra::ask_token(kApp, *proof, wire, kNow);
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().kind == ErrorKind::config);
  CHECK(wire.sent.empty());
}

TEST_CASE("an assertion outside its time names how far this machine's clock is off [A5]") {
  ScriptedTransport wire;
  auto const [date, word] = GENERATE(table<char const*, std::string>({{"Mon, 23 Nov 2026 05:40:00 GMT", "20 minutes ahead"},
                                                                      {"Mon, 23 Nov 2026 07:00:00 GMT", "60 minutes behind"},
                                                                      {"Mon, 23 Nov 2026 06:00:30 GMT", "clock"}}));
  wire.then(refusal(700024, date));
  auto const proof = entra::secret_proof(Secret("s"));
  auto const token = entra::ask_token(kApp, *proof, wire, kNow);
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().message.find(word) != std::string::npos);
}

TEST_CASE("another kind of credential does not use the first one's cached token [A9]") {
  auto const pair = make_key_pair();
  auto const certificate = *entra::Certificate::from_pem(Secret(pair.certificate_pem + pair.key_pem), Secret());
  auto const by_certificate = entra::certificate_proof(certificate, "client", entra::Signature::ps256);
  CHECK(entra::cache_key(kApp, *by_certificate) != entra::cache_key(kApp, *entra::secret_proof(Secret("s"))));
}

TEST_CASE("GitHub's runner is asked for a token with Entra's audience [A6]") {
  ScriptedTransport wire;
  wire.then(answer(200, R"({"value":"a.b.c"})"));
  entra::GitHubRunner const runner{"https://runner.example/token?api-version=2.0", Secret("runner-secret")};
  auto const token = entra::github_token(runner, wire);
  REQUIRE(token.has_value());
  CHECK(token->expose() == "a.b.c");
  CHECK(wire.sent[0].url == "https://runner.example/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange");
  CHECK(wire.sent[0].headers[0] == http::Header{"Authorization", "Bearer runner-secret"});
}

TEST_CASE("a job that may not ask for a token is told so, and http is not spoken [A6] [S5]") {
  ScriptedTransport wire;
  wire.then(answer(403, "no"));
  auto const [url, requests] = GENERATE(
      table<std::string, std::size_t>({{"", 0}, {"http://runner.example/token", 0}, {"https://runner.example/token", 1}}));
  auto const token = entra::github_token({url, Secret("runner-secret")}, wire);
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().kind == ErrorKind::config);
  CHECK(wire.sent.size() == requests);
}

TEST_CASE("a service account asks Atlassian with JSON and reads the life that it is told [A6]") {
  ScriptedTransport wire;
  wire.then(answer(200, R"({"access_token":"jira-tok","expires_in":60,"token_type":"Bearer","scope":"read:jira-work"})",
                   {{"Date", "Mon, 23 Nov 2026 06:00:00 GMT"}}));
  jira::ServiceAccount const account{"https://auth.atlassian.com/oauth/token", "id", Secret("\"quoted\" secret")};
  auto const token = jira::ask_token(account, wire, kNow);
  REQUIRE(token.has_value());
  CHECK(token->token.expose() == "jira-tok");
  CHECK(token->lifetime == Millis{60'000});
  auto const body = *json::parse(wire.sent[0].body);
  CHECK(body["grant_type"].text() == "client_credentials");
  CHECK(body["client_secret"].text() == "\"quoted\" secret");
  CHECK_FALSE(wire.sent[0].authorize);
}

TEST_CASE("a service account's refusal is told as who we are, a wrong address as a setting [A5]") {
  ScriptedTransport wire;
  auto const [reply, kind] = GENERATE(table<http::Response, ErrorKind>({
      {answer(401, R"({"error":"access_denied","error_description":"Unauthorized"})"), ErrorKind::auth},
      {answer(403, ""), ErrorKind::auth},
      {answer(404, "<html>"), ErrorKind::config},
      {answer(429, ""), ErrorKind::throttled},
      {answer(502, ""), ErrorKind::transient},
      {answer(200, "<html>"), ErrorKind::remote},
  }));
  wire.then(reply);
  auto const token = jira::ask_token({"https://auth.example/token", "id", Secret("marked")}, wire, kNow);
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().kind == kind);
  CHECK(token.error().message.find("marked") == std::string::npos);
}

TEST_CASE("a site's cloud ID is asked without credentials, and nothing else is taken for one [A1]") {
  ScriptedTransport wire;
  auto const [body, good] = GENERATE(table<std::string, bool>({{R"({"cloudId":"99999999-9999-9999-9999-999999999999"})", true},
                                                               {R"({"cloudId":"../../x"})", false},
                                                               {"<html>", false},
                                                               {"{}", false}}));
  wire.then(answer(200, body));
  auto const id = jira::cloud_id_of("https://site.atlassian.net", wire);
  CHECK(id.has_value() == good);
  CHECK_FALSE(wire.sent[0].authorize);
  CHECK(wire.sent[0].url == "https://site.atlassian.net/_edge/tenant_info");
}
