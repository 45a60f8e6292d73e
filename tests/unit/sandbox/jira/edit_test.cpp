#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::adf;
using jira_test::Box;
namespace json = tandem::json;
using tandem::Millis;

TEST_CASE("an edit changes what it names, writes history and moves updated [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one", R"({"labels":["a"]})");
  box.clock.advance(Millis{60000});
  auto const answer =
      box.put("issue/SUP-1",
              R"({"fields":{"summary":"two","priority":{"name":"Low"}},"update":{"labels":[{"add":"b"},{"remove":"a"}]}})");
  CHECK(answer.status == 204);
  CHECK(answer.text.empty());
  CHECK(answer.header("Content-Type") == "text/html;charset=UTF-8");
  auto const issue = box.get("issue/SUP-1?fields=summary,labels,priority,updated,created");
  CHECK(issue.body["fields"]["summary"].text() == "two");
  CHECK(issue.body["fields"]["labels"] == json::Value(json::Array{"b"}));
  CHECK(issue.body["fields"]["updated"].text() == "2024-06-12T12:01:00.000+0200");
  CHECK(issue.body["fields"]["created"].text() == "2024-06-12T12:00:00.000+0200");
  auto const log = box.get("issue/SUP-1/changelog");
  REQUIRE(log.body["total"].integer() == 1);
  auto const& items = log.body["values"].at(0)["items"];
  REQUIRE(items.items().size() == 3);
  CHECK(json::to_text(items.at(0)) ==
        R"({"field":"labels","fieldtype":"jira","fieldId":"labels","from":null,"fromString":"a","to":null,"toString":"b"})");
  CHECK(
      json::to_text(items.at(1)) ==
      R"({"field":"priority","fieldtype":"jira","fieldId":"priority","from":"3","fromString":"Medium","to":"4","toString":"Low"})");
  CHECK(
      json::to_text(items.at(2)) ==
      R"({"field":"summary","fieldtype":"jira","fieldId":"summary","from":null,"fromString":"one","to":null,"toString":"two"})");
}

TEST_CASE("an edit without effect makes no history and moves nothing [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one", R"({"labels":["a"],"customfield_10052":20000})");
  box.clock.advance(Millis{60000});
  auto const body =
      GENERATE(R"({"fields":{"summary":"one"}})", R"({"update":{"labels":[{"add":"a"}]}})",
               R"({"fields":{"customfield_10052":20000.0000}})", R"({"fields":{"duedate":null}})", R"({"fields":{}})");
  CAPTURE(body);
  CHECK(box.put("issue/SUP-1", body).status == 204);
  CHECK(box.get("issue/SUP-1/changelog").body["total"].integer() == 0);
  CHECK(box.get("issue/SUP-1?fields=updated").body["fields"]["updated"].text() == "2024-06-12T12:00:00.000+0200");
}

TEST_CASE("returnIssue gives the issue, unless the site ignores it [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  auto const shown = box.put("issue/SUP-1?returnIssue=true", R"({"fields":{"summary":"two"}})");
  CHECK(shown.status == 200);
  CHECK(shown.body["fields"]["summary"].text() == "two");
  CHECK(shown.body["key"].text() == "SUP-1");
  box.set("jira.returnIssue", false);
  CHECK(box.put("issue/SUP-1?returnIssue=true", R"({"fields":{"summary":"three"}})").status == 204);
}

TEST_CASE("edits that do not fit are refused as a whole [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one", R"({"customfield_10056":[{"id":"10131"}]})");
  auto const [body, field] = GENERATE(table<std::string, std::string>({
      {R"({"fields":{"summary":null,"duedate":"2024-01-01"}})", "summary"},
      {R"({"fields":{"customfield_10063":"x","duedate":"2024-01-01"}})", "customfield_10063"},
      {R"({"fields":{"project":{"key":"OPS"},"duedate":"2024-01-01"}})", "project"},
      {R"({"fields":{"issuetype":{"id":"10004"},"duedate":"2024-01-01"}})", "issuetype"},
      {R"({"fields":{"labels":["a"],"duedate":"2024-01-01"},"update":{"labels":[{"add":"b"}]}})", "labels"},
      {R"({"fields":{"duedate":"2024-01-01"},"update":{"summary":[{"add":"b"}]}})", "summary"},
      {R"({"fields":{"duedate":"2024-01-01"},"update":{"labels":[{"add":"b c"}]}})", "labels"},
      {R"({"fields":{"duedate":"2024-01-01"},"update":{"customfield_10056":[{"add":{"id":"1"}}]}})", "customfield_10056"},
      {R"({"fields":{"resolution":{"id":"10000"},"duedate":"2024-01-01"}})", "resolution"},
  }));
  CAPTURE(body);
  auto const answer = box.put("issue/SUP-1", body);
  CHECK(answer.status == 400);
  CHECK(answer.body["errors"].has(field));
  CHECK(box.get("issue/SUP-1?fields=duedate").body["fields"]["duedate"].is_null());
}

