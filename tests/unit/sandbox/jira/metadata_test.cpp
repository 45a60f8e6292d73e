#include <catch2/catch.hpp>

#include <algorithm>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;

namespace {
json::Value by(json::Value const& list, std::string_view key, std::string_view wanted) {
  for (auto const& item : list.items()) {
    if (item[key].text() == wanted) return item;
  }
  return {};
}
}  // namespace

TEST_CASE("projects are found by id and by key in its own case [L1]", "[sandbox][jira]") {
  Box box;
  auto const project = box.get("project/SUP");
  CHECK(project.status == 200);
  CHECK(project.body["id"].text() == "10010");
  CHECK(project.body["style"].text() == "classic");
  CHECK_FALSE(project.body["simplified"].truthy());
  CHECK(project.body["issueTypes"].items().size() == 3);
  CHECK(box.get("project/10010").body["key"].text() == "SUP");
  CHECK(box.get("project/sup").status == 404);
  CHECK(box.get("project/NOPE").body["errorMessages"].items().size() == 1);
  auto const search = box.get("project/search?keys=OPS&keys=NOPE");
  CHECK(search.body["total"].integer() == 1);
  CHECK(search.body["values"].at(0)["key"].text() == "OPS");
  auto const page = box.get("project/search?maxResults=1&orderBy=-key");
  CHECK(page.body["values"].at(0)["key"].text() == "TEAM");
  CHECK_FALSE(page.body["isLast"].truthy());
  CHECK(page.body.has("nextPage"));
  box.set("jira.revokePermission", "CREATE_ISSUES");
  CHECK(box.get("project/search?action=create").body["total"].integer() == 0);
  CHECK(box.get("project/search?action=view").body["total"].integer() == 4);
}

TEST_CASE("statuses per type, with category keys that never are translated [L1]", "[sandbox][jira]") {
  Box box;
  auto const types = box.get("project/SUP/statuses").body;
  REQUIRE(types.items().size() == 3);
  auto const statuses = types.at(0)["statuses"];
  REQUIRE(statuses.items().size() == 4);
  CHECK(statuses.at(1)["statusCategory"]["key"].text() == "indeterminate");
  CHECK(statuses.at(1)["statusCategory"]["id"].integer() == 4);
  box.set("jira.language", "de");
  auto const german = box.get("status").body;
  CHECK(by(german, "id", "3")["name"].text() == "In Arbeit");
  CHECK(by(german, "id", "3")["untranslatedName"].text() == "In Progress");
  CHECK(by(german, "id", "10001")["statusCategory"]["key"].text() == "done");
  CHECK(by(german, "id", "10001")["statusCategory"]["name"].text() == "Fertig");
  CHECK(by(box.get("priority").body, "id", "2")["name"].text() == "Hoch");
  CHECK(by(box.get("issuetype").body, "id", "10002")["name"].text() == "Aufgabe");
  box.create("x", R"({"priority":{"name":"Hoch"}})");
  CHECK(box.found("priority = High and status = \"Zu erledigen\"") == "SUP-1");
  CHECK(box.get("statuses/search?statusCategory=DONE").body["values"].at(0)["id"].text() == "10001");
  CHECK(box.get("statuses/search?statusCategory=done").status == 400);
}

TEST_CASE("fields: schema by type, clause names, and none where Jira has none [L1]", "[sandbox][jira]") {
  Box box;
  auto const fields = box.get("field").body;
  CHECK(json::to_text(by(fields, "id", "customfield_10051")["schema"]) ==
        R"({"type":"string","custom":"com.atlassian.jira.plugin.system.customfieldtypes:textarea","customId":10051})");
  CHECK(json::to_text(by(fields, "id", "customfield_10051")["clauseNames"]) == R"(["cf[10051]","Customer notes"])");
  CHECK(by(fields, "id", "labels")["schema"]["items"].text() == "string");
  CHECK_FALSE(by(fields, "id", "parent").has("schema"));
  CHECK(by(fields, "id", "customfield_10065")["schema"]["type"].text() == "any");
  auto const custom = box.get("field/search?type=custom&maxResults=5").body;
  CHECK(custom["values"].items().size() == 5);
  CHECK(custom["total"].integer() == 26);
  CHECK(box.get("field/search?type=other").status == 400);
  CHECK(box.send("GET", "field", nullptr, "").body.items().size() == fields.items().size() - 26);
}

