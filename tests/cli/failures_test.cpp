// What an administrator sees when a connection fails: for each cause its own line, naming the cause and the cure, and the exit code that
// a script can act on (SPEC A4, A5; entra.md §3, §8; dataverse.md §4, §15; jira.md §1).
#include <catch2/catch.hpp>

#include <set>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

struct World {
  Sandbox sandbox;
  Operator ann{sandbox};
  World() { REQUIRE(ann.connect().code == 0); }
};

World const& world() {
  static World const one;
  return one;
}

// What `auth check` says, on stderr, and how it ends.
void expect(Ran const& ran, int code, std::vector<std::string> const& words) {
  CAPTURE(ran.out, ran.err);
  CHECK(ran.code == code);
  CHECK(ran.err.starts_with("tandem: error: "));
  CHECK(ran.err.find('\n') == ran.err.size() - 1);
  for (auto const& word : words) CHECK(ran.err.find(word) != std::string::npos);
}

void with_faults(json::Array faults) { world().sandbox.post("faults", json::Value(std::move(faults))); }

json::Object answering(std::string const& match, int status, std::string const& body, json::Object headers = {}) {
  return json::Object{{"when", "before"}, {"match", match},
                      {"every", 1},       {"nth", 1},
                      {"do", "status"},   {"status", std::int64_t{status}},
                      {"body", body},     {"headers", std::move(headers)}};
}

std::string odata(std::string const& code, std::string const& message = "words") {
  return fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", code, message);
}

}  // namespace

TEST_CASE("each refusal of Entra that an administrator can cause is a line with its cure [A5]") {
  struct Row {
    int code;
    std::string word;
  };
  std::vector<Row> const rows{{7000215, "give its Value"},
                              {7000222, "make a new client secret"},
                              {700016, "client ID and tenant ID"},
                              {90002, "check the tenant ID"},
                              {900023, "Directory (tenant) ID"},
                              {90038, "--authority-host"},
                              {900382, "--authority-host"},
                              {900432, "--authority-host"},
                              {500011, "check the organisation URL"},
                              {50001, "organisation URL"},
                              {650057, "organisation URL"},
                              {70011, "organisation URL"},
                              {1002012, "organisation URL"},
                              {28002, "organisation URL"},
                              {28003, "organisation URL"},
                              {700027, "upload the public"},
                              {700023, "check the tenant ID"},
                              {700024, "this machine's clock"},
                              {50012, "belong together"},
                              {50013, "belong together"},
                              {700211, "federated credentials"},
                              {700212, "federated credentials"},
                              {700213, "federated credentials"},
                              {70021, "federated credentials"},
                              {700025, "confidential (web) app"},
                              {7000112, "enable the app"},
                              {70001, "enable the app"},
                              {53003, "Entra administrator"},
                              {53011, "Entra administrator"},
                              {65001, "admin consent"},
                              {650056, "admin consent"},
                              {650052, "organisation URL"},
                              {90094, "admin consent"},
                              {50049, "--authority-host"},
                              {50196, "asks in a loop"}};
  CHECK(rows.size() >= 35);
  for (auto const& row : rows) {
    CAPTURE(row.code);
    world().sandbox.configure("entra.refuse", std::int64_t{row.code});
    expect(world().ann.tandem({"auth", "check"}), 4, {fmt::format("AADSTS{}", row.code), row.word});
  }
  world().sandbox.configure("entra.refuse", std::int64_t{0});
}

TEST_CASE("an Entra that is busy or out of order is waited for, and then said to be so [A5] [R5]") {
  auto const trouble = GENERATE(as<std::string>{}, "throttled", "throttledSilently", "unavailable");
  world().sandbox.configure("entra.trouble", trouble);
  world().sandbox.configure("entra.retryAfter", std::int64_t{600});
  auto const ran = world().ann.tandem({"auth", "check"}, {{"TANDEM_DEADLINE", "3s"}});
  world().sandbox.configure("entra.trouble", "none");
  expect(ran, 5, {});
}

TEST_CASE("each way in which Dataverse does not let us in is a line with its cure [A5]") {
  struct Row {
    std::string name, match;
    int status;
    std::string body;
    json::Object headers;
    int exit;
    std::vector<std::string> words;
  };
  std::string const who = "GET /api/data/v9.2/WhoAmI*";
  std::vector<Row> const rows{
      {"audience", who, 401, "", {{"401_error_reason", "IDX10214: Audience validation failed."}}, 4, {"organisation URL"}},
      {"lifetime", who, 401, "", {{"401_error_reason", "IDX10223: Lifetime validation failed."}}, 4, {"expired"}},
      {"401 without a reason", who, 401, "", {}, 4, {"auth check"}},
      {"no application user",
       who,
       403,
       odata("0x80072560", "The user is not a member of the organization."),
       {},
       4,
       {"application user", "Power Platform"}},
      {"no role", who, 403, odata("0x80042f09", "The user has not been assigned any roles."), {}, 4, {"security role"}},
      {"privilege",
       who,
       403,
       odata("0x80040220", "Principal user (Id=1) is missing prvReadincident privilege (Id=2) on OTC=112 for entity 'incident'."),
       {},
       4,
       {"prvReadincident", "security role"}},
      {"access rights", who, 403, odata("0x80048306"), {}, 4, {"Dataverse refuses"}},
      {"403 of something else", who, 403, "<html>blocked by policy</html>", {}, 4, {"application user"}},
      {"redirect to a sign-in page",
       who,
       302,
       "",
       {{"Location", "https://login.example/"}},
       3,
       {"login.example", "check the URL"}},
      {"another website", who, 200, "<html>Welcome</html>", {}, 3, {"organisation URL"}},
      {"no such address", who, 404, "<html>Not found</html>", {}, 3, {"organisation URL"}},
      {"too many requests, for long", who, 429, odata("0x80072322"), {{"Retry-After", "900"}}, 5, {"Dataverse"}},
      {"out of order", who, 503, "<html>busy</html>", {{"Retry-After", "900"}}, 5, {"Dataverse"}},
      {"disabled user",
       "GET /api/data/v9.2/systemusers*",
       200,
       R"({"systemuserid":"0cbe9aa4-1f3b-4c5d-9e8f-001122334456","fullname":"x","isdisabled":true})",
       {},
       4,
       {"disabled", "activate"}},
      {"no roles, told by an empty list",
       "GET /api/data/v9.2/systemusers*RetrieveUserPrivileges*",
       200,
       R"({"RolePrivileges":[]})",
       {},
       4,
       {"no security role"}},
  };
  for (auto const& row : rows) {
    CAPTURE(row.name);
    with_faults({answering(row.match, row.status, row.body, row.headers)});
    expect(world().ann.tandem({"auth", "check"}, {{"TANDEM_DEADLINE", "3s"}}), row.exit, row.words);
  }
  with_faults({});
}

