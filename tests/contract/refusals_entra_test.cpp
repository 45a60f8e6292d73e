// What the token endpoint refuses, and how: status, OAuth error, AADSTS code, text and headers (contract: entra.md §3, §5, §6, §9).
#include <catch2/catch.hpp>

#include <tandem/base/text/percent.hpp>

#include "unit/sandbox/box.hpp"
#include "unit/sandbox/signing_key.hpp"

using namespace sandbox_test;

namespace {

SigningKey const& known_key() {
  static SigningKey const key(kStart);
  return key;
}
SigningKey const& unknown_key() {
  static SigningKey const key(kStart);
  return key;
}

constexpr char const* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// One token request; fields that are empty are not sent, "\"\"" is sent empty.
struct Asked {
  std::string tenant = kTenant, client = kClient, secret = kSecret, scope = "http://127.0.0.1:18401/.default";
  std::string grant = "client_credentials", assertion, assertion_type, method = "POST",
              type = "application/x-www-form-urlencoded";
  std::vector<std::pair<std::string, json::Value>> switches;
};

Response ask(Asked const& asked) {
  Box box;
  REQUIRE(
      box.world.configure("entra.certificates", json::Object{{kClient, json::Array{json::Value(known_key().certificate_pem())}}})
          .value());
  for (auto const& [name, value] : asked.switches) REQUIRE(box.world.configure(name, value).value());
  std::string body;
  for (auto const& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"grant_type", asked.grant},
                                                        {"client_id", asked.client},
                                                        {"client_secret", asked.secret},
                                                        {"scope", asked.scope},
                                                        {"client_assertion", asked.assertion},
                                                        {"client_assertion_type", asked.assertion_type}}) {
    if (value.empty()) continue;
    body += (body.empty() ? "" : "&") + name + "=" + (value == "\"\"" ? "" : tandem::text::percent_encoded(value));
  }
  Request const request{asked.method, "/" + asked.tenant + "/oauth2/v2.0/token", {{"Content-Type", asked.type}}, body};
  return box.world.send(ServiceName::entra, request).response;
}

json::Object claims() {
  auto const now = tandem::epoch_millis(kStart) / 1000;
  return {{"aud", std::string("http://127.0.0.1:18400/") + kTenant + "/oauth2/v2.0/token"},
          {"iss", kClient},
          {"sub", kClient},
          {"jti", "1"},
          {"nbf", now},
          {"exp", now + 600}};
}
json::Object federated_claims() {
  auto const now = tandem::epoch_millis(kStart) / 1000;
  return {{"aud", "api://AzureADTokenExchange"},
          {"iss", "https://issuer.contoso.example"},
          {"sub", "repo:contoso/support:ref:refs/heads/main"},
          {"nbf", now},
          {"exp", now + 600}};
}
std::string foreign(json::Object const& of) { return unknown_key().jwt(json::Object{{"alg", "RS256"}, {"typ", "JWT"}}, of); }

struct Row {
  std::string name;
  Asked asked;
  int status;
  std::string error;
  std::int64_t code;
  std::string text;  // part of the description
};

template <class Change>
Asked with(Change change) {
  Asked asked;
  change(asked);
  return asked;
}
// An assertion instead of the secret, signed by the application's certificate, with one claim changed ("" removes it).
Asked claiming(std::string const& name, json::Value const& value) {
  auto changed = claims();
  if (value.text().empty() && value.is_string())
    changed.erase(name);
  else
    changed.set(name, value);
  return with([&](Asked& a) { a.secret = "", a.assertion = known_key().assertion(changed), a.assertion_type = kAssertionType; });
}
Asked asserting(std::string const& assertion) {
  return with([&](Asked& a) { a.secret = "", a.assertion = assertion, a.assertion_type = kAssertionType; });
}
Asked claiming_federated(std::string const& name, json::Value const& value) {
  auto changed = federated_claims();
  changed.set(name, value);
  return asserting(foreign(changed));
}
Asked switched(std::string const& name, json::Value const& value) {
  return with([&](Asked& a) { a.switches = {{name, value}}; });
}
Asked as_application(std::string const& client, std::string const& secret) {
  return with([&](Asked& a) { a.client = client, a.secret = secret; });
}