TEST_CASE("createmeta is paged and says what the screen takes [L1]", "[sandbox][jira]") {
  Box box;
  auto const types = box.get("issue/createmeta/SUP/issuetypes").body;
  CHECK(types["total"].integer() == 3);
  CHECK(types["issueTypes"].at(0)["id"].text() == "10002");
  auto const first = box.get("issue/createmeta/SUP/issuetypes/10002?maxResults=10").body;
  auto const second = box.get("issue/createmeta/SUP/issuetypes/10002?startAt=10&maxResults=50").body;
  CHECK(first["fields"].items().size() == 10);
  CHECK(first["total"].integer() == static_cast<std::int64_t>(10 + second["fields"].items().size()));
  CHECK_FALSE(first.has("isLast"));
  auto const all = box.get("issue/createmeta/10010/issuetypes/10002").body["fields"];
  auto const summary = by(all, "fieldId", "summary");
  CHECK(summary["required"].truthy());
  CHECK_FALSE(summary["hasDefaultValue"].truthy());
  auto const priority = by(all, "fieldId", "priority");
  CHECK(priority["hasDefaultValue"].truthy());
  CHECK(priority["defaultValue"]["id"].text() == "3");
  CHECK(priority["allowedValues"].items().size() == 3);
  CHECK(by(all, "fieldId", "customfield_10055")["allowedValues"].items().size() == 2);  // the disabled option is not offered
  CHECK_FALSE(by(all, "fieldId", "labels").has("allowedValues"));
  CHECK(json::to_text(by(all, "fieldId", "labels")["operations"]) == R"(["add","set","remove"])");
  CHECK(by(all, "fieldId", "customfield_10063").is_null());
  CHECK(by(all, "fieldId", "issuetype")["operations"].items().empty());
  CHECK(by(box.get("issue/createmeta/SUP/issuetypes/10004").body["fields"], "fieldId", "customfield_10060")["required"].truthy());
  CHECK(box.get("issue/createmeta/NOPE/issuetypes").status == 400);
  CHECK(box.get("issue/createmeta/SUP/issuetypes/99").status == 400);
}

TEST_CASE("editmeta is a map by field id [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  auto const fields = box.get("issue/SUP-1/editmeta").body["fields"];
  CHECK(fields["duedate"]["schema"]["type"].text() == "date");
  CHECK_FALSE(fields["duedate"].has("fieldId"));
  CHECK_FALSE(fields.has("project"));
}

TEST_CASE("lists of the site, paged and not [L1]", "[sandbox][jira]") {
  Box box;
  CHECK(box.get("priority").body.items().size() == 3);
  CHECK(box.get("priority/search?id=2").body["values"].at(0)["name"].text() == "High");
  CHECK(box.get("resolution").body.items().size() == 2);
  CHECK(box.get("resolution/search").body["total"].integer() == 2);
  CHECK(box.get("issuetype/project?projectId=10011").body.items().size() == 1);
  CHECK(box.get("issuetype/project?projectId=1").status == 404);
  CHECK(box.get("project/SUP/components").body.items().size() == 2);
  CHECK(box.get("project/SUP/versions").body.at(0)["releaseDate"].text() == "2024-03-01");
  CHECK(box.get("serverInfo").body["deploymentType"].text() == "Cloud");
}

TEST_CASE("permissions must be named and known [L1]", "[sandbox][jira]") {
  Box box;
  auto const mine = box.get("mypermissions?permissions=BROWSE_PROJECTS,ADMINISTER&projectKey=SUP").body["permissions"];
  CHECK(mine.members().size() == 2);
  CHECK(mine["BROWSE_PROJECTS"]["havePermission"].truthy());
  CHECK_FALSE(mine["ADMINISTER"]["havePermission"].truthy());
  CHECK(box.get("mypermissions").status == 400);
  CHECK(box.get("mypermissions?permissions=FLY").status == 400);
  CHECK(box.get("mypermissions?permissions=BROWSE_PROJECTS&projectKey=NOPE").status == 404);
  CHECK_FALSE(box.send("GET", "mypermissions?permissions=BROWSE_PROJECTS", nullptr, "")
                  .body["permissions"]["BROWSE_PROJECTS"]["havePermission"]
                  .truthy());
}

