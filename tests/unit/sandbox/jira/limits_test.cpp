#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;
using tandem::Millis;

TEST_CASE("limits are off by default [L2]", "[sandbox][jira]") {
  Box box;
  for (int i = 0; i < 300; ++i) REQUIRE(box.get("myself").status == 200);
  CHECK(box.get("myself").header("X-RateLimit-Limit").empty());
}

TEST_CASE("a burst is refused per endpoint and refills with time [L2]", "[sandbox][jira]") {
  Box box;
  box.set("limits", "documented");
  for (int i = 0; i < 100; ++i) REQUIRE(box.get("myself").status == 200);
  auto const refused = box.get("myself");
  CHECK(refused.status == 429);
  CHECK(refused.header("RateLimit-Reason") == "jira-burst-based");
  CHECK(refused.header("Retry-After") == "1");
  CHECK(refused.header("X-RateLimit-Reset") == "2024-06-12T10:00:01Z");
  CHECK(box.get("field").status == 200);
  CHECK(box.get("field").header("X-RateLimit-Limit") == "100");
  box.set("jira.retryAfter", false);
  CHECK(box.get("myself").header("Retry-After").empty());
  box.clock.advance(Millis{500});
  for (int i = 0; i < 50; ++i) REQUIRE(box.get("myself").status == 200);
  CHECK(box.get("myself").status == 429);
}

TEST_CASE("one issue takes 20 writes in 2 seconds and 100 in 30; a refused write is not executed [L2]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.create("two");
  box.set("limits", "documented");
  auto const write = [&](std::string const& key, int n) { return box.put("issue/" + key + "/properties/k", std::to_string(n)); };
  for (int i = 0; i < 20; ++i) REQUIRE(write("SUP-1", i).status < 300);
  auto const refused = write("SUP-1", 99);
  CHECK(refused.status == 429);
  CHECK(refused.header("RateLimit-Reason") == "jira-per-issue-on-write");
  CHECK(refused.header("Retry-After") == "2");
  CHECK(box.get("issue/SUP-1/properties/k").body["value"].integer() == 19);
  CHECK(write("SUP-2", 1).status == 201);
  for (int round = 1; round < 5; ++round) {
    box.clock.advance(Millis{2000});
    for (int i = 0; i < 20; ++i) REQUIRE(write("SUP-1", i).status == 200);
  }
  box.clock.advance(Millis{2000});
  auto const longer = write("SUP-1", 1);
  CHECK(longer.status == 429);
  CHECK(longer.header("Retry-After") == "20");
  box.clock.advance(Millis{20000});
  CHECK(write("SUP-1", 1).status == 200);
}

TEST_CASE("edits of other people do not use up the connector's limits [L4]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.set("limits", "documented");
  for (int i = 0; i < 200; ++i) {
    REQUIRE(
        box.service
            .edit_as("alice", {"PUT", "/rest/api/3/issue/SUP-1", {}, R"({"fields":{"summary":")" + std::to_string(i) + R"("}})"})
            .status == 204);
  }
  CHECK(box.put("issue/SUP-1", R"({"fields":{"summary":"mine"}})").status == 204);
}