std::vector<Row> rows() {
  auto const now = tandem::epoch_millis(kStart) / 1000;
  return {
      // §3: the secret
      {"wrong secret", with([](Asked& a) { a.secret = "wrong~secret"; }), 401, "invalid_client", 7000215,
       "Invalid client secret provided."},
      {"the secret's id", with([](Asked& a) { a.secret = "f4b0c7d2-96e1-4a38-8d5c-2e71a9b3c604"; }), 401, "invalid_client",
       7000215, "not the client secret ID, for a secret added to app '5b1de0c4-3f7a-4c52-9e1b-7a0c62d4f8a1'."},
      {"expired secret", as_application("a9e4d3b2-18c7-4f60-b5a1-6d0e9f2c7b38", "sbx8Q~expired-client-secret.value"), 401,
       "invalid_client", 7000222, "The provided client secret keys for app 'a9e4d3b2-18c7-4f60-b5a1-6d0e9f2c7b38' are expired."},
      {"expired by switch", switched("entra.secretExpired", true), 401, "invalid_client", 7000222, "are expired."},
      {"no credential", with([](Asked& a) { a.secret = ""; }), 401, "invalid_client", 7000218,
       "'client_assertion' or 'client_secret'"},
      {"empty secret", with([](Asked& a) { a.secret = "\"\""; }), 401, "invalid_client", 7000218,
       "'client_assertion' or 'client_secret'"},
      // §3: application and tenant
      {"unknown application", with([](Asked& a) { a.client = kTenant; }), 400, "unauthorized_client", 700016,
       "Application with identifier '8a2c1f60-4b7e-4d19-9c35-e0f6a7b8c912' was not found in the directory 'contoso.example'."},
      {"public application", as_application("7f42a8d1-b36e-4059-9d7c-13e5f0c8b2a6", "sbx8Q~public-client-secret.value"), 401,
       "invalid_client", 700025, "Client is public"},
      {"disabled application", as_application("2e6c0b94-71d5-4f3a-8c29-b0e7d41f5a83", "sbx8Q~disabled-client-secret.value"), 400,
       "unauthorized_client", 7000112, "(Disabled) is disabled."},
      {"disabled application, older code", switched("entra.refuse", 70001), 400, "unauthorized_client", 70001, "is disabled"},
      {"unknown tenant", with([](Asked& a) { a.tenant = kClient; }), 400, "invalid_request", 90002,
       "Tenant '5b1de0c4-3f7a-4c52-9e1b-7a0c62d4f8a1' not found."},
      {"unknown tenant by domain", with([](Asked& a) { a.tenant = "fabrikam.example"; }), 400, "invalid_request", 90002,
       "Tenant 'fabrikam.example' not found."},
      {"malformed tenant", with([](Asked& a) { a.tenant = "not_a_tenant"; }), 400, "invalid_request", 900023,
       "Specified tenant identifier 'not_a_tenant' is neither a valid DNS name, nor a valid external domain."},
      {"tenant of another cloud", with([](Asked& a) { a.tenant = "3d5b7f90-1c2e-4a68-b4d0-e6f8a1c3b572"; }), 400,
       "invalid_request", 90038, "AzureChinaCloud"},
      {"tenant of another cloud, second code", with([](Asked& a) { a.tenant = "4e6c80a1-2d3f-4b79-85e1-f70912b4d683"; }), 400,
       "invalid_request", 900382, "Cross Cloud"},
      {"tenant of another cloud, third code", with([](Asked& a) { a.tenant = "5f7d91b2-3e40-4c8a-96f2-081a23c5e794"; }), 400,
       "invalid_request", 900432, "Cross Cloud"},
      {"unknown authority host", switched("entra.refuse", 50049), 400, "invalid_instance", 50049, "invalid instance"},
      // §3: scope and resource
      {"unknown organisation", with([](Asked& a) { a.scope = "https://other.crm.dynamics.com/.default"; }), 400,
       "invalid_resource", 500011,
       "The resource principal named https://other.crm.dynamics.com was not found in the tenant named contoso.example."},
      {"double slash where it is not taken", with([](Asked& a) {
         a.scope = "http://127.0.0.1:18401//.default", a.switches = {{"entra.doubleSlashScope", false}};
       }),
       400, "invalid_resource", 500011, "http://127.0.0.1:18401/"},
      {"disabled resource", with([](Asked& a) { a.scope = "https://retired.crm.dynamics.com/.default"; }), 400,
       "invalid_resource", 50001, "https://retired.crm.dynamics.com"},
      {"resource that is not listed", with([](Asked& a) { a.scope = "https://unlisted.crm.dynamics.com/.default"; }), 400,
       "invalid_resource", 650057, "Resource value from request: https://unlisted.crm.dynamics.com."},
      {"two scopes", with([](Asked& a) { a.scope += " openid"; }), 400, "invalid_scope", 70011, "openid is not valid."},
      {"scope without /.default", with([](Asked& a) { a.scope = "http://127.0.0.1:18401"; }), 400, "invalid_scope", 1002012,
       "must have a scope value with /.default suffixed"},
      {"scope of another kind", with([](Asked& a) { a.scope = "http://127.0.0.1:18401/user_impersonation"; }), 400,
       "invalid_scope", 1002012, "/.default"},
      {"scope with a quote", with([](Asked& a) { a.scope = "\"x\"/.default"; }), 400, "invalid_scope", 28002, "is not valid"},
      {"empty scope", with([](Asked& a) { a.scope = "\"\""; }), 400, "invalid_scope", 28003, "cannot be empty"},
      // §3, §5: certificate
      {"certificate that is not registered", asserting(unknown_key().assertion(claims())), 401, "invalid_client", 700027,
       "[Reason - The key was not found., Thumbprint of key used by client: '" + tandem::to_hex(unknown_key().sha256()) + "']"},
      {"assertion of another issuer", claiming("iss", kTenant), 401, "invalid_client", 700021,
       "doesn't match 'client_id' parameter"},
      {"assertion about another client", claiming("sub", kTenant), 401, "invalid_client", 700021,
       "doesn't match 'client_id' parameter"},
      {"assertion for another endpoint", claiming("aud", "https://login.microsoftonline.com/common/oauth2/v2.0/token"), 401,
       "invalid_client", 700023, "Realm issuer"},
      {"assertion that has run out", claiming("exp", now - 3600), 401, "invalid_client", 700024,
       "not within its valid time range"},
      {"assertion of tomorrow", claiming("nbf", now + 86400), 401, "invalid_client", 700024, "not within its valid time range"},
      {"assertion without an end", claiming("exp", ""), 401, "invalid_client", 50027, "malformed"},
      {"assertion that is no JWT", asserting("not.a.jwt"), 401, "invalid_client", 50027, "JWT token is invalid or malformed."},
      {"assertion without a signature algorithm",
       asserting(tandem::to_base64url(R"({"alg":"none"})") + "." + tandem::to_base64url(json::to_text(claims())) + "."), 401,
       "invalid_client", 50027, "malformed"},
      {"assertion of an unknown type",
       with([](Asked& a) { a.secret = "", a.assertion = known_key().assertion(claims()), a.assertion_type = "saml"; }), 401,
       "invalid_client", 50013, "assertion type"},
      {"authentication failed", switched("entra.refuse", 50012), 401, "invalid_client", 50012, "Authentication failed."},
      // §6: federation
      {"federated issuer unknown", claiming_federated("iss", "https://other.example"), 401, "invalid_client", 700211,
       "presented assertion issuer 'https://other.example'."},
      {"federated audience unknown", claiming_federated("aud", "api://other"), 401, "invalid_client", 700212,
       "presented assertion audience 'api://other'."},
      {"federated subject unknown", claiming_federated("sub", "repo:me"), 401, "invalid_client", 700213,
       "No matching federated identity record found for presented assertion subject 'repo:me'."},
      {"federated subject unknown, older code", with([](Asked& a) {
         a = claiming_federated("sub", "repo:me");
         a.switches = {{"entra.federatedCodes", "old"}, {"entra.federatedStatus", "400"}};
       }),
       400, "invalid_request", 70021, "Assertion Subject: 'repo:me'"},
      {"federated signature of a key that is not the issuer's", asserting(foreign(federated_claims())), 401, "invalid_client",
       50013, "signature validation"},
      {"token of Entra itself", claiming_federated("iss", std::string("https://sts.windows.net/") + kTenant + "/"), 401,
       "invalid_client", 700222, "AAD-issued tokens"},
      // §1, §3: the form
      {"another grant", with([](Asked& a) { a.grant = "password"; }), 400, "unsupported_grant_type", 70003, "'password'"},
      {"no grant", with([](Asked& a) { a.grant = ""; }), 400, "invalid_request", 900144, "'grant_type'"},
      {"no grant, the other reading", with([](Asked& a) {
         a.grant = "", a.switches = {{"entra.missingGrantType", 70003}};
       }),
       400, "unsupported_grant_type", 70003, "grant type"},
      {"no client", with([](Asked& a) { a.client = ""; }), 400, "invalid_request", 900144, "'client_id'"},
      {"no client, the other code", with([](Asked& a) {
         a.client = "", a.switches = {{"entra.missingField", 90014}};
       }),
       400, "invalid_request", 90014, "'client_id'"},
      {"no scope", with([](Asked& a) { a.scope = ""; }), 400, "invalid_request", 900144, "'scope'"},
      {"no assertion type", with([](Asked& a) { a.secret = "", a.assertion = "a.b.c"; }), 400, "invalid_request", 900144,
       "'client_assertion_type'"},
      {"JSON instead of a form", with([](Asked& a) { a.type = "application/json"; }), 400, "invalid_request", 900144,
       "'grant_type'"},
      {"GET", with([](Asked& a) { a.method = "GET"; }), 400, "invalid_request", 900561, "Received a GET request."},
      // §3: what the tenant decides
      {"Conditional Access", as_application("c3b90e65-8d17-42fa-a4e0-5f6d2b81c79e", "sbx8Q~blocked-client-secret.value"), 400,
       "invalid_grant", 53003, "Conditional Access"},
      {"risk", switched("entra.refuse", 53011), 400, "invalid_grant", 53011, "risk"},
      {"no consent", switched("entra.refuse", 65001), 400, "invalid_grant", 65001, "consented"},
      {"no permission listed", switched("entra.refuse", 650056), 400, "invalid_client", 650056, "Misconfigured"},
      {"no service principal", switched("entra.refuse", 650052), 400, "invalid_client", 650052, "service principal"},
      {"administrator's consent", switched("entra.refuse", 90094), 400, "invalid_grant", 90094, "consent"},
      // §3: throttled, or in trouble
      {"a client that loops", switched("entra.refuse", 50196), 400, "invalid_grant", 50196, "loop"},
      {"tenant throttled", switched("entra.refuse", 90055), 429, "temporarily_unavailable", 90055, "throttled"},
      {"token not issued", switched("entra.refuse", 50000), 500, "temporarily_unavailable", 50000, "token"},
      {"unavailable", switched("entra.refuse", 90006), 503, "temporarily_unavailable", 90006, "unavailable"},
      {"timed out", switched("entra.refuse", 90012), 400, "temporarily_unavailable", 90012, "timed out"},
      {"transient", switched("entra.refuse", 90024), 503, "temporarily_unavailable", 90024, "transient"},
      {"transient, second code", switched("entra.refuse", 90033), 503, "temporarily_unavailable", 90033, "transient"},
      {"transient, third code", switched("entra.refuse", 90090), 503, "temporarily_unavailable", 90090, "transient"},
  };
}

}  // namespace