TEST_CASE("each way in which Jira does not let us in is a line with its cure [A5]") {
  struct Row {
    std::string name;
    int status;
    std::string body;
    json::Object headers;
    int exit;
    std::vector<std::string> words;
  };
  std::vector<Row> const rows{
      {"401 as JSON",
       401,
       R"({"message":"Client must be authenticated to access this resource.","status-code":401})",
       {},
       4,
       {"API token", "id.atlassian.com"}},
      {"401 as a page", 401, "<html><title>Unauthorized (401)</title></html>", {}, 4, {"API token"}},
      {"401 without a word", 401, "", {}, 4, {"API token"}},
      {"200 to a dead token", 200, "{}", {{"X-Seraph-LoginReason", "AUTHENTICATED_FAILED"}}, 4, {"API token"}},
      {"200 after too many failures", 200, "{}", {{"X-Seraph-LoginReason", "AUTHENTICATION_DENIED"}}, 4, {"API token"}},
      {"403", 403, R"({"errorMessages":["You do not have permission to access this."]})", {}, 4, {"permission"}},
      {"another website", 200, "<html>Welcome</html>", {}, 3, {"site's URL"}},
      {"a site that is gone", 404, "<html>Your Atlassian Cloud site is currently unavailable.</html>", {}, 3, {"Atlassian"}},
      {"redirect", 302, "", {{"Location", "https://other.atlassian.net/"}}, 3, {}},
      {"too many requests, for long",
       429,
       "",
       {{"Retry-After", "900"}, {"RateLimit-Reason", "jira-quota-global-based"}},
       5,
       {"Jira"}},
      {"out of order", 503, "<html>maintenance</html>", {{"Retry-After", "900"}}, 5, {"Jira"}},
  };
  for (auto const& row : rows) {
    CAPTURE(row.name);
    with_faults({answering("GET /rest/api/3/myself", row.status, row.body, row.headers)});
    expect(world().ann.tandem({"auth", "check"}, {{"TANDEM_DEADLINE", "3s"}}), row.exit, row.words);
  }
  with_faults({});
}

TEST_CASE("an address that leads nowhere names the host and what to check [A4] [A12]") {
  struct Row {
    std::string name;
    std::map<std::string, std::string> options, environment;
    int exit;
    std::vector<std::string> words;
  };
  auto const& sandbox = world().sandbox;
  auto const plain_port_as_https = "https" + sandbox.value("jira").substr(4);
  std::vector<Row> const rows{
      {"Entra's name",
       {{"--authority-host", "https://no-such-login.invalid"}},
       {},
       3,
       {"no-such-login.invalid", "check the URL"}},
      {"the site's name", {{"--jira-url", "https://no-such-site.invalid"}}, {}, 3, {"no-such-site.invalid", "check the URL"}},
      {"nobody listens", {{"--jira-url", "http://127.0.0.1:9"}}, {}, 5, {"cannot connect to 127.0.0.1", "firewall"}},
      {"https to a port that speaks http", {{"--jira-url", plain_port_as_https}}, {}, 5, {"no TLS connection", "https"}},
      {"http to another machine", {{"--jira-url", "http://site.atlassian.net"}}, {}, 3, {"is not encrypted"}},
      {"the two URLs swapped", {{"--jira-url", "https://org.crm4.dynamics.com"}}, {}, 3, {"is a Dataverse organisation"}},
      {"tenant and client the same", {{"--tenant-id", sandbox.value("clientId")}}, {}, 3, {"are the same"}},
      {"a proxy that nobody listens at",
       {{"--authority-host", "https://login.microsoftonline.com"}},
       {{"HTTPS_PROXY", "http://127.0.0.1:9"}},
       5,
       {"firewall"}},
      {"a proxy without a name",
       {{"--authority-host", "https://login.microsoftonline.com"}},
       {{"HTTPS_PROXY", "http://no-such-proxy.invalid:3128"}},
       5,
       {"proxy"}},
      {"a proxy that refuses",  // it is no proxy: it answers CONNECT with a refusal
       {{"--authority-host", "https://login.microsoftonline.com"}},
       {{"HTTPS_PROXY", sandbox.value("jira")}},
       5,
       {"proxy"}},
      {"a CA file that is none", {{"--ca-file", "/nonexistent/ca.pem"}}, {}, 3, {"--ca-file"}},
  };
  for (auto const& row : rows) {
    CAPTURE(row.name);
    Operator const bob(sandbox);
    auto environment = row.environment;
    environment["TANDEM_DEADLINE"] = "3s";
    expect(bob.connect(row.options, environment), row.exit, row.words);
    CHECK_FALSE(std::filesystem::exists(bob.state()));
  }
}
