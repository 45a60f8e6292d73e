// prove(), over whole connections with a routed wire: every common fault ends in one line with its cure.
#include <catch2/catch.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/connection/prove.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::connection;

namespace {

Credentials with_secrets(std::string client_secret, std::string jira_token) {
  Credentials out;
  out.client_secret = Secret(std::move(client_secret));
  out.jira_token = Secret(std::move(jira_token));
  return out;
}

constexpr char const* kUser = "0cbe9aa4-1f3b-4c5d-9e8f-001122334456";

// A wire that answers by whole URL prefix, and may answer an error instead.
class World final : public http::Transport {
 public:
  std::map<std::string, Reply> routes;
  std::vector<http::Request> sent;
  Result<http::Response> send(http::Request const& request) override {
    sent.push_back(request);
    auto const line = request.method + " " + request.url;
    Reply const* best = nullptr;
    std::size_t length = 0;
    for (auto const& [prefix, reply] : routes) {
      if (line.starts_with(prefix) && prefix.size() >= length) {
        best = &reply;
        length = prefix.size();
      }
    }
    return best == nullptr ? Reply(answer(404, R"({"error":{"code":"0x8006088a","message":"no route"}})")) : *best;
  }
};

std::string token(std::string const& audience) {
  return "e30." + to_base64url(R"({"aud":")" + audience + R"("})") + ".marked-signature";
}

constexpr char const* kToken = "POST https://login.microsoftonline.com/";
constexpr char const* kWhoAmI = "GET https://org.crm4.dynamics.com/api/data/v9.2/WhoAmI";
constexpr char const* kSystemUser =
    "GET https://org.crm4.dynamics.com/api/data/v9.2/systemusers(0cbe9aa4-1f3b-4c5d-9e8f-001122334456)?";
constexpr char const* kPrivileges =
    "GET https://org.crm4.dynamics.com/api/data/v9.2/systemusers(0cbe9aa4-1f3b-4c5d-9e8f-001122334456)/";
constexpr char const* kTables = "GET https://org.crm4.dynamics.com/api/data/v9.2/EntityDefinitions";
constexpr char const* kMyself = "GET https://site.atlassian.net/rest/api/3/myself";

std::shared_ptr<World> good_world() {
  auto world = std::make_shared<World>();
  world->routes[kToken] =
      answer(200, R"({"access_token":")" + token("https://org.crm4.dynamics.com") + R"(","expires_in":3599})");
  world->routes[kWhoAmI] = answer(
      200,
      std::string(R"({"UserId":")") + kUser +
          R"(","BusinessUnitId":"0cbe9aa4-1f3b-4c5d-9e8f-001122334457","OrganizationId":"0cbe9aa4-1f3b-4c5d-9e8f-001122334458"})");
  world->routes["GET https://org.crm4.dynamics.com/api/data/v9.2/organizations"] = answer(200, R"({"name":"Contoso"})");
  world->routes[kSystemUser] =
      answer(200, std::string(R"({"systemuserid":")") + kUser + R"(","fullname":"# tandem","isdisabled":false})");
  world->routes[kPrivileges] =
      answer(200, R"({"RolePrivileges":[{"Depth":"Global","PrivilegeId":"11111111-1111-1111-1111-111111111111"}]})");
  world->routes[kTables] = answer(200, R"({"value":[
    {"LogicalName":"incident","EntitySetName":"incidents","Privileges":[{"PrivilegeType":"Read","PrivilegeId":"11111111-1111-1111-1111-111111111111"}]},
    {"LogicalName":"lead","EntitySetName":"leads","Privileges":[{"PrivilegeType":"Read","PrivilegeId":"22222222-2222-2222-2222-222222222222"}]}]})");
  world->routes["GET https://org.crm4.dynamics.com/api/data/v9.2/appmodules"] = answer(200, R"({"value":[]})");
  world->routes[kMyself] = answer(200, R"({"accountId":"acc-1","displayName":"Me","emailAddress":"me@example.com"})");
  return world;
}

struct Bench {
  FakeClock clock;
  Log log;
  std::shared_ptr<World> world = good_world();
  Settings settings = [] {
    Settings out;
    out.organisation_url = "https://org.crm4.dynamics.com";
    out.tenant_id = "11111111-1111-1111-1111-111111111111";
    out.client_id = "22222222-2222-2222-2222-222222222222";
    out.jira_url = "https://site.atlassian.net";
    out.jira_email = "me@example.com";
    return out;
  }();
  Proof prove() {
    auto opened = Connection::open(settings, with_secrets("marked-client-secret", "marked-jira-token"), memory_token_cache(),
                                   Surroundings{clock, log, world, {}, {}, 8, {}, {}, {}, {}});
    REQUIRE(opened.has_value());
    return connection::prove(**opened);
  }
};

