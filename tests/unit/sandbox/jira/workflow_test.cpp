#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::adf;
using jira_test::Box;
namespace json = tandem::json;

namespace {

std::string names(json::Value const& transitions) {
  std::string out;
  for (auto const& transition : transitions["transitions"].items())
    out += std::string(transition["id"].text()) + ">" + std::string(transition["to"]["id"].text()) + " ";
  return out;
}

}  // namespace

TEST_CASE("transitions are those of the present state [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(names(box.get("issue/SUP-1/transitions").body) == "11>3 21>10002 31>10001 ");
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":11}})").status == 204);
  CHECK(names(box.get("issue/SUP-1/transitions").body) == "21>10002 31>10001 51>10000 ");
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":"11"}})").status == 400);
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":"99"}})").status == 400);
  CHECK(box.post("issue/SUP-1/transitions", R"({})").status == 400);
  auto const one = box.get("issue/SUP-1/transitions?expand=transitions.fields&transitionId=31").body["transitions"];
  REQUIRE(one.items().size() == 1);
  CHECK(one.at(0)["hasScreen"].truthy());
  CHECK(one.at(0)["fields"]["resolution"]["allowedValues"].items().size() == 2);
  CHECK_FALSE(box.get("issue/SUP-1/transitions").body["transitions"].at(0).has("fields"));
}

TEST_CASE("done sets a resolution, reopening clears it, and both are history [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.clock.advance(tandem::Millis{60000});
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":"31"}})").status == 204);
  auto fields = box.get("issue/SUP-1").body["fields"];
  CHECK(fields["status"]["statusCategory"]["key"].text() == "done");
  CHECK(fields["resolution"]["name"].text() == "Done");
  CHECK(fields["resolutiondate"].text() == "2024-06-12T12:01:00.000+0200");
  auto const items = box.get("issue/SUP-1/changelog").body["values"].at(0)["items"];
  REQUIRE(items.items().size() == 2);
  CHECK(
      json::to_text(items.at(0)) ==
      R"({"field":"resolution","fieldtype":"jira","fieldId":"resolution","from":null,"fromString":null,"to":"10000","toString":"Done"})");
  CHECK(
      json::to_text(items.at(1)) ==
      R"({"field":"status","fieldtype":"jira","fieldId":"status","from":"10000","fromString":"To Do","to":"10001","toString":"Done"})");
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":"41"}})").status == 204);
  fields = box.get("issue/SUP-1").body["fields"];
  CHECK(fields["resolution"].is_null());
  CHECK(fields["resolutiondate"].is_null());
}

