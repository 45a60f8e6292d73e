#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;

namespace {

json::Value big_world(int count) {
  auto world = jira_test::world_part();
  json::Array issues;
  auto const start = *tandem::parse_instant("2024-01-01T00:00:00Z");
  for (int i = 0; i < count; ++i) {
    issues.emplace_back(json::Object{{"project", i % 10 == 0 ? "OPS" : "SUP"},
                                     {"type", "10002"},
                                     {"created", tandem::to_rfc3339(start + std::chrono::seconds{i})},
                                     {"fields", json::Object{{"summary", "Issue " + std::to_string(i)}}}});
  }
  world.set("issues", std::move(issues));
  return world;
}

}  // namespace

TEST_CASE("a site of 20,000 issues is walked page by page in the order of updated [L1]", "[sandbox][jira]") {
  Box box(big_world(20000));
  std::string token;
  std::size_t seen = 0;
  std::string last;
  do {
    json::Object body{{"jql", "project = SUP AND updated >= 1704067200000 ORDER BY updated ASC, key ASC"},
                      {"fields", json::Array{"updated"}},
                      {"maxResults", 100}};
    if (!token.empty()) body.set("nextPageToken", token);
    auto const page = box.post("search/jql", body);
    REQUIRE(page.status == 200);
    for (auto const& issue : page.body["issues"].items()) {
      auto const updated = std::string(issue["fields"]["updated"].text());
      REQUIRE(last <= updated);
      last = updated;
      ++seen;
    }
    token = page.body["nextPageToken"].text();
  } while (!token.empty());
  CHECK(seen == 18000);
  CHECK(box.found("updated >= 1704087198000 and project = SUP order by updated asc") == "SUP-17999 SUP-18000");
  CHECK(box.create("next") == "SUP-18001");
}

TEST_CASE("issues of the world file have what it gives them [L1]", "[sandbox][jira]") {
  auto world = jira_test::world_part();
  world.set(
      "issues",
      jira_test::parsed(
          R"([{"project":"SUP","type":"10002","key":"SUP-40","id":"12345","status":"3","author":"alice","created":"2024-01-01T00:00:00Z",
    "updated":"2024-02-01T00:00:00Z","fields":{"summary":"old","description":{"type":"doc","version":1,"content":[{"type":"text","text":"loose"}]}},
    "properties":{"p":{"v":1}},"comments":[{"author":"bob","body":{"type":"doc","version":1,"content":[]}}],"formerKeys":["OLD-7"]}])"));
  Box box(world);
  auto const issue = box.get("issue/old-7?properties=p").body;
  CHECK(issue["id"].text() == "12345");
  CHECK(issue["key"].text() == "SUP-40");
  CHECK(issue["fields"]["creator"]["displayName"].text() == "Alice Agent");
  CHECK(issue["fields"]["created"].text() == "2024-01-01T01:00:00.000+0100");
  CHECK(issue["fields"]["status"]["id"].text() == "3");
  CHECK(issue["fields"]["comment"]["total"].integer() == 1);
  CHECK(issue["properties"]["p"]["v"].integer() == 1);
  CHECK(box.post("issue/bulkfetch", R"({"issueIdsOrKeys":["OLD-7"]})").body["issues"].at(0)["key"].text() == "SUP-40");
  CHECK(box.create("next") == "SUP-41");
}

TEST_CASE("a world that makes no sense is refused with its place [L1]", "[sandbox][jira]") {
  sandbox::VirtualClock clock(*tandem::parse_instant("2024-06-12T10:00:00Z"));
  auto const fails_with = [&](std::string_view member, std::string_view value) {
    auto world = jira_test::world_part();
    world.set(std::string(member), jira_test::parsed(value));
    auto const loaded = sandbox::jira::JiraService(clock, 1).load(world);
    return loaded ? std::string("loaded") : loaded.error().message;
  };
  CHECK_THAT(fails_with("site", "{}"), Catch::Contains("site.url"));
  CHECK_THAT(fails_with("fields", R"([{"id":"customfield_1","name":"x","type":"nope"}])"), Catch::Contains("customfield_1"));
  CHECK_THAT(fails_with("issues", R"([{"project":"NOPE"}])"), Catch::Contains("unknown project"));
  CHECK_THAT(fails_with("issues", R"([{"project":"SUP","fields":{"labels":["a b"]}}])"), Catch::Contains("SUP-1"));
  CHECK_THAT(fails_with("accounts", R"([{"login":"x","accountId":"1","timeZone":"Mars"}])"), Catch::Contains("Mars"));
}
