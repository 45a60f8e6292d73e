// The token endpoint's answers (contract: entra.md §2, §3, §9) and what Dataverse does with a token.
#include <catch2/catch.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/percent.hpp>

#include "entra/refusals.hpp"
#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

struct Form {
  std::string tenant = kTenant, client = kClient, secret = kSecret, scope, grant = "client_credentials", without;
};

Response ask_token(Box& box, Form form, std::vector<Header> headers = {}) {
  if (form.scope.empty()) form.scope = box.world.urls().dataverse + "/.default";
  std::string body;
  for (auto const& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"grant_type", form.grant}, {"client_id", form.client}, {"client_secret", form.secret}, {"scope", form.scope}}) {
    if (form.without.find(name) == std::string::npos)
      body += (body.empty() ? "" : "&") + name + "=" + tandem::text::percent_encoded(value);
  }
  headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  return box.world.send(ServiceName::entra, Request{"POST", "/" + form.tenant + "/oauth2/v2.0/token", std::move(headers), body})
      .response;
}

}  // namespace

TEST_CASE("a good secret gives a token that WhoAmI takes [A4]") {
  Box box;
  auto const response = ask_token(box, {});
  REQUIRE(response.status == 200);
  auto const body = body_of(response);
  CHECK(body["token_type"].text() == "Bearer");
  CHECK(body["expires_in"].integer() == 3599);
  auto const who = box.world.send(
      ServiceName::dataverse,
      Request{"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + body["access_token"].text_or("")}}, ""});
  CHECK(who.response.status == 200);
  CHECK(header_of(who.response, "Date") == "Tue, 10 Feb 2026 12:00:00 GMT");
  CHECK_FALSE(header_of(who.response, "REQ_ID").empty());
}

TEST_CASE("HTTP Basic stands for the two fields [A1]") {
  Box box;
  Form form;
  form.without = "client_id client_secret";
  auto const pair = std::string(kClient) + ":" + tandem::text::percent_encoded(kSecret);
  CHECK(ask_token(box, form, {{"Authorization", "Basic " + tandem::to_base64(pair)}}).status == 200);
}

TEST_CASE("each fault of a token request has its AADSTS code, status and error [A5]") {
  struct Case {
    std::string name;
    Form form;
    int status;
    std::int64_t code;
    std::string error;
  };
  auto const with = [](auto change) {
    Form form;
    change(form);
    return form;
  };
  auto const c = GENERATE_COPY(values<Case>({
      {"wrong secret", with([](Form& f) { f.secret = "wrong~secret"; }), 401, 7000215, "invalid_client"},
      {"the secret's ID", with([](Form& f) { f.secret = "f4b0c7d2-96e1-4a38-8d5c-2e71a9b3c604"; }), 401, 7000215,
       "invalid_client"},
      {"expired secret",
       with([](Form& f) { f.client = "a9e4d3b2-18c7-4f60-b5a1-6d0e9f2c7b38", f.secret = "sbx8Q~expired-client-secret.value"; }),
       401, 7000222, "invalid_client"},
      {"unknown application", with([](Form& f) { f.client = "11111111-2222-3333-4444-555555555555"; }), 400, 700016,
       "unauthorized_client"},
      {"unknown tenant", with([](Form& f) { f.tenant = "11111111-2222-3333-4444-555555555555"; }), 400, 90002, "invalid_request"},
      {"malformed tenant", with([](Form& f) { f.tenant = "not_a_tenant"; }), 400, 900023, "invalid_request"},
      {"scope without /.default", with([](Form& f) { f.scope = "http://127.0.0.1:18401"; }), 400, 1002012, "invalid_scope"},
      {"unknown organisation", with([](Form& f) { f.scope = "https://other.crm.dynamics.com/.default"; }), 400, 500011,
       "invalid_resource"},
      {"two scopes", with([](Form& f) { f.scope = "http://127.0.0.1:18401/.default openid"; }), 400, 70011, "invalid_scope"},
      {"no secret", with([](Form& f) { f.without = "client_secret"; }), 401, 7000218, "invalid_client"},
      {"no client", with([](Form& f) { f.without = "client_id"; }), 400, 900144, "invalid_request"},
      {"no scope", with([](Form& f) { f.without = "scope"; }), 400, 900144, "invalid_request"},
      {"another grant", with([](Form& f) { f.grant = "password"; }), 400, 70003, "unsupported_grant_type"},
  }));
  CAPTURE(c.name);
  Box box;
  auto const response = ask_token(box, c.form);
  CHECK(response.status == c.status);
  auto const body = body_of(response);
  CHECK(body["error"].text() == c.error);
  CHECK(body["error_codes"].at(0).integer() == c.code);
  CHECK_THAT(body["error_description"].text_or(""),
             Catch::StartsWith("AADSTS" + std::to_string(c.code) + ": ") && Catch::Contains("\r\nTrace ID: "));
  CHECK(body["timestamp"].text() == "2026-02-10 12:00:00Z");
  CHECK_THAT(response.body, !Catch::Contains(kSecret));
}

TEST_CASE("a secret can expire by switch and by the clock [L2]") {
  Box box;
  REQUIRE(box.world.configure("entra.secretExpired", true).value());
  CHECK(body_of(ask_token(box, {}))["error_codes"].at(0).integer() == 7000222);
  REQUIRE(box.world.configure("entra.secretExpired", false).value());
  CHECK(ask_token(box, {}).status == 200);
  box.world.advance(std::chrono::hours{24 * 366});
  CHECK(body_of(ask_token(box, {}))["error_codes"].at(0).integer() == 7000222);
}

TEST_CASE("Dataverse refuses a token for the reason that it has [A5]") {
  Box box;
  auto const who = [&](std::string const& token) {
    return box.world
        .send(ServiceName::dataverse, Request{"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + token}}, ""})
        .response;
  };
  SECTION("another audience: 401 without a body, the reason in a header") {
    auto const response = who(box.token(kClient, "https://other.crm.dynamics.com"));
    CHECK(response.status == 401);
    CHECK(response.body.empty());
    CHECK_THAT(header_of(response, "401_error_reason"), Catch::StartsWith("IDX10214: Audience validation failed."));
  }
  SECTION("expired by the virtual clock") {
    auto const token = box.token(kClient, {}, 60);
    CHECK(who(token).status == 200);
    box.world.advance(std::chrono::seconds{61});
    auto const response = who(token);
    CHECK(response.status == 401);
    CHECK_THAT(header_of(response, "401_error_reason"), Catch::StartsWith("IDX10223"));
  }
  SECTION("no token at all") {
    auto const response = box.world.send(ServiceName::dataverse, Request{"GET", "/api/data/v9.2/WhoAmI", {}, ""}).response;
    CHECK(response.status == 401);
    CHECK(response.body.empty());
    CHECK_THAT(header_of(response, "WWW-Authenticate"), Catch::StartsWith("Bearer authorization_uri="));
  }
  SECTION("an application without an application user") {
    auto const response = who(box.token("d07b5c18-e2a9-4634-8f1d-c95ab3e6704f"));
    CHECK(response.status == 403);
    CHECK(error_code(response) == "0x80072560");
  }
  SECTION("the application user removed") {
    REQUIRE(box.world.configure("dataverse.applicationUser", false).value());
    CHECK(error_code(who(box.token())) == "0x80072560");
  }
  SECTION("no roles") {
    REQUIRE(box.world.configure("dataverse.roles", false).value());
    CHECK(error_code(who(box.token())) == "0x80042f09");
  }
}

TEST_CASE("a privilege that was taken away is refused by its name, and is back when granted [A5]") {
  struct Case {
    std::string privilege, method, path, body, printed;
  };
  auto const c = GENERATE(values<Case>({
      {"prvReadIncident", "GET", "incidents?$select=title", "", "prvReadincident"},
      {"prvWriteIncident", "PATCH", "incidents(CASE)", R"j({"title":"x"})j", "prvWriteincident"},
      {"prvCreateNote", "POST", "annotations", R"j({"notetext":"x"})j", "prvCreatenote"},
      {"PRVAPPENDTOINCIDENT", "POST", "annotations", R"j({"notetext":"x","objectid_incident@odata.bind":"/incidents(CASE)"})j",
       "prvAppendToincident"},
      {"prvAppendNote", "POST", "annotations", R"j({"notetext":"x","objectid_incident@odata.bind":"/incidents(CASE)"})j",
       "prvAppendnote"},
      {"prvReadEntity", "GET", "EntityDefinitions?$select=LogicalName", "", "prvReadEntity"},
  }));
  CAPTURE(c.privilege);
  Box box;
  auto const filled = [](std::string text) {
    if (auto const at = text.find("CASE"); at != std::string::npos) text.replace(at, 4, case_id(1));
    return text;
  };
  auto const lower = "prv" + c.privilege.substr(3);
  REQUIRE(box.world.configure("dataverse.revokePrivilege", lower).value());
  auto const refused = box.ask(c.method, filled(c.path), filled(c.body));
  CHECK(refused.status == 403);
  CHECK(error_code(refused) == "0x80040220");
  CHECK_THAT(body_of(refused)["error"]["message"].text_or(""), Catch::Contains("is missing " + c.printed + " privilege"));
  REQUIRE(box.world.configure("dataverse.grantPrivilege", lower).value());
  CHECK(box.ask(c.method, filled(c.path), filled(c.body)).status < 300);
}

TEST_CASE("below Organisation depth foreign rows are invisible, not refused [A5]") {
  Box box;
  REQUIRE(box.world.configure("dataverse.privilegeDepth", *json::parse(R"({"name":"prvReadIncident","depth":"Basic"})")).value());
  CHECK(box.get_json("incidents?$select=title")["value"].items().empty());
}

TEST_CASE("a token lives as long as it is told to, in either form of the number [L2, entra §2]") {
  Box box;
  for (auto const& [name, value] : std::vector<std::pair<std::string, json::Value>>{
           {"entra.tokenLifetime", 2}, {"entra.refreshIn", 1}, {"entra.expiresInAsText", true}, {"entra.extExpiresIn", false}}) {
    REQUIRE(box.world.configure(name, value).value());
  }
  auto const body = body_of(ask_token(box, {}));
  CHECK(body["expires_in"].text() == "2");
  CHECK(body["refresh_in"].text() == "1");
  CHECK_FALSE(body.has("ext_expires_in"));
  auto const who = [&] {
    return box.world
        .send(ServiceName::dataverse,
              Request{"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + body["access_token"].text_or("")}}, ""})
        .response.status;
  };
  CHECK(who() == 200);
  box.world.advance(std::chrono::seconds{3});
  CHECK(who() == 401);
}

TEST_CASE("a token for Dataverse's application id is taken too, and so is a scope with two slashes [L2, entra §1, §2]") {
  auto const by_id = GENERATE(true, false);
  Box box;
  if (by_id) REQUIRE(box.world.configure("entra.tokenAudience", "appId").value());
  Form form;
  form.scope = box.world.urls().dataverse + "//.default";
  auto const token = body_of(ask_token(box, form))["access_token"].text_or("");
  auto const read = sandbox::entra::read_token(token);
  REQUIRE(read);
  CHECK(read->audience == (by_id ? "00000007-0000-0000-c000-000000000000" : box.world.urls().dataverse + "/"));
  CHECK(read->application == kClient);
  CHECK(read->tenant == kTenant);
  CHECK(
      box.world.send(ServiceName::dataverse, Request{"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + token}}, ""})
          .response.status == 200);
}

TEST_CASE("the trailer of a refusal stands in lines or in one line, and its address can be missing [L2, entra §3]") {
  Box box;
  REQUIRE(box.world.configure("entra.trailer", "blank").value());
  REQUIRE(box.world.configure("entra.errorUri", false).value());
  Form form;
  form.secret = "wrong";
  auto const body = body_of(ask_token(box, form));
  CHECK_THAT(body["error_description"].text_or(""),
             Catch::Contains("'. Trace ID: ") && Catch::Contains(" Correlation ID: ") && !Catch::Contains("\r\n"));
  CHECK_FALSE(body.has("error_uri"));
}

TEST_CASE("a client's request id becomes the correlation id [L2, entra §1]") {
  auto const echoed = GENERATE(true, false);
  Box box;
  REQUIRE(box.world.configure("entra.echoRequestId", echoed).value());
  Form form;
  form.secret = "wrong";
  constexpr char const* kId = "0f5d2b8e-6a41-4c97-b3e0-d172c94f8a65";
  auto const response = ask_token(box, form, {{"client-request-id", kId}, {"return-client-request-id", "true"}});
  CHECK((body_of(response)["correlation_id"].text() == kId) == echoed);
  CHECK((header_of(response, "client-request-id") == kId) == echoed);
}

TEST_CASE("a client that asks the same again and again is stopped for five minutes [L2, entra §3]") {
  Box box;
  REQUIRE(box.world.configure("entra.loopLimit", 3).value());
  Form wrong;
  wrong.secret = "wrong";
  auto const code = [&](Form const& form) { return body_of(ask_token(box, form))["error_codes"].at(0).integer().value_or(0); };
  for (int i = 0; i < 3; ++i) CHECK(code(wrong) == 7000215);
  CHECK(code(wrong) == 50196);
  CHECK(code({}) == 0);
  box.world.advance(std::chrono::minutes{5});
  CHECK(code(wrong) == 7000215);
}

TEST_CASE("every row of the refusals can be asked for by its code, and no other number [L2, entra §3]") {
  Box box;
  for (int const code : sandbox::entra::refusal_codes()) {
    CAPTURE(code);
    REQUIRE(box.world.configure("entra.refuse", code).value());
    auto const response = ask_token(box, {});
    CHECK(body_of(response)["error_codes"].at(0).integer() == code);
    CHECK_THAT(response.body, !Catch::Contains("{app}") && !Catch::Contains("{tenant}"));
  }
  CHECK_FALSE(box.world.configure("entra.refuse", 12345));
  CHECK_FALSE(box.world.configure("entra.trouble", "much"));
  CHECK_FALSE(box.world.configure("entra.tokenLifetime", 0));
  CHECK_FALSE(box.world.configure("entra.missingField", 1));
}