TEST_CASE("a transition with a required field names it in prose, and takes fields of its screen alone [L1]", "[sandbox][jira]") {
  Box box;
  REQUIRE(
      box.post(
             "issue",
             R"({"fields":{"project":{"key":"SUP"},"issuetype":{"name":"Bug"},"summary":"Crash","customfield_10060":{"id":"10151"}}})")
          .status == 201);
  auto const refused = box.post("issue/SUP-1/transitions", R"({"transition":{"id":"31"}})");
  CHECK(refused.status == 400);
  CHECK(refused.text == R"({"errorMessages":["Field Resolution is required."],"errors":{}})");
  CHECK(box.post("issue/SUP-1/transitions", R"({"transition":{"id":"31"},"fields":{"summary":"x"}})")
            .body["errors"]
            .has("summary"));
  json::Object done{
      {"transition", json::Object{{"id", "31"}}},
      {"fields", jira_test::parsed(R"({"resolution":{"name":"Won't Do"}})")},
      {"update", json::Object{{"comment", json::Array{json::Object{{"add", json::Object{{"body", adf("why")}}}}}}}}};
  CHECK(box.post("issue/SUP-1/transitions", done).status == 204);
  CHECK(box.get("issue/SUP-1").body["fields"]["resolution"]["id"].text() == "10001");
  CHECK(box.get("issue/SUP-1/comment").body["total"].integer() == 1);
}

TEST_CASE("a conditional transition is hidden from those it is not for [L1]", "[sandbox][jira]") {
  Box box;
  REQUIRE(
      box.post(
             "issue",
             R"({"fields":{"project":{"key":"SUP"},"issuetype":{"name":"Bug"},"summary":"Crash","customfield_10060":{"id":"10151"}}})")
          .status == 201);
  CHECK(names(box.get("issue/SUP-1/transitions").body) == "11>3 31>10001 ");
  auto const all = box.get("issue/SUP-1/transitions?includeUnavailableTransitions=true").body["transitions"];
  REQUIRE(all.items().size() == 3);
  CHECK(all.at(2)["isConditional"].truthy());
  CHECK_FALSE(all.at(2)["isAvailable"].truthy());
  CHECK(all.at(2)["isGlobal"].truthy());
  auto const park = R"({"transition":{"id":"61"}})";
  CHECK(box.post("issue/SUP-1/transitions", park).status == 400);
  CHECK(box.service.edit_as("alice", {"POST", "/rest/api/3/issue/SUP-1/transitions", {}, park}).status == 204);
  box.set("jira.revokePermission", "TRANSITION_ISSUES");
  CHECK(box.get("issue/SUP-1/transitions").body["transitions"].items().empty());
}

TEST_CASE("the changelog is oldest first by page, newest first inside an issue, and by token for many [L1]", "[sandbox][jira]") {
  Box box;
  box.create("a0");
  box.create("b0");
  for (int i = 1; i <= 45; ++i) box.put("issue/SUP-1", R"({"fields":{"summary":"a)" + std::to_string(i) + R"("}})");
  box.post("issue/SUP-2/transitions", R"({"transition":{"id":"11"}})");
  auto const page = box.get("issue/SUP-1/changelog?startAt=2&maxResults=3").body;
  CHECK(page["total"].integer() == 45);
  CHECK_FALSE(page["isLast"].truthy());
  CHECK(page["values"].at(0)["items"].at(0)["toString"].text() == "a3");
  auto const inside = box.get("issue/SUP-1?expand=changelog").body["changelog"];
  CHECK(inside["histories"].items().size() == 40);
  CHECK(inside["total"].integer() == 45);
  CHECK(inside["histories"].at(0)["items"].at(0)["toString"].text() == "a45");

  std::size_t seen = 0;
  std::string token;
  int pages = 0;
  do {
    json::Object body{{"issueIdsOrKeys", json::Array{"SUP-2", "10001", "SUP-9"}}, {"maxResults", 20}};
    if (!token.empty()) body.set("nextPageToken", token);
    auto const bulk = box.post("changelog/bulkfetch", body);
    REQUIRE(bulk.status == 200);
    for (auto const& row : bulk.body["issueChangeLogs"].items()) seen += row["changeHistories"].items().size();
    token = bulk.body["nextPageToken"].text();
    ++pages;
  } while (!token.empty() && pages < 9);
  CHECK(seen == 46);
  CHECK(pages == 3);
  auto const status =
      box.post("changelog/bulkfetch", R"({"issueIdsOrKeys":["SUP-1","SUP-2"],"fieldIds":["status"]})").body["issueChangeLogs"];
  REQUIRE(status.items().size() == 1);
  CHECK(status.at(0)["issueId"].text() == "10002");
  CHECK(box.post("changelog/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"nextPageToken":"x"})").status == 400);
  CHECK(box.post("changelog/bulkfetch", R"({"issueIdsOrKeys":[]})").status == 400);
}

TEST_CASE("comments: created with their mark, edited, listed, deleted [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.clock.advance(tandem::Millis{60000});
  auto const made = box.post(
      "issue/SUP-1/comment",
      json::Object{{"body", adf("hello")}, {"properties", jira_test::parsed(R"([{"key":"tandem.origin","value":{"n":1}}])")}});
  REQUIRE(made.status == 201);
  CHECK(made.body["created"] == made.body["updated"]);
  CHECK(made.header("Location") == made.body["self"].text());
  CHECK_FALSE(made.body.has("properties"));
  CHECK(box.get("issue/SUP-1?fields=updated").body["fields"]["updated"].text() == "2024-06-12T12:01:00.000+0200");
  std::string const id(made.body["id"].text());
  CHECK(box.get("comment/" + id + "/properties/tandem.origin").body["value"]["n"].integer() == 1);
  box.clock.advance(tandem::Millis{60000});
  CHECK(box.put("comment/" + id + "/properties/seen", "true").status == 201);
  CHECK(box.put("comment/" + id + "/properties/seen", "false").status == 200);
  CHECK(box.get("comment/" + id + "/properties").body["keys"].items().size() == 2);
  CHECK(box.get("issue/SUP-1?fields=updated").body["fields"]["updated"].text() == "2024-06-12T12:01:00.000+0200");
  CHECK(box.del("comment/" + id + "/properties/seen").status == 204);

  auto const edit = json::to_text(json::Object{{"body", adf("changed")}});
  CHECK(box.service.edit_as("alice", {"PUT", "/rest/api/3/issue/SUP-1/comment/" + id, {}, edit}).status == 400);
  CHECK(box.put("issue/SUP-1/comment/" + id, edit).status == 200);
  auto const held = box.get("issue/SUP-1/comment/" + id).body;
  CHECK(held["body"] == adf("changed"));
  CHECK(held["updated"].text() == "2024-06-12T12:02:00.000+0200");
  CHECK(
      box.service
          .edit_as("alice", {"POST", "/rest/api/3/issue/SUP-1/comment", {}, json::to_text(json::Object{{"body", adf("second")}})})
          .status == 201);
  auto const list = box.get("issue/SUP-1/comment?orderBy=-created&maxResults=1&expand=properties").body;
  CHECK(list["total"].integer() == 2);
  CHECK(list["comments"].at(0)["author"]["displayName"].text() == "Alice Agent");
  CHECK(list["comments"].at(0)["properties"].items().empty());
  CHECK(box.get("issue/SUP-1/comment?orderBy=updated").status == 400);
  auto const listed = box.post("comment/list?expand=properties", "{\"ids\":[" + id + ",99999]}");
  REQUIRE(listed.body["values"].items().size() == 1);
  CHECK(listed.body["values"].at(0)["properties"].at(0)["key"].text() == "tandem.origin");
  CHECK(box.del("issue/SUP-1/comment/" + id).status == 204);
  CHECK(box.get("issue/SUP-1/comment/" + id).status == 404);
  CHECK(box.post("comment/list", "{\"ids\":[" + id + "]}").body["values"].items().empty());
}

TEST_CASE("comments that are refused [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.post("issue/SUP-1/comment", R"({"body":"text"})").body["errors"].has("comment"));
  CHECK(box.post("issue/SUP-1/comment", R"({})").body["errors"].has("comment"));
  CHECK(box.post("issue/SUP-1/comment", json::Object{{"body", adf(std::string(32767, 'x'))}}).body["errors"]["comment"].text() ==
        "The entered text is too long. It exceeds the allowed limit of 32,767 characters.");
  CHECK(box.post("issue/SUP-9/comment", json::Object{{"body", adf("x")}}).status == 404);
  box.set("jira.revokePermission", "ADD_COMMENTS");
  CHECK(box.post("issue/SUP-1/comment", json::Object{{"body", adf("x")}}).status == 400);
}

TEST_CASE("a transition in a create body is done after the creation, and its failure does not undo it [L1]", "[sandbox][jira]") {
  Box box;
  auto const [id, status, ends_in] = GENERATE(table<std::string, int, std::string>({{"11", 204, "3"}, {"41", 400, "10000"}}));
  auto const made = box.post("issue", json::Object{{"fields", Box::fields("one")}, {"transition", json::Object{{"id", id}}}});
  CHECK(made.status == 201);
  CHECK(made.body["transition"]["status"].integer() == status);
  CHECK(made.body["transition"]["errorCollection"]["errorMessages"].items().empty() == (status == 204));
  CHECK(box.get("issue/SUP-1?fields=status").body["fields"]["status"]["id"].text() == ends_in);
}

TEST_CASE("expands of an issue come when they are asked for [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  box.put("issue/SUP-1", json::Object{{"fields", json::Object{{"description", adf("a < b")}}}});
  auto const bare = box.get("issue/SUP-1").body;
  for (auto const* name :
       {"renderedFields", "names", "schema", "changelog", "editmeta", "transitions", "operations", "properties"}) {
    CHECK_FALSE(bare.has(name));
  }
  auto const full =
      box.get("issue/SUP-1?expand=renderedFields,names,schema,changelog,editmeta,transitions,operations,unheardOf").body;
  CHECK(full["renderedFields"]["description"].text() == "<p>a &lt; b</p>");
  CHECK(full["names"]["duedate"].text() == "Due date");
  CHECK(full["schema"]["labels"]["items"].text() == "string");
  CHECK(full["editmeta"]["fields"]["summary"]["required"].truthy());
  CHECK(full["transitions"].items().size() == 3);
  CHECK(full["operations"].has("linkGroups"));
}

TEST_CASE("a workflow is read by those who may, with its conditions and what its screens require [L1]", "[sandbox][jira]") {
  Box box;
  std::string const wanted = R"({"projectAndIssueTypes":[{"projectId":"10010","issueTypeId":"10004"}]})";
  CHECK(box.post("workflows", wanted).status == 403);
  box.set("jira.grantPermission", "VIEW_READONLY_WORKFLOW");
  auto const answer = box.post("workflows", wanted);
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body["workflows"].items().size() == 1);
  auto const transitions = answer.body["workflows"].at(0)["transitions"];
  REQUIRE(transitions.items().size() == 5);
  CHECK(transitions.at(0)["type"].text() == "INITIAL");
  CHECK(transitions.at(1)["links"].at(0)["fromStatusReference"].text() == "10000");
  CHECK(transitions.at(2)["validators"].at(0)["parameters"]["fieldsRequired"].text() == "resolution");
  CHECK(transitions.at(4)["type"].text() == "GLOBAL");
  CHECK(transitions.at(4).has("conditions"));
  CHECK(answer.body["statuses"].items().size() == 4);
  CHECK(box.post("workflows", R"({"projectAndIssueTypes":[{"projectId":"1","issueTypeId":"10004"}]})").status == 400);
}
