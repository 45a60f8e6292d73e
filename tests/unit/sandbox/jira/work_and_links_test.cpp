#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;

TEST_CASE("logged work moves the time tracking and writes history [jira §2, §6]", "[sandbox][jira]") {
  Box box;
  auto const made = box.post("issue", R"({"fields":{"project":{"key":"TEAM"},"issuetype":{"id":"10011"},"summary":"x",
    "timetracking":{"originalEstimate":"1d"}}})");
  REQUIRE(made.status == 201);
  box.clock.advance(tandem::Millis{60000});
  auto const logged = box.post("issue/TEAM-1/worklog", json::Object{{"timeSpent", "1h 30m"}, {"comment", jira_test::adf("dug")}});
  REQUIRE(logged.status == 201);
  CHECK(logged.body["timeSpentSeconds"].integer() == 5400);
  CHECK(logged.body["issueId"].text() == made.body["id"].text());
  CHECK(logged.header("Location") == logged.body["self"].text());
  auto tracking = box.get("issue/TEAM-1").body["fields"]["timetracking"];
  CHECK(tracking["timeSpent"].text() == "1h 30m");
  CHECK(tracking["remainingEstimate"].text() == "6h 30m");
  CHECK(box.get("issue/TEAM-1").body["fields"]["progress"]["percent"].integer() == 18);
  auto const items = box.get("issue/TEAM-1/changelog").body["values"].at(0)["items"];
  CHECK(items.at(0)["field"].text() == "timeestimate");
  CHECK(items.at(1)["field"].text() == "timespent");
  CHECK(items.at(1)["to"].text() == "5400");
  CHECK(box.put("issue/TEAM-1/worklog/10001?adjustEstimate=leave", R"({"timeSpentSeconds":3600})").status == 200);
  tracking = box.get("issue/TEAM-1").body["fields"]["timetracking"];
  CHECK(tracking["timeSpentSeconds"].integer() == 3600);
  CHECK(tracking["remainingEstimate"].text() == "6h 30m");
  CHECK(box.del("issue/TEAM-1/worklog/10001?adjustEstimate=new&newEstimate=2h").status == 204);
  tracking = box.get("issue/TEAM-1").body["fields"]["timetracking"];
  CHECK_FALSE(tracking.has("timeSpent"));
  CHECK(tracking["remainingEstimate"].text() == "2h");
  CHECK(box.get("issue/TEAM-1/worklog").body["total"].integer() == 0);
}

TEST_CASE("worklogs are listed by when the work began [jira §2]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.post("issue/SUP-1/worklog", R"({"timeSpent":"1h","started":"2024-01-01T00:00:00.000+0000"})");
  box.post("issue/SUP-1/worklog", R"({"timeSpent":"2h","started":"2024-02-01T00:00:00.000+0000"})");
  CHECK(box.get("issue/SUP-1/worklog").body["maxResults"].integer() == 5000);
  auto const later = box.get("issue/SUP-1/worklog?startedAfter=1704153600000").body;
  REQUIRE(later["worklogs"].items().size() == 1);
  CHECK(later["worklogs"].at(0)["timeSpent"].text() == "2h");
  CHECK(box.get("issue/SUP-1/worklog?startedBefore=1704153600000").body["total"].integer() == 1);
  CHECK(box.found("timespent > 10000") == "SUP-1");
}

