// Service accounts, points of the hour, team-managed projects, hidden ones, and the page of an issue.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Answer;
using jira_test::Box;
namespace json = tandem::json;

namespace {

std::string const kGateway = "/ex/jira/6f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5/rest/api/3/";

Answer token_of(Box& box) {
  return Box::answer(box.service.handle(
      {"POST",
       "/oauth/token",
       {{"Content-Type", "application/json"}},
       R"({"grant_type":"client_credentials","client_id":"sandbox-jira-client","client_secret":"sandbox-jira-client-secret"})"}));
}
Answer through_gateway(Box& box, std::string const& path, std::string const& authorization) {
  return Box::answer(box.service.handle({"GET", kGateway + path, {{"Authorization", authorization}}, ""}));
}

}  // namespace

TEST_CASE("a service account signs in by client credentials, until its token expires [jira §1]", "[sandbox][jira]") {
  Box box;
  auto const token = token_of(box);
  REQUIRE(token.status == 200);
  CHECK(token.body["expires_in"].integer() == 3600);
  CHECK(token.body["token_type"].text() == "Bearer");
  CHECK_FALSE(token.body.has("refresh_token"));
  auto const bearer = "Bearer " + std::string(token.body["access_token"].text());
  auto const me = through_gateway(box, "myself", bearer);
  REQUIRE(me.status == 200);
  CHECK(me.body["accountType"].text() == "app");
  CHECK(me.body["appType"].text() == "service");
  box.clock.advance(std::chrono::hours{1});
  CHECK(through_gateway(box, "myself", bearer).status == 401);
  box.set("jira.oauthTokenLifetime", 60);
  CHECK(token_of(box).body["expires_in"].integer() == 60);
}

TEST_CASE("points are counted where they are charged, and told near their end [jira §11]", "[sandbox][jira]") {
  Box box;
  auto const bearer = "Bearer " + std::string(token_of(box).body["access_token"].text());
  box.set("limits", "documented");
  box.set("jira.pointsFor", "oauth");
  box.set("jira.pointsPerHour", 10);
  CHECK(box.get("field").header("X-RateLimit-Limit") == "100");  // an API token is exempt
  auto const first = through_gateway(box, "attachment/meta", bearer);
  CHECK(first.header("X-RateLimit-Limit") == "10");
  CHECK(first.header("X-RateLimit-Remaining") == "8");
  CHECK(first.header("RateLimit-Policy") == R"("global-app-quota";q=10;w=3600)");
  CHECK(first.header("RateLimit") == R"("global-app-quota";r=8;t=3600)");
  CHECK(first.header("X-RateLimit-NearLimit").empty());
  for (int i = 0; i < 3; ++i) through_gateway(box, "attachment/meta", bearer);
  CHECK(through_gateway(box, "attachment/meta", bearer).header("X-RateLimit-NearLimit") == "true");
  auto const refused = through_gateway(box, "attachment/meta", bearer);
  CHECK(refused.status == 429);
  CHECK(refused.header("RateLimit-Reason") == "jira-quota-global-based");
  CHECK(refused.header("Retry-After") == "3600");
  box.clock.advance(std::chrono::hours{1});
  auto const next = "Bearer " + std::string(token_of(box).body["access_token"].text());
  CHECK(through_gateway(box, "attachment/meta", next).status == 200);
}

TEST_CASE("a team-managed project has its own types, statuses and fields [jira §6]", "[sandbox][jira]") {
  Box box;
  auto const project = box.get("project/TEAM").body;
  CHECK(project["style"].text() == "next-gen");
  CHECK(project["simplified"].truthy());
  CHECK(project["issueTypes"].at(0)["scope"]["project"]["id"].text() == "10012");
  CHECK(project["issueTypes"].at(0)["hierarchyLevel"].integer() == 1);
  CHECK(box.get("project/SUP").body["style"].text() == "classic");
  bool scoped_status = false, scoped_field = false;
  auto const statuses = box.get("status").body;
  auto const all_fields = box.get("field").body;
  for (auto const& status : statuses.items()) scoped_status = scoped_status || status["scope"]["type"].text() == "PROJECT";
  for (auto const& field : all_fields.items()) scoped_field = scoped_field || field["scope"]["project"]["id"].text() == "10012";
  CHECK(scoped_status);
  CHECK(scoped_field);
  CHECK(box.post("issue", R"({"fields":{"project":{"key":"TEAM"},"issuetype":{"name":"Epic"},"summary":"epic"}})").status == 201);
  CHECK(box.post("issue",
                 R"({"fields":{"project":{"key":"TEAM"},"issuetype":{"name":"Task"},"summary":"t","parent":{"key":"TEAM-1"},
    "customfield_10071":{"value":"Red"}}})")
            .status == 201);
  CHECK(box.get("issue/TEAM-2").body["fields"]["parent"]["key"].text() == "TEAM-1");
  CHECK(box.get("issue/TEAM-2").body["fields"]["issuetype"]["id"].text() == "10011");
  CHECK(box.post("issue/TEAM-2/transitions", R"({"transition":{"id":31}})").status == 204);
  CHECK(box.found("project = TEAM and status = Done") == "TEAM-2");
}