TEST_CASE("Entra refuses with that status, error, code and text [A5, entra §3, §5, §6]") {
  for (auto const& row : rows()) {
    DYNAMIC_SECTION(row.name) {
      auto const response = ask(row.asked);
      CAPTURE(response.body);
      CHECK(response.status == row.status);
      auto const body = body_of(response);
      CHECK(body["error"].text() == row.error);
      CHECK(body["error_codes"] == json::Value(json::Array{json::Value(row.code)}));
      auto const code = std::to_string(row.code);
      CHECK_THAT(body["error_description"].text_or(""),
                 Catch::StartsWith("AADSTS" + code + ": ") && Catch::Contains(row.text) &&
                     Catch::Contains("\r\nTrace ID: " + body["trace_id"].text_or("?") + "\r\nCorrelation ID: " +
                                     body["correlation_id"].text_or("?") + "\r\nTimestamp: 2026-02-10 12:00:00Z"));
      CHECK(body["timestamp"].text() == "2026-02-10 12:00:00Z");
      CHECK(body["error_uri"].text() == "https://login.microsoftonline.com/error?code=" + code);
      CHECK(header_of(response, "Content-Type") == "application/json; charset=utf-8");
      CHECK(header_of(response, "x-ms-request-id") == body["trace_id"].text());
      CHECK(header_of(response, "Cache-Control") == "no-store, no-cache");
      CHECK_THAT(response.body, !Catch::Contains(kSecret) && !Catch::Contains("wrong~secret"));
    }
  }
}

TEST_CASE("a throttled or broken Entra answers without JSON [R5, entra §3, §9]") {
  struct Trouble {
    std::string name;
    int status;
    std::string header, value, body;
  };
  auto const row = GENERATE(values<Trouble>({
      {"throttled", 429, "Retry-After", "7", ""},
      {"throttledSilently", 429, "Retry-After", "", ""},
      {"unavailable", 503, "Content-Type", "text/html", "<html>"},
  }));
  CAPTURE(row.name);
  auto const response = ask(with([&](Asked& a) { a.switches = {{"entra.trouble", row.name}, {"entra.retryAfter", 7}}; }));
  CHECK(response.status == row.status);
  CHECK(header_of(response, row.header) == row.value);
  CHECK(response.body.substr(0, row.body.size()) == row.body);
  CHECK(response.body.empty() == row.body.empty());
}