TEST_CASE("a link is seen from both sides and in both histories [jira §6, §7]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  auto const made =
      box.post("issueLink", R"({"type":{"name":"Blocks"},"inwardIssue":{"key":"SUP-1"},"outwardIssue":{"key":"SUP-2"}})");
  REQUIRE(made.status == 201);
  CHECK(made.text.empty());
  auto const source = box.get("issue/SUP-1").body["fields"]["issuelinks"].at(0);
  CHECK(source["outwardIssue"]["key"].text() == "SUP-2");
  CHECK(source["type"]["outward"].text() == "blocks");
  auto const destination = box.get("issue/SUP-2").body["fields"]["issuelinks"].at(0);
  CHECK(destination["inwardIssue"]["key"].text() == "SUP-1");
  CHECK_FALSE(destination.has("outwardIssue"));
  CHECK(
      json::to_text(box.get("issue/SUP-2/changelog").body["values"].at(0)["items"].at(0)) ==
      R"({"field":"Link","fieldtype":"jira","from":null,"fromString":null,"to":"SUP-1","toString":"This issue is blocked by SUP-1"})");
  auto const link = box.get("issueLink/" + std::string(source["id"].text())).body;
  CHECK(link["inwardIssue"]["key"].text() == "SUP-1");
  CHECK(link["outwardIssue"]["key"].text() == "SUP-2");
  CHECK(box.found("issueLinkType = 'is blocked by'") == "SUP-2");
  CHECK(box.found("issue in linkedIssues('SUP-1')") == "SUP-2");
  CHECK(box.del("issueLink/" + std::string(source["id"].text())).status == 204);
  CHECK(box.get("issue/SUP-2").body["fields"]["issuelinks"].items().empty());
  CHECK(box.get("issue/SUP-1/changelog").body["values"].at(1)["items"].at(0)["from"].text() == "SUP-2");
}

TEST_CASE("links are made by an edit too, and go with their issue [jira §5]", "[sandbox][jira]") {
  Box box;
  for (auto const* name : {"a", "b"}) {
    box.post("issue", json::Object{{"fields", json::Object{{"project", json::Object{{"key", "TEAM"}}},
                                                           {"issuetype", json::Object{{"id", "10011"}}},
                                                           {"summary", name}}}});
  }
  CHECK(box.put("issue/TEAM-1",
                R"({"update":{"issuelinks":[{"add":{"type":{"name":"Relates"},"outwardIssue":{"key":"TEAM-2"}}}]}})")
            .status == 204);
  CHECK(box.get("issue/TEAM-2").body["fields"]["issuelinks"].items().size() == 1);
  CHECK(box.del("issue/TEAM-1").status == 204);
  CHECK(box.get("issue/TEAM-2").body["fields"]["issuelinks"].items().empty());
}

TEST_CASE("a restricted comment is seen, counted and searched for by its role alone [jira §8]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  json::Object body{{"body", jira_test::adf("secret")},
                    {"visibility", json::Object{{"type", "role"}, {"value", "Service Desk Team"}}}};
  REQUIRE(box.post("issue/SUP-1/comment", body).status == 201);
  REQUIRE(box.post("issue/SUP-1/comment", json::Object{{"body", jira_test::adf("open")}}).status == 201);
  CHECK(box.get("issue/SUP-1/comment").body["total"].integer() == 2);
  CHECK(box.get("issue/SUP-1/comment").body["comments"].at(0)["visibility"]["identifier"].text() == "10100");
  auto const bob = Box::basic("bob@example.com", "sandbox-bob-token");
  CHECK(box.send("GET", "issue/SUP-1/comment", nullptr, bob).body["total"].integer() == 1);
  CHECK(box.send("GET", "issue/SUP-1", nullptr, bob).body["fields"]["comment"]["total"].integer() == 1);
  CHECK(box.send("GET", "issue/SUP-1/comment/10001", nullptr, bob).status == 404);
  CHECK(box.send("GET", "comment/10001/properties", nullptr, bob).status == 404);
  CHECK(box.service.state()["issues"].at(0)["comments"].items().size() == 2);
}

TEST_CASE("an internal note of a service project is not public [jira §8]", "[sandbox][jira]") {
  Box box;
  REQUIRE(box.post("issue", R"({"fields":{"project":{"key":"DESK"},"issuetype":{"id":"10002"},"summary":"x"}})").status == 201);
  auto const note =
      box.post("issue/DESK-1/comment",
               json::Object{{"body", jira_test::adf("n")},
                            {"properties", jira_test::parsed(R"([{"key":"sd.public.comment","value":{"internal":true}}])")}});
  CHECK_FALSE(note.body["jsdPublic"].truthy());
  CHECK(box.post("issue/DESK-1/comment", json::Object{{"body", jira_test::adf("p")}}).body["jsdPublic"].truthy());
}