constexpr std::size_t kSteps = 13;

Reply aadsts(std::int64_t code, int status = 400) {
  return answer(status, R"({"error":"x","error_codes":[)" + std::to_string(code) + R"(],"error_description":"AADSTS: words"})");
}
Reply odata(int status, std::string const& code) {
  return answer(status, R"({"error":{"code":")" + code + R"(","message":"words"}})");
}

ProofStep const& step(Proof const& proof, std::string_view name) {
  for (auto const& one : proof.steps) {
    if (one.name == name) return one;
  }
  FAIL("no step " << name);
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a connection that works is proved, with what was learnt [A4]") {
  Bench bench;
  auto const proof = bench.prove();
  CHECK_FALSE(proof.error.has_value());
  for (auto const& one : proof.steps) {
    CAPTURE(one.name, one.detail);
    bool const untold = one.name.ends_with("-life");  // when the credentials end was not said
    CHECK(one.outcome == (untold ? Outcome::not_needed : Outcome::ok));
    CHECK(one.cure.empty());
  }
  CHECK(proof.steps.size() == kSteps);
  CHECK(proof.settings.organization_id == "0cbe9aa4-1f3b-4c5d-9e8f-001122334458");
  CHECK(proof.settings.jira_account_id == "acc-1");
  CHECK(proof.organization_name == "Contoso");
  CHECK(proof.entities == 2);
  CHECK(proof.readable_entities == 1);
  CHECK(proof.modules.size() == 3);
}

TEST_CASE("each common fault ends with its exit code and one line that names the cure [A4] [A5]") {
  struct Row {
    std::string name, route;
    Reply reply;
    std::string step;
    int exit;
    std::string word;
  };
  auto const row = GENERATE(values<Row>({
      {"wrong tenant", kToken, aadsts(90002), "token", 4, "tenant ID"},
      {"malformed tenant", kToken, aadsts(900023), "token", 4, "tenant"},
      {"wrong client", kToken, aadsts(700016), "token", 4, "client ID"},
      {"expired secret", kToken, aadsts(7000222, 401), "token", 4, "new client secret"},
      {"wrong secret", kToken, aadsts(7000215, 401), "token", 4, "Value"},
      {"organisation in another tenant", kToken, aadsts(500011), "token", 4, "organisation URL"},
      {"authority that does not resolve", kToken, error(ErrorKind::transient, "dns"), "reach-entra", 3, ""},
      {"no application user", kWhoAmI, odata(403, "0x80072560"), "who-am-i", 4, "application user"},
      {"no role", kWhoAmI, odata(403, "0x80042f09"), "who-am-i", 4, "security role"},
      {"no role, told by privileges", kPrivileges, answer(200, R"({"RolePrivileges":[]})"), "privileges", 4, "security role"},
      {"organisation that does not resolve", kWhoAmI, error(ErrorKind::transient, "dns"), "reach-dataverse", 3, ""},
      {"organisation URL of a website", kWhoAmI, answer(200, "<html>hello</html>"), "who-am-i", 3, ""},
      {"organisation URL of another service", kWhoAmI, answer(404, "nothing here"), "who-am-i", 3, "organisation URL"},
      {"organisation that redirects", kWhoAmI, answer(302, "", {{"Location", "https://home.dynamics.com/"}}), "who-am-i", 3,
       "URL"},
      {"disabled application user", kSystemUser,
       answer(200, R"({"systemuserid":"0cbe9aa4-1f3b-4c5d-9e8f-001122334456","fullname":"x","isdisabled":true})"),
       "application-user", 4, "activate"},
      {"dead Jira token, 401", kMyself, answer(401, "no"), "jira", 4, "API token"},
      {"dead Jira token, 200 and empty", kMyself, answer(200, "{}", {{"X-Seraph-LoginReason", "AUTHENTICATED_FAILED"}}), "jira",
       4, "API token"},
      {"Jira site that does not resolve", kMyself, error(ErrorKind::transient, "dns"), "reach-jira", 3, ""},
      {"Jira site that is none", kMyself, answer(404, "<html>Your Atlassian Cloud site is currently unavailable.</html>"), "jira",
       3, ""},
      {"organisation out of reach", kWhoAmI, error(ErrorKind::transient, "connect"), "reach-dataverse", 5, ""},
      {"Jira out of reach", kMyself, answer(503, ""), "jira", 5, ""},
  }));
  CAPTURE(row.name);
  Bench bench;
  bench.world->routes[row.route] = row.reply;
  auto const proof = bench.prove();
  REQUIRE(proof.error.has_value());
  CAPTURE(proof.error->message);
  CHECK(exit_code(proof.error->kind) == row.exit);
  CHECK(proof.error->message.find('\n') == std::string::npos);
  CHECK(proof.error->message.find(row.word) != std::string::npos);
  auto const& failed = step(proof, row.step);
  CHECK(failed.outcome == Outcome::failed);
  CHECK_FALSE(failed.detail.empty());
  if (!row.word.empty()) CHECK_FALSE(failed.cure.empty());
  CHECK(proof.steps.size() == kSteps);  // what could not be asked is "not needed", the other system is still asked
  auto const expected = row.step == "jira" ? Outcome::failed : row.step == "reach-jira" ? Outcome::not_needed : Outcome::ok;
  CHECK(step(proof, "jira").outcome == expected);
}