TEST_CASE("users: addresses are left out where people hide them, one's own is seen [L1]", "[sandbox][jira]") {
  Box box;
  auto const alice = box.get("user/search?query=alice").body;
  CHECK(alice.at(0)["emailAddress"].text() == "alice@example.com");
  auto const bob = box.get("user/search?query=bob").body;
  REQUIRE(bob.items().size() == 1);
  CHECK_FALSE(bob.at(0).has("emailAddress"));
  CHECK(box.send("GET", "myself", nullptr, Box::basic("bob@example.com", "sandbox-bob-token")).body["emailAddress"].text() ==
        "bob@example.com");
  CHECK(box.get("user/search").status == 400);
  CHECK(box.get("user/search?query=a&accountId=b").status == 400);
}

TEST_CASE("the state holds everything, ordered by id, without secrets [L4]", "[sandbox][jira]") {
  Box box;
  box.create("one", R"({"duedate":"2024-07-01"})");
  box.create("two");
  box.put("issue/SUP-1/properties/p", "1");
  auto const state = box.service.state();
  REQUIRE(state["issues"].items().size() == 2);
  auto const& first = state["issues"].at(0);
  CHECK(first["key"].text() == "SUP-1");
  CHECK(first["fields"]["duedate"].text() == "2024-07-01");
  CHECK(first["fields"]["updated"].text() == "2024-06-12T10:00:00.000+0000");
  CHECK(first["properties"]["p"].integer() == 1);
  for (auto const* part : {"remoteLinks", "comments", "changelog"}) CHECK(first[part].is_array());
  CHECK(json::to_text(state).find("token") == std::string::npos);
  CHECK(json::to_text(state) == json::to_text(box.service.state()));
}

TEST_CASE("a switch that is unknown is not ours, a value that makes no sense is an error [L2]", "[sandbox][jira]") {
  Box box;
  CHECK(*box.service.configure("dataverse.something", true) == false);
  auto const [name, value] = GENERATE(table<std::string, std::string>({{"jira.searchLag", "soon"},
                                                                       {"jira.deadToken", "yes"},
                                                                       {"limits", "some"},
                                                                       {"jira.timeZone", "Mars/Base"},
                                                                       {"jira.revokePermission", "FLY"},
                                                                       {"jira.baseUrl", "x"}}));
  CHECK_FALSE(box.service.configure(name, value).has_value());
}

TEST_CASE("an administrator changes screens, workflows and options while others are connected, and takes it back [L2]",
          "[sandbox][jira]") {
  Box box;
  auto const change = [&](std::string const& text) {
    return box.service.configure("jira.change", *json::parse(text)).has_value();
  };
  auto const type = std::string(box.get("issue/createmeta/SUP/issuetypes").body["issueTypes"].at(0)["id"].text());
  auto const fields = [&] { return json::to_text(box.get("issue/createmeta/SUP/issuetypes/" + type).body); };
  REQUIRE(fields().find("\"duedate\"") != std::string::npos);
  box.create("one");
  auto const transitions = [&] { return box.get("issue/SUP-1/transitions").body["transitions"].items().size(); };
  auto const before = transitions();
  auto const first = std::string(box.get("issue/SUP-1/transitions").body["transitions"].at(0)["id"].text());
  CHECK(change(R"({"screenField":"duedate","project":"SUP"})"));
  CHECK(fields().find("\"duedate\"") == std::string::npos);
  CHECK(change(R"({"workflow":"support","dropTransition":")" + first + "\"}"));
  CHECK(transitions() + 1 == before);
  CHECK(change("null"));
  CHECK(transitions() == before);
  CHECK(fields().find("\"duedate\"") != std::string::npos);
  for (auto const* nonsense : {"{}", "5", R"({"workflow":"none","dropTransition":"1"})",
                               R"({"workflow":"support","dropStatus":"0"})", R"({"screenField":"none","project":"SUP"})"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(change(nonsense));
  }
}

