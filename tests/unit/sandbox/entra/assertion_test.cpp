// Client assertions: certificates (entra.md §5) and workload identity federation (§6), verified as Entra does.
#include <catch2/catch.hpp>

#include <tandem/base/text/percent.hpp>

#include "unit/sandbox/box.hpp"
#include "unit/sandbox/signing_key.hpp"

using namespace sandbox_test;

namespace {

constexpr char const* kIssuer = "https://issuer.contoso.example";
constexpr char const* kSubject = "repo:contoso/support:ref:refs/heads/main";

// Making keys is slow: one for each part, for all cases. Valid around the start of the boxes' clock.
SigningKey const& own_key() {
  static SigningKey const key(kStart);
  return key;
}
SigningKey const& foreign_key() {
  static SigningKey const key(kStart);
  return key;
}

std::int64_t seconds() { return tandem::epoch_millis(kStart) / 1000; }

struct Signed {
  Signed() {
    endpoint = box.world.urls().entra + "/" + kTenant + "/oauth2/v2.0/token";
    REQUIRE(
        box.world.configure("entra.certificates", json::Object{{kClient, json::Array{json::Value(own_key().certificate_pem())}}})
            .value());
    REQUIRE(box.world.configure("entra.issuers", json::Object{{kIssuer, json::Array{json::Value(foreign_key().public_pem())}}})
                .value());
  }
  [[nodiscard]] json::Object claims() const {
    return {{"aud", endpoint},  {"iss", kClient},   {"sub", kClient},        {"jti", "1"},
            {"nbf", seconds()}, {"iat", seconds()}, {"exp", seconds() + 600}};
  }
  [[nodiscard]] static json::Object federated_claims() {
    return {
        {"aud", "api://AzureADTokenExchange"}, {"iss", kIssuer}, {"sub", kSubject}, {"nbf", seconds()}, {"exp", seconds() + 300}};
  }
  Response ask(std::string const& assertion, std::string const& type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") {
    auto const body = "grant_type=client_credentials&client_id=" + std::string(kClient) +
                      "&scope=" + tandem::text::percent_encoded(box.world.urls().dataverse + "/.default") +
                      "&client_assertion_type=" + tandem::text::percent_encoded(type) + "&client_assertion=" + assertion;
    return box.world
        .send(ServiceName::entra, Request{"POST",
                                          "/" + std::string(kTenant) + "/oauth2/v2.0/token",
                                          {{"Content-Type", "application/x-www-form-urlencoded"}},
                                          body})
        .response;
  }
  std::int64_t code(std::string const& assertion) {
    auto const response = ask(assertion);
    return response.status == 200 ? 0 : body_of(response)["error_codes"].at(0).integer().value_or(-1);
  }
  Box box;
  std::string endpoint;
};

std::string federated(json::Object const& claims, std::string const& algorithm = "RS256") {
  return foreign_key().jwt(json::Object{{"alg", algorithm}, {"typ", "JWT"}, {"kid", "k1"}}, claims);
}

}  // namespace