TEST_CASE("a token for another organisation is named as such when Dataverse refuses it [A5]") {
  Bench bench;
  bench.world->routes[kToken] =
      answer(200, R"({"access_token":")" + token("https://other.crm4.dynamics.com/") + R"(","expires_in":3599})");
  SECTION("refused") {
    bench.world->routes[kWhoAmI] = answer(401, "", {{"401_error_reason", "IDX10214: Audience validation failed."}});
    auto const proof = bench.prove();
    CHECK(step(proof, "audience").outcome == Outcome::failed);
    CHECK(step(proof, "audience").detail.find("https://other.crm4.dynamics.com/") != std::string::npos);
    CHECK(proof.error->kind == ErrorKind::auth);
  }
  SECTION("accepted all the same") { CHECK_FALSE(bench.prove().error.has_value()); }
}

TEST_CASE("a role that may not read metadata can be connected: its items carry their own [B11]") {
  Bench bench;
  bench.world->routes[kTables] = odata(403, "0x80040220");
  auto const proof = bench.prove();
  CHECK_FALSE(proof.error.has_value());
  CHECK(step(proof, "privileges").outcome == Outcome::ok);
  CHECK(step(proof, "privileges").detail.find("schema") != std::string::npos);
  CHECK(step(proof, "modules").outcome == Outcome::not_needed);
}

TEST_CASE("a role that may not be asked is no failure [A5]") {
  Bench bench;
  bench.world->routes[kPrivileges] = odata(403, "0x80040220");
  bench.world->routes[kSystemUser] = odata(403, "0x80040220");
  auto const proof = bench.prove();
  CHECK_FALSE(proof.error.has_value());
  CHECK_FALSE(proof.readable_entities.has_value());
  CHECK(proof.entities == 2);
}

TEST_CASE("nothing that is proved or refused shows a secret [S1]") {
  Bench bench;
  std::string everything;
  Log log(Level::debug, [&](LogEvent const& event) { everything += to_json_line(event); });
  Settings settings;
  settings.organisation_url = "https://org.crm4.dynamics.com";
  settings.tenant_id = "11111111-1111-1111-1111-111111111111";
  settings.client_id = "22222222-2222-2222-2222-222222222222";
  settings.jira_url = "https://site.atlassian.net";
  settings.jira_email = "me@example.com";
  if (GENERATE(true, false)) bench.world->routes[kToken] = aadsts(7000215, 401);
  bench.world->routes[kMyself] = answer(401, "no");
  auto opened = Connection::open(settings, with_secrets("marked-client-secret", "marked-jira-token"), memory_token_cache(),
                                 Surroundings{bench.clock, log, bench.world, {}, {}, 8, {}, {}, {}, {}});
  REQUIRE(opened.has_value());
  auto const proof = connection::prove(**opened);
  everything += proof.error->to_line();
  for (auto const& one : proof.steps) everything += one.detail + one.cure;
  CHECK_FALSE(everything.empty());
  for (auto const& secret : {std::string("marked-client-secret"), std::string("marked-jira-token"),
                             std::string("marked-signature"), to_base64("me@example.com:marked-jira-token")}) {
    CHECK(everything.find(secret) == std::string::npos);
  }
}

