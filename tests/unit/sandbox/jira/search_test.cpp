#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;
using tandem::Millis;

TEST_CASE("search gives ids alone by default, and exactly the fields that are asked for [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  auto const bare = box.post("search/jql", R"({"jql":"project = SUP"})");
  CHECK(bare.text == R"({"issues":[{"id":"10001"}],"isLast":true})");
  auto const some = box.post("search/jql", R"({"jql":"project = SUP","fields":["summary","nope"]})");
  CHECK(json::to_text(some.body["issues"].at(0)["fields"]) == R"({"summary":"one"})");
  CHECK(some.body["issues"].at(0)["key"].text() == "SUP-1");
  CHECK_FALSE(some.body.has("total"));
  CHECK_FALSE(some.body.has("startAt"));
  auto const all = box.get("search/jql?jql=project%20%3D%20SUP&fields=*all,-comment");
  CHECK(all.body["issues"].at(0)["fields"].has("customfield_10050"));
  CHECK_FALSE(all.body["issues"].at(0)["fields"].has("comment"));
}

TEST_CASE("pages go on by an opaque token that is bound to its query [L1]", "[sandbox][jira]") {
  Box box;
  for (int i = 0; i < 7; ++i) {
    box.create("issue " + std::to_string(i));
    if (i % 2 == 0) box.clock.advance(Millis{1000});  // some share their moment
  }
  auto const order = GENERATE(std::string("ORDER BY updated ASC, key ASC"), std::string("ORDER BY updated DESC, key DESC"),
                              std::string("ORDER BY key DESC"), std::string("ORDER BY id ASC"),
                              std::string("ORDER BY summary ASC"), std::string(""));
  CAPTURE(order);
  auto const jql = "project = SUP " + order;
  std::string seen, token;
  int pages = 0;
  do {
    json::Object body{{"jql", jql}, {"fields", json::Array{"key"}}, {"maxResults", 3}};
    if (!token.empty()) body.set("nextPageToken", token);
    auto const page = box.post("search/jql", body);
    REQUIRE(page.status == 200);
    for (auto const& issue : page.body["issues"].items()) seen += (seen.empty() ? "" : " ") + std::string(issue["key"].text());
    token = page.body["nextPageToken"].text();
    CHECK(page.body["isLast"].truthy() == token.empty());
    CHECK(page.body.has("nextPageToken") == !token.empty());
    ++pages;
  } while (!token.empty() && pages < 10);
  CHECK(pages == 3);
  CHECK(seen == box.found(jql));
  bool const up = order.find("ASC") != std::string::npos;
  CHECK(seen == (up ? "SUP-1 SUP-2 SUP-3 SUP-4 SUP-5 SUP-6 SUP-7" : "SUP-7 SUP-6 SUP-5 SUP-4 SUP-3 SUP-2 SUP-1"));
}

TEST_CASE("a token of another query, a damaged and an old one are refused [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  auto const first = box.post("search/jql", R"({"jql":"project = SUP","maxResults":1})");
  std::string const token(first.body["nextPageToken"].text());
  auto const next = [&](std::string_view jql, std::string_view with) {
    return box.post("search/jql", json::Object{{"jql", jql}, {"maxResults", 1}, {"nextPageToken", with}}).status;
  };
  CHECK(next("project = SUP", token) == 200);
  CHECK(next("project = \"SUP\"", token) == 400);
  CHECK(next("project = SUP", token.substr(4)) == 400);
  CHECK(next("project = SUP", "x") == 400);
  box.clock.advance(std::chrono::hours{24 * 8});
  CHECK(next("project = SUP", token) == 400);
}

TEST_CASE("page sizes: few rows when fields are asked for, thousands of bare ids [L1]", "[sandbox][jira]") {
  Box box;
  for (int i = 0; i < 120; ++i) box.create("x");
  CHECK(box.post("search/jql", R"({"jql":"project = SUP"})").body["issues"].items().size() == 50);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP","maxResults":5000})").body["issues"].items().size() == 120);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP","maxResults":5000,"fields":["*all"]})").body["issues"].items().size() ==
        50);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP","maxResults":0})").status == 400);
}

