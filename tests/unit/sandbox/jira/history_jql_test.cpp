#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;

namespace {

// SUP-1 went To Do -> In Progress (12th) -> Waiting (14th); SUP-2 never moved; bob gave SUP-2 another priority on the 14th.
struct Moved : Box {
  Moved() {
    create("one");
    create("two");
    post("issue/SUP-1/transitions", R"({"transition":{"id":"11"}})");
    clock.advance(std::chrono::hours{48});
    post("issue/SUP-1/transitions", R"({"transition":{"id":"21"}})");
    service.edit_as("bob", {"PUT", "/rest/api/3/issue/SUP-2", {}, R"({"fields":{"priority":{"id":"2"}}})"});
  }
};

}  // namespace

TEST_CASE("WAS and CHANGED read the history [jira §4, §7]", "[sandbox][jira]") {
  auto const [jql, keys] = GENERATE(table<std::string, std::string>({
      {"status was 'In Progress'", "SUP-1"},
      {"status was 'To Do' order by key", "SUP-1 SUP-2"},
      {"status was not 'In Progress'", "SUP-2"},
      {"status was in ('In Progress', Done)", "SUP-1"},
      {"status was not in ('In Progress', Done)", "SUP-2"},
      {"status was 'In Progress' before '2024-06-12'", ""},
      {"status was 'In Progress' on '2024-06-13'", "SUP-1"},
      {"status was 'In Progress' after '2024-06-15'", ""},
      {"status was 'In Progress' during ('2024-06-13', '2024-06-14')", "SUP-1"},
      {"status changed", "SUP-1"},
      {"status changed to Waiting after '2024-06-13'", "SUP-1"},
      {"status changed from 'To Do' to Waiting", ""},
      {"status changed from 'In Progress' to Waiting by currentUser()", "SUP-1"},
      {"priority changed by 'Bob Builder'", "SUP-2"},
      {"priority was Medium and priority = High", "SUP-2"},
      {"resolution was empty order by key", "SUP-1 SUP-2"},
  }));
  static Moved box;
  CAPTURE(jql);
  CHECK(box.found(jql) == keys);
}

TEST_CASE("functions give values and issues [jira §4]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  box.post("issue/SUP-2/remotelink", R"({"globalId":"system=x&id=\"1\"","object":{"url":"https://x.example","title":"T"}})");
  CHECK(box.found(R"(issue in issuesWithRemoteLinksByGlobalId("system=x&id=\"1\""))") == "SUP-2");
  CHECK(box.found(R"(issue not in issuesWithRemoteLinksByGlobalId("system=x&id=\"1\""))") == "SUP-1");
  CHECK(box.found(R"(project = SUP and key in issuesWithRemoteLinksByGlobalId("none"))").empty());
  CHECK(box.found("reporter in membersOf('support-agents') order by key") == "SUP-1 SUP-2");
  CHECK(box.found("issuetype in standardIssueTypes() and created >= startOfDay() and created <= endOfMonth() order by key") ==
        "SUP-1 SUP-2");
  CHECK(box.found("created < startOfDay('-1d')").empty());
  CHECK(box.found("created >= startOfWeek() and created >= startOfYear(-1) order by key") == "SUP-1 SUP-2");
}

TEST_CASE("jql/match tells which queries find which issues [jira §2]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  auto const answer = box.post("jql/match", R"({"jqls":["summary ~ two","nope = 1"],"issueIds":[10001,10002,77]})");
  REQUIRE(answer.status == 200);
  CHECK(json::to_text(answer.body["matches"].at(0)) == R"({"matchedIssues":[10002],"errors":[]})");
  CHECK(answer.body["matches"].at(1)["errors"].items().size() == 1);
}
