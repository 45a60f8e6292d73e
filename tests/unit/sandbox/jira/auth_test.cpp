#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;

TEST_CASE("a good token signs in, and the answer says as whom [L1]", "[sandbox][jira]") {
  Box box;
  auto const me = box.get("myself");
  CHECK(me.status == 200);
  CHECK(me.body["accountId"].text() == "712020:0b6c1f4e-2d35-4a7b-9c11-5e8f7a6b3c21");
  CHECK(me.body["timeZone"].text() == "Europe/Berlin");
  CHECK(me.header("X-AACCOUNTID") == "712020%3A0b6c1f4e-2d35-4a7b-9c11-5e8f7a6b3c21");
  CHECK(me.header("X-Seraph-LoginReason").empty());
}

TEST_CASE("a refused token makes the caller anonymous, and only a header tells [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  bool const dead = GENERATE(false, true);
  std::string const wrong = Box::basic("tandem@example.com", dead ? "sandbox-jira-token" : "another");
  if (dead) box.set("jira.deadToken", true);
  auto const projects = box.send("GET", "project/search", nullptr, wrong);
  CHECK(projects.status == 200);
  CHECK(projects.body["total"].integer() == 0);
  CHECK(projects.body["isLast"].truthy());
  CHECK(projects.body["values"].items().empty());
  CHECK(projects.header("X-Seraph-LoginReason") == "AUTHENTICATED_FAILED");
  CHECK(projects.header("X-AACCOUNTID").empty());
  auto const query = jira_test::parsed(R"({"jql":"project = SUP"})");
  auto const search = box.send("POST", "search/jql", &query, wrong);
  CHECK(search.status == 200);
  CHECK(search.body["issues"].items().empty());
  CHECK(search.body["isLast"].truthy());
  CHECK(search.header("X-Seraph-LoginReason") == "AUTHENTICATED_FAILED");
  CHECK(box.send("GET", "issue/SUP-1", nullptr, wrong).status == 404);
  CHECK(box.send("GET", "myself", nullptr, wrong).status == 401);
  CHECK(box.send("GET", "myself", nullptr, wrong).header("X-Seraph-LoginReason") == "AUTHENTICATED_FAILED");
  CHECK(box.send("GET", "serverInfo", nullptr, wrong).status == 200);
}

TEST_CASE("an anonymous request is answered alike, without the header [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.send("GET", "project/search", nullptr, "").body["total"].integer() == 0);
  CHECK(box.send("GET", "myself", nullptr, "").status == 401);
  CHECK(box.send("GET", "issue/SUP-1", nullptr, "").status == 404);
  CHECK(box.send("GET", "project/search", nullptr, "").header("X-Seraph-LoginReason").empty());
  auto const body = jira_test::parsed(R"({"fields":{}})");
  CHECK(box.send("POST", "issue", &body, "").status == 401);
  CHECK(box.send("PUT", "issue/SUP-1", &body, "").status == 404);
  CHECK(box.send("PUT", "issue/SUP-1/properties/x", &body, "").status == 404);
  auto const wanted = jira_test::parsed(R"({"issueIdsOrKeys":["SUP-1"]})");
  CHECK(box.send("POST", "issue/bulkfetch", &wanted, "").body["issues"].items().empty());
}

TEST_CASE("a scoped token works behind the gateway alone, a classic one on the site alone [L1]", "[sandbox][jira]") {
  Box box;
  auto const scoped = Box::basic("tandem@example.com", "sandbox-jira-scoped-token");
  auto const classic = Box::basic("tandem@example.com", "sandbox-jira-token");
  auto const at_gateway = [&](std::string const& token, std::string const& cloud) {
    return box.service.handle({"GET", "/ex/jira/" + cloud + "/rest/api/3/myself", {{"Authorization", token}}, ""}).status;
  };
  std::string const cloud = "6f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5";
  CHECK(at_gateway(scoped, cloud) == 200);
  CHECK(at_gateway(classic, cloud) == 401);
  CHECK(at_gateway(scoped, "another") == 404);
  CHECK(box.send("GET", "myself", nullptr, scoped).status == 401);
}

TEST_CASE("requests that the edge or the router refuses [L1]", "[sandbox][jira]") {
  Box box;
  auto const auth = Box::basic("tandem@example.com", "sandbox-jira-token");
  SECTION("a GET with a body") {
    CHECK(box.service.handle({"GET", "/rest/api/3/myself", {{"Authorization", auth}}, "{}"}).status == 400);
  }
  SECTION("bytes that are no UTF-8") {
    CHECK(box.get("issue/%FF").status == 400);
    CHECK(box.get("search/jql?jql=summary%20~%20%C3").status == 400);
  }
  SECTION("an unknown route is HTML") {
    auto const answer = box.get("nothing/here");
    CHECK(answer.status == 404);
    CHECK(answer.header("Content-Type").starts_with("text/html"));
  }
  SECTION("another method") { CHECK(box.send("DELETE", "myself").status == 405); }
  SECTION("a body that is no JSON") {
    auto const answer = Box::answer(
        box.service.handle({"POST", "/rest/api/3/issue", {{"Authorization", auth}, {"Content-Type", "application/json"}}, "{"}));
    CHECK(answer.status == 400);
    CHECK(answer.body["errorMessages"].items().size() == 1);
  }
  SECTION("a body without its type") {
    CHECK(box.service.handle({"POST", "/rest/api/3/issue", {{"Authorization", auth}}, "{}"}).status == 415);
  }
  SECTION("the removed search") {
    CHECK(box.get("search?jql=project%20%3D%20SUP").status == 410);
    CHECK(box.post("search", R"({"jql":"project = SUP"})").status == 410);
  }
}