TEST_CASE("search is late by the lag, but for ids that are reconciled [L1]", "[sandbox][jira]") {
  Box box;
  box.create("old", R"({"labels":["a"]})");
  box.set("jira.searchLag", "10m");
  box.create("new");
  box.put("issue/SUP-1", R"({"fields":{"summary":"changed","labels":[]}})");
  box.put("issue/SUP-1/properties/k", "1");
  CHECK(box.found("project = SUP") == "SUP-1");
  CHECK(box.found("labels = a") == "SUP-1");
  auto const row =
      box.post("search/jql", R"({"jql":"project = SUP","fields":["summary"],"properties":["k"]})").body["issues"].at(0);
  CHECK(row["fields"]["summary"].text() == "old");
  CHECK(row["properties"].members().empty());
  CHECK(box.get("issue/SUP-1?fields=summary").body["fields"]["summary"].text() == "changed");
  CHECK(box.post("issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-2"]})").body["issues"].items().size() == 1);
  auto const now =
      box.post("search/jql", R"({"jql":"project = SUP ORDER BY key ASC","fields":["summary"],"reconcileIssues":[10001,10002]})");
  REQUIRE(now.body["issues"].items().size() == 2);
  CHECK(now.body["issues"].at(0)["fields"]["summary"].text() == "changed");
  CHECK(box.post("search/approximate-count", R"({"jql":"project = SUP"})").body["count"].integer() == 1);

  box.clock.advance(std::chrono::minutes{9});
  CHECK(box.found("project = SUP") == "SUP-1");
  box.clock.advance(std::chrono::minutes{1});
  CHECK(box.found("project = SUP ORDER BY key ASC") == "SUP-1 SUP-2");
  CHECK(box.found("labels = a").empty());
  CHECK(box.post("search/approximate-count", R"({"jql":"project = SUP"})").body["count"].integer() == 2);
}

TEST_CASE("two changes within the lag come into the index one after the other [L1]", "[sandbox][jira]") {
  Box box;
  box.create("alpha");
  box.set("jira.searchLag", "10m");
  box.put("issue/SUP-1", R"({"fields":{"summary":"beta"}})");
  box.clock.advance(std::chrono::minutes{5});
  box.put("issue/SUP-1", R"({"fields":{"summary":"gamma"}})");
  CHECK(box.found("summary ~ alpha") == "SUP-1");
  box.clock.advance(std::chrono::minutes{5});
  CHECK(box.found("summary ~ beta") == "SUP-1");
  box.clock.advance(std::chrono::minutes{5});
  CHECK(box.found("summary ~ gamma") == "SUP-1");
}

TEST_CASE("bulkfetch lags too where the site is set so; switching the lag off lets the index catch up [L1]", "[sandbox][jira]") {
  Box box;
  box.set("jira.searchLag", 600000);
  box.set("jira.bulkFetchLags", true);
  box.create("one");
  auto const fetched = [&] {
    return box.post("issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"]})").body["issues"].items().size();
  };
  CHECK(fetched() == 0);
  CHECK(box.get("issue/SUP-1").status == 200);
  box.set("jira.searchLag", "0");
  CHECK(fetched() == 1);
  CHECK(box.found("project = SUP") == "SUP-1");
}

TEST_CASE("a row can be missing once, though never a reconciled one [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  box.set("jira.dropSearchRow", "SUP-1");
  CHECK(box.found("project = SUP") == "SUP-2");
  CHECK(box.found("project = SUP") == "SUP-2 SUP-1");
  box.set("jira.dropSearchRow", 1);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP","reconcileIssues":[10001,10002]})").body["issues"].items().size() == 2);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP"})").body["issues"].items().size() == 1);
  CHECK(box.post("search/jql", R"({"jql":"project = SUP"})").body["issues"].items().size() == 2);
}

TEST_CASE("search requests of a wrong shape are refused [L1]", "[sandbox][jira]") {
  Box box;
  auto const body = GENERATE(values<std::string>(
      {R"({"jql":"project = SUP","startAt":50})", R"({"jql":"project = SUP","fields":"summary"})",
       R"({"jql":"project = SUP","expand":["names"]})", R"({"jql":"project = SUP","reconcileIssues":["SUP-1"]})",
       R"({"jql":"project = SUP","properties":["1","2","3","4","5","6"]})", R"({"jql":""})", R"({})", "[]"}));
  CAPTURE(body);
  auto const answer = box.post("search/jql", body);
  CHECK(answer.status == 400);
  CHECK_FALSE(answer.body["errorMessages"].items().empty());
}

TEST_CASE("more than 50 issues cannot be reconciled [L1]", "[sandbox][jira]") {
  Box box;
  json::Array ids;
  for (int i = 0; i < 51; ++i) ids.emplace_back(10001 + i);
  CHECK(box.post("search/jql", json::Object{{"jql", "project = SUP"}, {"reconcileIssues", ids}}).status == 400);
  ids.pop_back();
  CHECK(box.post("search/jql", json::Object{{"jql", "project = SUP"}, {"reconcileIssues", ids}}).status == 200);
}
