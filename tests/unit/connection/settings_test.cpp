#include <catch2/catch.hpp>

#include <tandem/connection/settings.hpp>

using namespace tandem;
using namespace tandem::connection;

namespace {

Settings good() {
  Settings out;
  out.organisation_url = "https://org.crm4.dynamics.com";
  out.tenant_id = "11111111-1111-1111-1111-111111111111";
  out.client_id = "22222222-2222-2222-2222-222222222222";
  out.jira_url = "https://site.atlassian.net";
  out.jira_email = "me@example.com";
  return out;
}

}  // namespace

TEST_CASE("a GUID-shaped secret is refused before any request [A3]") {
  auto const [text, refused] = GENERATE(table<std::string, bool>({
      {"0cbe9aa4-1f3b-4c5d-9e8f-001122334455", true},
      {"0CBE9AA4-1F3B-4C5D-9E8F-001122334455", true},
      {" 0cbe9aa4-1f3b-4c5d-9e8f-001122334455\n", true},
      {"abc8Q~0cbe9aa4-1f3b-4c5d-9e8f-001122334455", false},
      {"Ab~8Q.x-_yz", false},
      {"", false},
  }));
  CAPTURE(text);
  auto const verdict = refuse_secret_id(Secret(text));
  CHECK(verdict.has_value() != refused);
  if (refused) {
    CHECK(verdict.error().kind == ErrorKind::config);
    CHECK(verdict.error().message.find("Value") != std::string::npos);
    CHECK(verdict.error().message.find("0cbe9aa4") == std::string::npos);  // an ID is no secret, but nobody asked for it
  }
}

TEST_CASE("URLs are brought into one form [A1]") {
  auto const [written, origin, hinted] = GENERATE(table<std::string, std::string, bool>({
      {"https://org.crm4.dynamics.com", "https://org.crm4.dynamics.com", false},
      {" https://ORG.CRM4.Dynamics.com/ ", "https://org.crm4.dynamics.com", false},
      {"org.crm4.dynamics.com", "https://org.crm4.dynamics.com", false},
      {"https://org.crm4.dynamics.com/main.aspx?appid=1", "https://org.crm4.dynamics.com", true},
      {"https://org.crm4.dynamics.com/api/data/v9.2/", "https://org.crm4.dynamics.com", true},
      {"http://127.0.0.1:8080", "http://127.0.0.1:8080", false},
  }));
  CAPTURE(written);
  auto settings = good();
  settings.organisation_url = written;
  std::vector<std::string> hints;
  auto const out = checked(settings, &hints);
  REQUIRE(out.has_value());
  CHECK(out->organisation_url == origin);
  CHECK(hints.empty() != hinted);
}

TEST_CASE("what cannot be right is refused with what would be [A1] [A12]") {
  struct Row {
    std::string Settings::*member;
    std::string value, word;
  };
  auto const row = GENERATE(values<Row>({
      {&Settings::organisation_url, "", "--org-url"},
      {&Settings::organisation_url, "http://org.crm4.dynamics.com", "https"},
      {&Settings::organisation_url, "https://user@org.crm4.dynamics.com", "URL"},
      {&Settings::organisation_url, "https://site.atlassian.net", "Jira site"},
      {&Settings::jira_url, "http://site.atlassian.net", "https"},
      {&Settings::jira_url, "https://org.crm4.dynamics.com", "Dataverse organisation"},
      {&Settings::tenant_id, "common", "tenant"},
      {&Settings::tenant_id, "not a tenant", "tenant"},
      {&Settings::tenant_id, "22222222-2222-2222-2222-222222222222", "the same"},
      {&Settings::client_id, "my-app", "GUID"},
      {&Settings::client_id, "", "GUID"},
      {&Settings::jira_email, "me", "e-mail"},
      {&Settings::jira_email, "@example.com", "e-mail"},
      {&Settings::jira_email, "me@example.com:token", "e-mail"},
      {&Settings::jira_cloud_id, "abc", "cloud"},
      {&Settings::authority_host, "http://login.example", "https"},
      {&Settings::gateway_url, "gopher://x", "gateway"},
      {&Settings::client_secret_expires, "31.1.2027", "2027-01-31"},
  }));
  CAPTURE(row.value);
  auto settings = good();
  settings.*row.member = row.value;
  auto const out = checked(settings);
  REQUIRE_FALSE(out.has_value());
  CHECK(out.error().kind == ErrorKind::config);
  CAPTURE(out.error().message);
  CHECK(out.error().message.find(row.word) != std::string::npos);
}

TEST_CASE("every fault is told at once [A1]") {
  auto const out = checked(Settings{});
  REQUIRE_FALSE(out.has_value());
  for (auto const* const word : {"organisation URL", "Jira site URL", "tenant ID", "client ID", "e-mail"}) {
    CAPTURE(word);
    CHECK(out.error().message.find(word) != std::string::npos);
  }
}

TEST_CASE("a tenant may be a domain, ids lose case and braces [A1]") {
  auto settings = good();
  settings.tenant_id = "Contoso.onmicrosoft.com";
  settings.client_id = "{22222222-AAAA-2222-2222-222222222222}";
  auto const out = checked(settings);
  REQUIRE(out.has_value());
  CHECK(out->tenant_id == "contoso.onmicrosoft.com");
  CHECK(out->client_id == "22222222-aaaa-2222-2222-222222222222");
}

TEST_CASE("the authority follows the organisation's cloud and can be set [A7]") {
  auto const [organisation, authority] = GENERATE(table<std::string, std::string>({
      {"https://org.crm4.dynamics.com", "https://login.microsoftonline.com"},
      {"https://org.crm9.dynamics.com", "https://login.microsoftonline.com"},
      {"https://org.crm.microsoftdynamics.us", "https://login.microsoftonline.us"},
      {"https://org.crm.appsplatform.us", "https://login.microsoftonline.us"},
      {"https://org.crm.dynamics.cn", "https://login.partner.microsoftonline.cn"},
      {"https://org.crm.microsoftdynamics.de", "https://login.microsoftonline.de"},
      {"http://127.0.0.1:1234", "https://login.microsoftonline.com"},
  }));
  auto settings = good();
  settings.organisation_url = organisation;
  CHECK(settings.effective_authority() == authority);
  settings.authority_host = "https://login.example";
  CHECK(settings.effective_authority() == "https://login.example");
}

TEST_CASE("a cloud id leads through the gateway [A1]") {
  auto settings = good();
  CHECK(settings.jira_base_url() == "https://site.atlassian.net");
  settings.jira_cloud_id = "11223344-a1b2-3b33-c444-def123456789";
  CHECK(settings.jira_base_url() == "https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789");
  settings.gateway_url = "http://127.0.0.1:99";
  CHECK(settings.jira_base_url() == "http://127.0.0.1:99/ex/jira/11223344-a1b2-3b33-c444-def123456789");
}

TEST_CASE("settings survive their JSON") {
  auto settings = good();
  settings.ca_file = "/ca.pem";
  settings.jira_token_expires = "2027-01-31";
  settings.organization_id = "33333333-3333-3333-3333-333333333333";
  auto const back = Settings::from_json(settings.to_json());
  REQUIRE(back.has_value());
  CHECK(back->to_json() == settings.to_json());
}