TEST_CASE("the page of an issue shows and escapes what people wrote [L6]", "[sandbox][jira]") {
  Box box;
  box.create("<script>alert(1)</script>");
  box.post("issue/SUP-1/comment", json::Object{{"body", jira_test::adf("<b>bold</b>")}});
  box.post("issue/SUP-1/remotelink",
           R"({"object":{"url":"javascript:alert(1)//x://","title":"<i>evil</i>"},"relationship":"synced with"})");
  box.post("issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example/?a=\"1\"","title":"Case"}})");
  auto const page = box.service.handle({"GET", "/browse/SUP-1", {}, ""});
  CHECK(page.status == 200);
  CHECK_THAT(page.body, Catch::Contains("To Do") && Catch::Contains("&lt;b&gt;bold") && Catch::Contains("&lt;i&gt;evil") &&
                            Catch::Contains("synced with"));
  CHECK_THAT(page.body, Catch::Contains("href=\"https://x.example/?a=&quot;1&quot;\""));
  CHECK_THAT(page.body, !Catch::Contains("<script") && !Catch::Contains("href=\"javascript"));
  CHECK(box.service.handle({"GET", "/browse/%3Cx%3E", {}, ""}).status == 404);
  CHECK_THAT(box.service.handle({"GET", "/browse/%3Cx%3E", {}, ""}).body, !Catch::Contains("<x>"));
}

TEST_CASE("administrators make components and versions, each name once in a project [L1]", "[sandbox][jira]") {
  Box box;
  auto const component = R"({"name":" Printer ","project":"SUP"})";
  auto const version = R"({"name":"3.0","projectId":10010})";
  CHECK(box.post("component", component).status == 403);
  CHECK(box.post("version", version).status == 404);
  CHECK_FALSE(box.get("mypermissions?projectKey=SUP&permissions=ADMINISTER_PROJECTS")
                  .body["permissions"]["ADMINISTER_PROJECTS"]["havePermission"]
                  .truthy());
  box.set("jira.grantPermission", "ADMINISTER_PROJECTS");
  auto const made = box.post("component", component);
  CHECK(made.status == 201);
  CHECK(made.body["name"].text() == "Printer");
  CHECK(made.body["project"].text() == "SUP");
  CHECK(made.body["id"].text() == "10211");
  auto const again = box.post("component", R"({"name":"printer","project":"SUP"})");
  CHECK(again.status == 400);
  CHECK(again.body["errors"]["name"].text() == "A component with the name printer already exists in this project.");
  CHECK(box.post("component", R"({"name":"Printer","project":"DESK"})").status == 201);
  auto const release = box.post("version", version);
  CHECK(release.status == 201);
  CHECK(release.body["projectId"].integer() == 10010);
  CHECK_FALSE(release.body["released"].truthy());
  CHECK(box.post("version", version).body["errors"].has("name"));
  // At once in lists, on screens, in issues and in queries.
  CHECK(by(box.get("project/SUP/components").body, "name", "Printer")["id"] == made.body["id"]);
  CHECK(box.get("issue/createmeta/SUP/issuetypes/10002?maxResults=100").text.find("\"3.0\"") != std::string::npos);
  box.create("x", R"({"components":[{"name":"Printer"}],"fixVersions":[{"name":"3.0"}]})");
  CHECK(box.found("component = Printer and fixVersion = 3.0") == "SUP-1");

  CHECK(box.post("component", R"({"project":"SUP"})").status == 400);
  CHECK(box.post("component", R"({"name":"a","project":"NOPE"})").status == 404);
  CHECK(box.post("version", R"({"name":"a"})").status == 404);
  CHECK(box.post("component", json::Object{{"name", std::string(256, 'x')}, {"project", "SUP"}}).status == 400);
  CHECK(box.post("component", json::Object{{"name", std::string(255, 'x')}, {"project", "SUP"}}).status == 201);
  box.set("jira.partNamesIgnoreCase", false);
  CHECK(box.post("component", R"({"name":"PRINTER","project":"SUP"})").status == 201);
  box.set("jira.revokePermission", "ADMINISTER_PROJECTS");
  CHECK(box.post("component", R"({"name":"b","project":"SUP"})").status == 403);
}