TEST_CASE("what a transition hides, demands and does [jira §7, §15.11]", "[sandbox][jira]") {
  Box box;
  REQUIRE(box.post("issue",
                   R"({"fields":{"project":{"key":"DESK"},"issuetype":{"id":"10002"},"summary":"x","customfield_10080":null}})")
              .status == 400);
  REQUIRE(box.post("issue", R"({"fields":{"project":{"key":"DESK"},"issuetype":{"id":"10002"},"summary":"x"}})").status == 201);
  auto const names = [&](std::string const& more) {
    std::string out;
    auto const answer = box.get("issue/DESK-1/transitions" + more);
    for (auto const& one : answer.body["transitions"].items()) out += std::string(one["name"].text()) + ";";
    return out;
  };
  CHECK(names("") == "Answer;Ask back;");
  CHECK(names("?includeUnavailableTransitions=true") == "Answer;Ask back;Escalation by rule;Approve;");
  CHECK(box.get("issue/DESK-1/transitions").body["transitions"].at(1)["isConditional"].truthy());
  CHECK(box.post("issue/DESK-1/transitions", R"({"transition":{"id":"11"}})").status == 204);
  auto const refused = box.post("issue/DESK-1/transitions", R"({"transition":{"id":"31"}})");
  CHECK(refused.body["errorMessages"].at(0).text() == "Field Resolution is required.");
  CHECK(refused.body["errors"].members().empty());
  CHECK(box.post("issue/DESK-1/transitions",
                 R"({"transition":{"id":"31"},"fields":{"resolution":{"name":"Done"},"fixVersions":[{"name":"2024.2"}]}})")
            .status == 204);
}

TEST_CASE("a project that an account does not see does not exist for it [jira §1]", "[sandbox][jira]") {
  auto world = jira_test::world_part();
  auto projects = world["projects"].items();
  projects[1].set("members", json::Array{"bob"});
  world.set("projects", std::move(projects));
  Box box(world);
  auto const made = box.service.edit_as(
      "bob",
      {"POST", "/rest/api/3/issue", {}, R"({"fields":{"project":{"key":"OPS"},"issuetype":{"id":"10002"},"summary":"x"}})"});
  REQUIRE(made.status == 201);
  CHECK(box.get("issue/OPS-1").status == 404);
  CHECK(box.get("project/OPS").status == 404);
  CHECK(box.found("summary ~ x").empty());
  CHECK(box.get("project/search").body["total"].integer() == 3);
  CHECK(box.post("issue", R"({"fields":{"project":{"key":"OPS"},"issuetype":{"id":"10002"},"summary":"x"}})")
            .body["errors"]
            .has("project"));
}

TEST_CASE("the old createmeta, the limit report and the paged lists of a project [jira §2]", "[sandbox][jira]") {
  Box box;
  auto const meta = box.get("issue/createmeta?projectKeys=SUP&issuetypeIds=10004&expand=projects.issuetypes.fields").body;
  REQUIRE(meta["projects"].items().size() == 1);
  REQUIRE(meta["projects"].at(0)["issuetypes"].items().size() == 1);
  CHECK(meta["projects"].at(0)["issuetypes"].at(0)["fields"]["customfield_10060"]["required"].truthy());
  box.create("one");
  box.set("jira.issueLimits", json::Object{{"comment", 2}});
  for (int i = 0; i < 2; ++i) box.post("issue/SUP-1/comment", json::Object{{"body", jira_test::adf("c")}});
  auto const report = box.get("issue/limit/report?isReturningKeys=true").body;
  CHECK(report["issuesBreachingLimit"]["comment"]["SUP-1"].integer() == 2);
  CHECK(report["limits"]["worklog"].integer() == 10000);
  auto const components = box.get("project/SUP/component?query=hard").body;
  CHECK(components["total"].integer() == 1);
  CHECK(components["values"].at(0)["issueCount"].integer() == 0);
  CHECK(box.get("project/DESK/version?status=archived").body["values"].at(0)["name"].text() == "2019");
  auto const assignable = box.get("user/assignable/search?project=SUP&query=alice").body;
  REQUIRE(assignable.items().size() == 1);
  CHECK(assignable.at(0)["displayName"].text() == "Alice Agent");
}

TEST_CASE("the page of an issue shows everything and runs nothing [L6]", "[sandbox][jira]") {
  Box box;
  auto const fields = Box::fields("<script>alert(1)</script>", R"json({"description":{"type":"doc","version":1,"content":[
    {"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Head"}]},
    {"type":"paragraph","content":[{"type":"text","text":"<b>bold</b>","marks":[{"type":"strong"}]},
      {"type":"text","text":"click","marks":[{"type":"link","attrs":{"href":"javascript:alert(1)"}}]}]}]}})json");
  REQUIRE(box.post("issue", json::Object{{"fields", fields}}).status == 201);
  box.post("issue/SUP-1/remotelink", R"({"relationship":"synced with","object":{"url":"javascript://x","title":"<i>T</i>"}})");
  box.post("issue/SUP-1/comment", json::Object{{"body", jira_test::adf("a & b")}});
  box.post("issue/SUP-1/worklog", R"({"timeSpent":"45m"})");
  box.service.edit_as("alice",
                      {"POST", "/rest/api/3/issue/SUP-1/attachments", {}, R"({"files":[{"filename":"a\"b.txt","text":"x"}]})"});
  box.post("issue/SUP-1/transitions", R"({"transition":{"id":"11"}})");
  auto const page = box.service.handle({"GET", "/browse/sup-1", {}, ""});
  REQUIRE(page.status == 200);
  for (auto const* seen : {"&lt;script&gt;alert(1)", "<h4>Head</h4>", "<strong>&lt;b&gt;bold", "click", "&lt;i&gt;T&lt;/i&gt;",
                           "synced with", "a &amp; b", "45m", "a&quot;b.txt", "To Do → In Progress", "Tandem Connector"}) {
    CHECK_THAT(page.body, Catch::Contains(seen));
  }
  for (auto const* hidden : {"<script", "href=\"javascript:", "<i>T"}) CHECK_THAT(page.body, !Catch::Contains(hidden));
  CHECK(box.service.handle({"GET", "/browse/%3Cb%3E", {}, ""}).status == 404);
}