TEST_CASE("operations on lists: set, add, remove of options, components and versions [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.put("issue/SUP-1",
                R"({"update":{"customfield_10056":[{"add":{"value":"Web"}},{"add":{"id":"10130"}},{"remove":{"value":"Web"}}],
    "components":[{"set":[{"name":"Hardware"},{"name":"Software"}]}],"fixVersions":[{"add":{"name":"2.0"}}]}})")
            .status == 204);
  auto const held = box.get("issue/SUP-1?fields=customfield_10056,components,fixVersions").body["fields"];
  CHECK(held["customfield_10056"].items().size() == 1);
  CHECK(held["customfield_10056"].at(0)["value"].text() == "Phone");
  CHECK(held["components"].items().size() == 2);
  CHECK(held["fixVersions"].at(0)["name"].text() == "2.0");
  auto const items = box.get("issue/SUP-1/changelog").body["values"].at(0)["items"];
  std::string names;
  for (auto const& item : items.items())
    names += std::string(item["field"].text()) + "=" + std::string(item["toString"].text()) + ";";
  CHECK(names == "Component=Hardware;Component=Software;Channels=Phone;Fix Version=2.0;");
}

TEST_CASE("without the right to edit no field is on the screen [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.set("jira.revokePermission", "EDIT_ISSUES");
  CHECK(box.put("issue/SUP-1", R"({"fields":{"summary":"x"}})").body["errors"].has("summary"));
  CHECK(box.get("issue/SUP-1/editmeta").body["fields"].members().empty());
  CHECK(box.put("issue/SUP-1/properties/k", "1").status == 403);
}

TEST_CASE("the description's history is wiki text with a reference [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  json::Object fields{{"description", adf("first")}};
  box.put("issue/SUP-1", json::Object{{"fields", fields}});
  auto const item = box.get("issue/SUP-1/changelog").body["values"].at(0)["items"].at(0);
  CHECK(item["toString"].text() == "first");
  CHECK(item["to"].text().starts_with(R"({"id":"ari:cloud:jira:6f1c2d3e)"));
  CHECK(item["from"].is_null());
}

TEST_CASE("an edit through the control API is another person's, without credentials and with any document [L4]",
          "[sandbox][jira]") {
  Box box;
  box.create("one");
  auto const loose = R"({"fields":{"description":{"type":"doc","version":1,"content":[{"type":"text","text":"loose"}]}}})";
  CHECK(box.put("issue/SUP-1", loose).status == 400);
  CHECK(box.service.edit_as("alice", {"PUT", "/rest/api/3/issue/SUP-1", {}, loose}).status == 204);
  CHECK(box.get("issue/SUP-1/changelog").body["values"].at(0)["author"]["displayName"].text() == "Alice Agent");
  CHECK(box.service.edit_as("nobody", {"PUT", "/rest/api/3/issue/SUP-1", {}, "{}"}).status == 404);
  box.set("jira.strictAdf", false);
  CHECK(box.put("issue/SUP-1", loose).status == 204);
}

TEST_CASE("bulkfetch gives ascending ids, and what is missing is in neither list [L1]", "[sandbox][jira]") {
  Box box;
  for (auto const* summary : {"one", "two", "three"}) box.create(summary);
  box.del("issue/SUP-2");
  auto const answer = box.post(
      "issue/bulkfetch",
      R"({"issueIdsOrKeys":["SUP-3","NOPE-1","SUP-2","SUP-1","SUP-3"],"fields":["summary"],"properties":["p"],"expand":["changelog"]})");
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body["issues"].items().size() == 2);
  CHECK(answer.body["issues"].at(0)["key"].text() == "SUP-1");
  CHECK(answer.body["issues"].at(1)["key"].text() == "SUP-3");
  CHECK(answer.body["issues"].at(0)["changelog"].has("histories"));
  CHECK(answer.body["issueErrors"].items().empty());
  CHECK(answer.body["issues"].at(0)["fields"].members().size() == 1);
  json::Array many(101, "SUP-1");
  CHECK(box.post("issue/bulkfetch", json::Object{{"issueIdsOrKeys", many}}).status == 400);
  CHECK(box.post("issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"properties":["1","2","3","4","5","6"]})").status == 400);
  CHECK(box.post("issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"expand":"names"})").status == 400);
}

TEST_CASE("a moved issue keeps its id and what hangs on it; its old key answers under the new one, its history says Key [L1]",
          "[sandbox][jira]") {
  Box box;
  box.create("one", R"({"labels":["a"]})");
  auto const id = box.get("issue/SUP-1").body["id"].text_or("");
  auto const types = box.get("issue/createmeta/OPS/issuetypes").body["issueTypes"].items();
  REQUIRE_FALSE(types.empty());
  auto const target = "OPS," + std::string(types.front()["id"].text());
  CHECK(box.post("bulk/issues/move", R"({"targetToSourcesMapping":{"NONE,1":{"issueIdsOrKeys":["SUP-1"]}}})").status == 400);
  auto const moved =
      box.post("bulk/issues/move", R"({"targetToSourcesMapping":{")" + target + R"(":{"issueIdsOrKeys":["SUP-1"]}}})");
  REQUIRE(moved.status == 201);
  auto const issue = box.get("issue/SUP-1?fields=labels,project");
  CHECK(issue.body["id"].text() == id);
  CHECK(issue.body["key"].text() == "OPS-1");
  CHECK(issue.body["fields"]["project"]["key"].text() == "OPS");
  CHECK(issue.body["fields"]["labels"] == json::Value(json::Array{"a"}));
  CHECK(box.get("issue/OPS-1").body["id"].text() == id);
  auto const log = box.get("issue/OPS-1/changelog").body["values"].at(0)["items"];
  CHECK(log.at(0)["field"].text() == "Key");
  CHECK(log.at(0)["toString"].text() == "OPS-1");
}