TEST_CASE("a connection opens only with what it needs [A1] [A3]") {
  Bench bench;
  Settings settings;
  settings.organisation_url = "https://org.crm4.dynamics.com";
  settings.tenant_id = "11111111-1111-1111-1111-111111111111";
  settings.client_id = "22222222-2222-2222-2222-222222222222";
  settings.jira_url = "https://site.atlassian.net";
  settings.jira_email = "me@example.com";
  auto const open = [&](std::string secret, std::string jira_token) {
    return Connection::open(settings, with_secrets(std::move(secret), std::move(jira_token)), nullptr,
                            Surroundings{bench.clock, bench.log, bench.world, {}, {}, 8, {}, {}, {}, {}});
  };
  CHECK(open("s", "t").has_value());
  CHECK(open("", "t").error().kind == ErrorKind::config);
  CHECK(open("s", "").error().kind == ErrorKind::config);
  CHECK(open("0cbe9aa4-1f3b-4c5d-9e8f-001122334455", "t").error().kind == ErrorKind::config);
  settings.jira_url = "http://site.atlassian.net";
  CHECK(open("s", "t").error().kind == ErrorKind::config);
  CHECK(bench.world->sent.empty());
}

TEST_CASE("a schema has what exists and leaves out what does not [B4]") {
  Bench bench;
  Settings settings;
  settings.organisation_url = "https://org.crm4.dynamics.com";
  settings.tenant_id = "11111111-1111-1111-1111-111111111111";
  settings.client_id = "22222222-2222-2222-2222-222222222222";
  settings.jira_url = "https://site.atlassian.net";
  settings.jira_email = "me@example.com";
  auto opened = Connection::open(settings, with_secrets("s", "t"), nullptr,
                                 Surroundings{bench.clock, bench.log, bench.world, {}, {}, 8, {}, {}, {}, {}});
  std::string const api = "GET https://site.atlassian.net/rest/api/3";
  bench.world->routes[api + "/field"] = answer(200, R"([{"id":"summary","name":"Summary","schema":{"type":"string"}}])");
  bench.world->routes[api + "/project/"] = answer(404, R"({"errorMessages":["none"],"errors":{}})");
  bench.world->routes[api + "/project/SUP"] =
      answer(200, R"({"id":"10000","key":"SUP","name":"Support","projectTypeKey":"software"})");
  bench.world->routes[api + "/project/SUP/statuses"] = answer(200, "[]");
  bench.world->routes[api + "/issue/createmeta/10000/issuetypes?"] =
      answer(200, R"({"total":1,"issueTypes":[{"id":"3","name":"T\u00e2che"}]})");
  bench.world->routes[api + "/issue/createmeta/10000/issuetypes/3"] =
      answer(200, R"({"total":1,"fields":[{"fieldId":"summary","schema":{"type":"string"}}]})");
  bench.world->routes[api + "/resolution/search"] = answer(200, R"({"total":1,"values":[{"id":"1","name":"Done"}]})");
  bench.world->routes[api + "/project/10000/statuses"] =
      answer(200, R"([{"id":"3","statuses":[{"id":"1","name":"To Do","statusCategory":{"key":"new"}}]}])");
  bench.world->routes["GET https://org.crm4.dynamics.com/api/data/v9.2/EntityDefinitions(LogicalName"] = odata(404, "0x80060888");

  auto const none = fetch_schema(**opened, "nosuch", "NOPE", "Task");
  REQUIRE(none.has_value());
  CHECK_FALSE(none->entity.has_value());
  CHECK(none->entity_names == std::vector<std::string>{"incident", "lead"});
  CHECK_FALSE(none->project.has_value());
  CHECK(none->all_fields.size() == 1);

  auto const found = fetch_schema(**opened, "nosuch", "SUP", "tache");  // by name, case and accents folded
  REQUIRE(found.has_value());
  CHECK(found->project->id == "10000");
  CHECK(found->issue_type->id == "3");
  CHECK(found->fields.size() == 1);
  CHECK(found->statuses.size() == 1);
  CHECK(found->resolutions.size() == 1);
  CHECK((*opened)->requests() == bench.world->sent.size());
}

TEST_CASE("the end of a credential that the operator told us is held against the services' time [A10]") {
  struct Row {
    std::string date;
    Outcome outcome;
    std::string word;
  };
  auto const row = GENERATE(values<Row>({{"", Outcome::not_needed, "--jira-token-expires"},
                                         {"2020-01-31", Outcome::failed, "ended on 2020-01-31"},
                                         {"2099-12-31", Outcome::ok, "until 2099-12-31"}}));
  Bench bench;
  bench.settings.jira_token_expires = row.date;
  for (auto& [route, reply] : bench.world->routes) {
    if (reply) reply->headers.emplace_back("Date", "Mon, 23 Nov 2026 06:00:00 GMT");
  }
  auto const proof = bench.prove();
  auto const& life = step(proof, "jira-token-life");
  CHECK(life.outcome == row.outcome);
  CHECK(life.detail.find(row.word) != std::string::npos);
  CHECK(proof.error.has_value() == (row.outcome == Outcome::failed));
}
