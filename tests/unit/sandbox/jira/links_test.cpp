#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;

TEST_CASE("a property is created with 201, replaced with 200, and moves nothing [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.clock.advance(tandem::Millis{5000});
  CHECK(box.put("issue/SUP-1/properties/tandem.link", R"({"v":1,"deep":{"n":1.50}})").status == 201);
  auto const again = box.put("issue/SUP-1/properties/tandem.link", R"({"v":2})");
  CHECK(again.status == 200);
  CHECK(again.text.empty());
  auto const held = box.get("issue/SUP-1/properties/tandem.link");
  CHECK(held.text == R"({"key":"tandem.link","value":{"v":2}})");
  CHECK(box.get("issue/10001/properties").body["keys"].at(0)["key"].text() == "tandem.link");
  CHECK(box.get("issue/SUP-1?fields=updated").body["fields"]["updated"].text() == "2024-06-12T12:00:00.000+0200");
  CHECK(box.get("issue/SUP-1/changelog").body["total"].integer() == 0);
  CHECK(box.del("issue/SUP-1/properties/tandem.link").status == 204);
  CHECK(box.del("issue/SUP-1/properties/tandem.link").status == 404);
  CHECK(box.get("issue/SUP-1/properties/tandem.link").status == 404);
  CHECK(box.put("issue/SUP-9/properties/x", "1").status == 404);
}

TEST_CASE("the answer to a property PUT may hold an empty object [L2]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.set("jira.propertyPutBody", "{}");
  CHECK(box.put("issue/SUP-1/properties/k", "1").text == "{}");
  CHECK_FALSE(box.service.configure("jira.propertyPutBody", "maybe").has_value());
}

TEST_CASE("property keys and values have their limits [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.put("issue/SUP-1/properties/" + std::string(256, 'k'), "1").status == 400);
  CHECK(box.put("issue/SUP-1/properties/" + std::string(255, 'k'), "1").status == 201);
  CHECK(box.put("issue/SUP-1/properties/k", json::Value(std::string(32767, 'x'))).status == 400);
  CHECK(box.put("issue/SUP-1/properties/k", json::Value(std::string(32766, 'x'))).status == 201);
  CHECK(box.put("issue/SUP-1/properties/a%2Fb", "1").status == 201);
  CHECK(box.get("issue/SUP-1/properties/a%2Fb").body["key"].text() == "a/b");
}

TEST_CASE("the same globalId replaces the whole remote link [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.clock.advance(tandem::Millis{5000});
  auto const first = box.post(
      "issue/SUP-1/remotelink",
      R"({"globalId":"system=x&id=1","relationship":"synced with","application":{"name":"Dynamics"},"object":{"url":"https://x.example/1","title":"CAS-1","summary":"s"}})");
  CHECK(first.status == 201);
  CHECK(first.body["id"].is_number());
  auto const second = box.post("issue/SUP-1/remotelink",
                               R"({"globalId":"system=x&id=1","object":{"url":"https://x.example/1","title":"CAS-1 closed"}})");
  CHECK(second.status == 200);
  CHECK(second.body["id"] == first.body["id"]);
  auto const links = box.get("issue/SUP-1/remotelink");
  REQUIRE(links.body.items().size() == 1);
  auto const& link = links.body.at(0);
  CHECK(link["object"]["title"].text() == "CAS-1 closed");
  CHECK_FALSE(link["object"].has("summary"));
  CHECK_FALSE(link.has("relationship"));
  CHECK(link["application"].members().empty());
  CHECK(box.get("issue/SUP-1/remotelink?globalId=system%3Dx%26id%3D1").body.items().size() == 1);
  CHECK(box.get("issue/SUP-1/remotelink?globalId=other").status == 404);
}

TEST_CASE("remote links without globalId multiply; each write is history and moves updated [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.clock.advance(tandem::Millis{60000});
  auto const body = R"({"object":{"url":"https://x.example/1","title":"T"}})";
  CHECK(box.post("issue/SUP-1/remotelink", body).status == 201);
  CHECK(box.post("issue/SUP-1/remotelink", body).status == 201);
  auto const links = box.get("issue/SUP-1/remotelink").body;
  REQUIRE(links.items().size() == 2);
  auto const id = links.at(0)["id"].scalar_text();
  CHECK(box.put("issue/SUP-1/remotelink/" + id, R"({"object":{"url":"https://x.example/2","title":"U"}})").status == 204);
  CHECK(box.get("issue/SUP-1/remotelink/" + id).body["object"]["title"].text() == "U");
  CHECK(box.del("issue/SUP-1/remotelink/" + id).status == 204);
  CHECK(box.get("issue/SUP-1/remotelink/" + id).status == 404);
  auto const log = box.get("issue/SUP-1/changelog").body["values"];
  REQUIRE(log.items().size() == 4);
  CHECK(
      json::to_text(log.at(0)["items"].at(0)) ==
      R"({"field":"RemoteIssueLink","fieldtype":"jira","from":null,"fromString":null,"to":"10001","toString":"This issue links to \"T (Web Link)\""})");
  CHECK(log.at(3)["items"].at(0)["to"].is_null());
  CHECK(box.get("issue/SUP-1?fields=updated").body["fields"]["updated"].text() == "2024-06-12T12:01:00.000+0200");
}

TEST_CASE("remote links that are refused [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.post("issue/SUP-1/remotelink", R"({"object":{"title":"T"}})").body["errors"].has("object.url"));
  CHECK(box.post("issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example"}})").body["errors"].has("object.title"));
  CHECK(box.post("issue/SUP-1/remotelink", json::Object{{"globalId", std::string(256, 'g')},
                                                        {"object", json::Object{{"url", "https://x.example"}, {"title", "T"}}}})
            .status == 400);
  CHECK(box.del("issue/SUP-1/remotelink").status == 400);
  CHECK(box.del("issue/SUP-1/remotelink?globalId=none").status == 404);
  CHECK(box.post("issue/SUP-9/remotelink", R"({"object":{"url":"https://x.example","title":"T"}})").status == 404);
  box.set("jira.revokePermission", "LINK_ISSUES");
  CHECK(box.post("issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example","title":"T"}})").status == 403);
}

TEST_CASE("a bodyless DELETE on remote links without a Content-Type is 415 [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.post("issue/SUP-1/remotelink", R"({"globalId":"g","object":{"url":"https://x.example","title":"T"}})");
  auto const authorization = Box::basic("tandem@example.com", "sandbox-jira-token");
  CHECK(box.service.handle({"DELETE", "/rest/api/3/issue/SUP-1/remotelink?globalId=g", {{"Authorization", authorization}}, ""})
            .status == 415);
  CHECK(box.del("issue/SUP-1/remotelink?globalId=g").status == 204);
}