TEST_CASE("a certificate's assertion gives a token, by either algorithm and thumbprint [A1, entra §5]") {
  auto const algorithm = GENERATE(as<std::string>{}, "PS256", "RS256");
  CAPTURE(algorithm);
  Signed entra;
  auto const response = entra.ask(own_key().assertion(entra.claims(), algorithm));
  REQUIRE(response.status == 200);
  auto const token = body_of(response)["access_token"].text_or("");
  CHECK(entra.box.world
            .send(ServiceName::dataverse, Request{"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + token}}, ""})
            .response.status == 200);
}

TEST_CASE("an assertion that is wrong in one thing is refused for that [A5, entra §3, §5]") {
  struct Case {
    std::string name;
    std::function<void(json::Object&)> change;
    std::int64_t code;
  };
  auto const c = GENERATE(values<Case>({
      {"issued by another application", [](json::Object& claims) { claims.set("iss", "11111111-2222-3333-4444-555555555555"); },
       700021},
      {"about another application", [](json::Object& claims) { claims.set("sub", "11111111-2222-3333-4444-555555555555"); },
       700021},
      {"without a subject", [](json::Object& claims) { claims.erase("sub"); }, 700021},
      {"for another tenant", [](json::Object& claims) { claims.set("aud", "http://127.0.0.1:18400/common/oauth2/v2.0/token"); },
       700023},
      {"for nobody", [](json::Object& claims) { claims.erase("aud"); }, 700023},
      {"expired beyond the tolerance", [](json::Object& claims) { claims.set("exp", seconds() - 301); }, 700024},
      {"expired within the tolerance", [](json::Object& claims) { claims.set("exp", seconds() - 299); }, 0},
      {"not yet valid", [](json::Object& claims) { claims.set("nbf", seconds() + 301); }, 700024},
      {"valid in a moment", [](json::Object& claims) { claims.set("nbf", seconds() + 299); }, 0},
      {"without an end", [](json::Object& claims) { claims.erase("exp"); }, 50027},
      {"with an end that is a text", [](json::Object& claims) { claims.set("exp", "soon"); }, 50027},
      {"with an end beyond all time", [](json::Object& claims) { claims.set("exp", std::int64_t{9'000'000'000'000'000'000}); },
       50027},
  }));
  CAPTURE(c.name);
  Signed entra;
  auto claims = entra.claims();
  c.change(claims);
  CHECK(entra.code(own_key().assertion(claims)) == c.code);
}

TEST_CASE("a signature must be of a certificate that the application has [A5, entra §3]") {
  Signed entra;
  auto const good = own_key().assertion(entra.claims());
  CHECK(entra.code(good) == 0);
  CHECK(entra.code(foreign_key().assertion(entra.claims())) == 700027);
  CHECK(entra.code(good.substr(0, good.size() - 4) + (good.ends_with("AAAA") ? "BBBB" : "AAAA")) == 700027);
  CHECK(entra.code(own_key().jwt(json::Object{{"alg", "RS256"}, {"x5t#S256", tandem::to_base64url(own_key().sha256())}},
                                 entra.claims())) == 0);
  // The right thumbprint with another key's signature.
  CHECK(entra.code(foreign_key().jwt(json::Object{{"alg", "PS256"}, {"x5t#S256", tandem::to_base64url(own_key().sha256())}},
                                     entra.claims())) == 700027);
  CHECK(entra.code(own_key().jwt(json::Object{{"alg", "PS256"}}, entra.claims())) == 700027);
  // The algorithm in the header decides how it is verified.
  auto const relabelled =
      own_key().jwt(json::Object{{"alg", "RS256"}, {"x5t#S256", tandem::to_base64url(own_key().sha256())}}, entra.claims());
  auto const header = tandem::to_base64url(R"({"alg":"PS256","x5t#S256":")" + tandem::to_base64url(own_key().sha256()) + R"("})");
  CHECK(entra.code(header + relabelled.substr(relabelled.find('.'))) == 700027);
}

TEST_CASE("what is no JWT of a known kind is malformed [A5, entra §3]") {
  Signed entra;
  auto const good = own_key().assertion(entra.claims());
  auto const rest = good.substr(good.find('.'));
  for (auto const& text :
       {std::string("abc"), std::string("a.b"), std::string(".."), good + ".x", good + "=", "!" + good, "e30" + rest,
        tandem::to_base64url(R"({"alg":"none"})") + rest, tandem::to_base64url(R"({"alg":"HS256"})") + rest,
        tandem::to_base64url("[]") + rest, tandem::to_base64url("not json") + rest}) {
    CAPTURE(text);
    CHECK(entra.code(text) == 50027);
  }
  CHECK(body_of(entra.ask(good, "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"))["error_codes"].at(0).integer() ==
        50013);
}

TEST_CASE("a certificate that has run out is refused by the virtual clock [A5]") {
  Signed entra;
  auto claims = entra.claims();
  entra.box.world.advance(std::chrono::hours{24 * 31});
  claims.set("exp", seconds() + 32 * 86400);
  CHECK(entra.code(own_key().assertion(claims)) == 50012);
}

TEST_CASE("an assertion can be used once only, where that is switched on [L2, entra §9]") {
  Signed entra;
  auto const assertion = own_key().assertion(entra.claims());
  CHECK(entra.code(assertion) == 0);
  CHECK(entra.code(assertion) == 0);
  REQUIRE(entra.box.world.configure("entra.refuseReusedJti", true).value());
  CHECK(entra.code(assertion) == 0);
  CHECK(entra.code(assertion) == 50013);
  auto claims = entra.claims();
  claims.set("jti", "2");
  CHECK(entra.code(own_key().assertion(claims)) == 0);
}

TEST_CASE("a foreign identity is taken by issuer, subject, audience and signature [A1, A5, entra §6]") {
  struct Case {
    std::string name;
    std::function<void(json::Object&)> change;
    std::int64_t code;
  };
  auto const c = GENERATE(values<Case>({
      {"right", [](json::Object&) {}, 0},
      {"with two audiences",
       [](json::Object& claims) {
         claims.set("aud", json::Array{json::Value("x"), json::Value("api://AzureADTokenExchange")});
       },
       0},
      {"another issuer", [](json::Object& claims) { claims.set("iss", "https://other.example"); }, 700211},
      {"another branch", [](json::Object& claims) { claims.set("sub", "repo:contoso/support:ref:refs/heads/x"); }, 700213},
      {"another audience", [](json::Object& claims) { claims.set("aud", "api://other"); }, 700212},
      {"of Entra itself",
       [](json::Object& claims) { claims.set("iss", "https://sts.windows.net/" + std::string(kTenant) + "/"); }, 700222},
      {"of Entra's second form", [](json::Object& claims) { claims.set("iss", "https://login.microsoftonline.com/x/v2.0"); },
       700222},
      {"expired", [](json::Object& claims) { claims.set("exp", seconds() - 400); }, 700024},
  }));
  CAPTURE(c.name);
  Signed entra;
  auto claims = Signed::federated_claims();
  c.change(claims);
  CHECK(entra.code(federated(claims)) == c.code);
}

TEST_CASE("a foreign identity's refusal quotes what was presented, in the old form too [A5, entra §3]") {
  Signed entra;
  auto claims = Signed::federated_claims();
  claims.set("sub", "repo:me");
  auto const now = entra.ask(federated(claims));
  CHECK(now.status == 401);
  CHECK(body_of(now)["error"].text() == "invalid_client");
  CHECK_THAT(
      body_of(now)["error_description"].text_or(""),
      Catch::StartsWith("AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:me'."));
  REQUIRE(entra.box.world.configure("entra.federatedCodes", "old").value());
  REQUIRE(entra.box.world.configure("entra.federatedStatus", "400").value());
  auto const old = entra.ask(federated(claims));
  CHECK(old.status == 400);
  CHECK(body_of(old)["error"].text() == "invalid_request");
  CHECK_THAT(body_of(old)["error_description"].text_or(""),
             Catch::StartsWith("AADSTS70021: ") && Catch::Contains("Assertion Subject: 'repo:me'"));
}

TEST_CASE("a foreign identity must be signed by its issuer's key [A5, entra §6]") {
  Signed entra;
  auto const claims = Signed::federated_claims();
  CHECK(entra.code(own_key().jwt(json::Object{{"alg", "RS256"}}, claims)) == 50013);
  CHECK(entra.code(federated(claims, "PS256")) == 50027);
  REQUIRE(entra.box.world
              .configure("entra.issuers", json::Object{{kIssuer, json::Array{json::Value(json::Object{
                                                                     {"kid", "k2"}, {"pem", foreign_key().public_pem()}})}}})
              .value());
  CHECK(entra.code(federated(claims)) == 50013);  // the token names k1
  CHECK(entra.code(foreign_key().jwt(json::Object{{"alg", "RS256"}, {"kid", "k2"}}, claims)) == 0);
}

TEST_CASE("a registration that makes no sense changes nothing [L2]") {
  Signed entra;
  auto const before = entra.box.world.switches();
  auto const short_key = SigningKey(kStart, 1024).certificate_pem();
  CHECK_FALSE(entra.box.world.configure("entra.certificates", json::Object{{kClient, json::Array{json::Value("no PEM")}}}));
  CHECK_FALSE(entra.box.world.configure("entra.certificates", json::Object{{kClient, json::Array{json::Value(short_key)}}}));
  CHECK_FALSE(entra.box.world.configure("entra.certificates", json::Object{{kTenant, json::Array{}}}));
  CHECK_FALSE(entra.box.world.configure("entra.certificates", json::Array{}));
  CHECK_FALSE(entra.box.world.configure("entra.federated",
                                        json::Object{{kClient, json::Array{json::Value(json::Object{{"issuer", "x"}})}}}));
  CHECK_FALSE(entra.box.world.configure("entra.issuers", json::Object{{kIssuer, json::Array{json::Value("x")}}}));
  CHECK(entra.box.world.switches() == before);
  CHECK(before["entra.certificates"][kClient].at(0).text() == tandem::to_hex(own_key().sha256()));
  REQUIRE(entra.box.world.configure("entra.certificates", json::Object{{kClient, json::Array{}}}).value());
  CHECK(entra.code(own_key().assertion(entra.claims())) == 700027);
}
