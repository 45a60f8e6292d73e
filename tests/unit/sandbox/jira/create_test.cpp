#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::adf;
using jira_test::Box;
namespace json = tandem::json;

TEST_CASE("a created issue has its fields, defaults and properties, and nothing of it is history [L1]", "[sandbox][jira]") {
  Box box;
  auto fields = Box::fields("Printer on fire", R"({"priority":{"id":"2"},"labels":["dynamics","hot"],"duedate":"2024-07-01",
    "customfield_10050":"CAS-1","customfield_10052":20000.0000,"customfield_10055":{"value":"North"},"customfield_10056":[{"id":"10131"}],
    "customfield_10057":[{"value":"Yes"}],"customfield_10058":"https://example.com/x","customfield_10053":"2024-06-12T12:30:00.250Z",
    "customfield_10061":{"value":"Printer","child":{"id":"10162"}},"components":[{"name":"Hardware"}],"customfield_10062":{"accountId":"5b10ac8d82e05b22cc7d4ef5"}})");
  fields.set("description", adf("smoke"));
  auto const made = box.post(
      "issue",
      json::Object{{"fields", fields},
                   {"properties", json::Array{json::Object{{"key", "tandem.link"}, {"value", json::Object{{"v", 1}}}}}}});
  REQUIRE(made.status == 201);
  CHECK(made.body.members().size() == 3);
  CHECK(made.body["id"].is_string());
  CHECK(made.body["key"].text() == "SUP-1");
  auto const issue = box.get("issue/SUP-1?properties=tandem.link&expand=changelog");
  auto const& got = issue.body["fields"];
  CHECK(got["summary"].text() == "Printer on fire");
  CHECK(got["description"] == adf("smoke"));
  CHECK(got["priority"]["name"].text() == "High");
  CHECK(got["labels"] == json::Value(json::Array{"dynamics", "hot"}));
  CHECK(got["duedate"].text() == "2024-07-01");
  CHECK(got["customfield_10052"].scalar_text() == "20000.0000");
  CHECK(got["customfield_10055"]["id"].text() == "10120");
  CHECK(got["customfield_10056"].at(0)["value"].text() == "Email");
  CHECK(got["customfield_10057"].at(0)["id"].text() == "10140");
  CHECK(got["customfield_10053"].text() == "2024-06-12T14:30:00.250+0200");
  CHECK(got["customfield_10061"]["child"]["value"].text() == "Ink");
  CHECK(got["customfield_10062"]["displayName"].text() == "Alice Agent");
  CHECK(got["customfield_10059"].is_null());
  CHECK(got["status"]["statusCategory"]["key"].text() == "new");
  CHECK(got["created"].text() == "2024-06-12T12:00:00.000+0200");
  CHECK(got["reporter"]["displayName"].text() == "Tandem Connector");
  CHECK(issue.body["properties"]["tandem.link"]["v"].integer() == 1);
  CHECK(issue.body["changelog"]["total"].integer() == 0);
}

TEST_CASE("priority falls back to the site's default [L1]", "[sandbox][jira]") {
  Box box;
  box.create("plain");
  CHECK(box.get("issue/SUP-1?fields=priority").body["fields"]["priority"]["id"].text() == "3");
}

TEST_CASE("a create that does not fit is refused with the faulty field as key [L1]", "[sandbox][jira]") {
  struct Case {
    std::string what, more, field;
  };
  auto const [what, more, field] = GENERATE_COPY(values<Case>({
      {"summary missing", R"({"summary":null})", "summary"},
      {"summary blank", R"({"summary":"  "})", "summary"},
      {"summary with a new line", R"({"summary":"a\nb"})", "summary"},
      {"summary too long", R"({"summary":")" + std::string(256, 'x') + R"("})", "summary"},
      {"field on no screen", R"({"customfield_10063":"x"})", "customfield_10063"},
      {"unknown field", R"({"customfield_99999":"x"})", "customfield_99999"},
      {"app field on no screen", R"({"customfield_10065":"x"})", "customfield_10065"},
      {"status cannot be set", R"({"status":{"id":"3"}})", "status"},
      {"text where a document is wanted", R"({"description":"plain"})", "description"},
      {"invalid document", R"({"description":{"type":"doc","version":1,"content":[{"type":"text","text":"x"}]}})", "description"},
      {"text too long",
       R"({"description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":")" +
           std::string(32767, 'x') + R"("}]}]}})",
       "description"},
      {"label with a blank", R"({"labels":["x y"]})", "labels"},
      {"labels not a list", R"({"labels":"x"})", "labels"},
      {"unknown priority", R"({"priority":{"id":"99"}})", "priority"},
      {"unknown option", R"({"customfield_10055":{"value":"East"}})", "customfield_10055"},
      {"disabled option", R"({"customfield_10055":{"id":"10122"}})", "customfield_10055"},
      {"option as text", R"({"customfield_10055":"North"})", "customfield_10055"},
      {"number as text", R"({"customfield_10052":"1"})", "customfield_10052"},
      {"a day that does not exist", R"({"duedate":"2024-02-30"})", "duedate"},
      {"a date with a time", R"({"duedate":"2024-02-03T00:00:00.000+0000"})", "duedate"},
      {"a moment without offset", R"({"customfield_10053":"2024-02-03T00:00:00"})", "customfield_10053"},
      {"not a URL", R"({"customfield_10058":"example"})", "customfield_10058"},
      {"custom text too long", R"({"customfield_10050":")" + std::string(256, 'x') + R"("})", "customfield_10050"},
      {"unknown component", R"({"components":[{"name":"Nope"}]})", "components"},
      {"unknown user", R"({"assignee":{"accountId":"nobody"}})", "assignee"},
      {"bad project", R"({"project":{"key":"NOPE"}})", "project"},
      {"project key in another case", R"({"project":{"key":"sup"}})", "project"},
      {"bad issue type", R"({"issuetype":{"id":"99"}})", "issuetype"},
      {"type of no screen in that project", R"({"project":{"key":"OPS"},"issuetype":{"id":"10004"}})", "issuetype"},
      {"required field of the screen", R"({"issuetype":{"name":"Bug"}})", "customfield_10060"},
  }));
  CAPTURE(what);
  Box box;
  auto const answer = box.post("issue", json::Object{{"fields", Box::fields("fine", more)}});
  CHECK(answer.status == 400);
  CHECK(answer.body.has("errorMessages"));
  REQUIRE(answer.body["errors"].members().size() == 1);
  CHECK(answer.body["errors"].members().begin()->first == field);
  CHECK_FALSE(answer.body["errors"][field].text().empty());
  CHECK(box.service.state()["issues"].items().empty());
}

TEST_CASE("texts of the refusals that people meet most [L1]", "[sandbox][jira]") {
  Box box;
  auto const error = [&](std::string_view more, std::string_view field) {
    return std::string(box.post("issue", json::Object{{"fields", Box::fields("fine", more)}}).body["errors"][field].text());
  };
  CHECK(error(R"({"summary":null})", "summary") == "You must specify a summary of the issue.");
  CHECK(error(R"({"summary":"a\nb"})", "summary") == "The summary is invalid because it contains newline characters.");
  CHECK(error(R"({"labels":["x y"]})", "labels") == "The label 'x y' contains spaces which is invalid.");
  CHECK(error(R"({"customfield_1":1})", "customfield_1") ==
        "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown.");
  CHECK(error(R"({"project":{"key":"NOPE"}})", "project") == "Specify a valid project ID or key");
  CHECK(error(R"({"issuetype":{"name":"Nope"}})", "issuetype") == "Specify a valid issue type");
  CHECK(error(R"({"description":"x"})", "description") ==
        "Operation value must be an Atlassian Document (see the Atlassian Document Format)");
}

TEST_CASE("several faults are told at once [L1]", "[sandbox][jira]") {
  Box box;
  auto const answer = box.post("issue", json::Object{{"fields", Box::fields("a\nb", R"({"labels":["x y"],"nope":1})")}});
  CHECK(answer.body["errors"].members().size() == 3);
}

TEST_CASE("a field in both fields and update is refused [L1]", "[sandbox][jira]") {
  Box box;
  auto const answer = box.post("issue", json::Object{{"fields", Box::fields("x", R"({"labels":["a"]})")},
                                                     {"update", jira_test::parsed(R"({"labels":[{"add":"b"}]})")}});
  CHECK(answer.status == 400);
  CHECK(answer.body["errors"].has("labels"));
}

TEST_CASE("without the right to create, 403 [L1]", "[sandbox][jira]") {
  Box box;
  box.set("jira.revokePermission", "CREATE_ISSUES");
  auto const body = json::Object{{"fields", Box::fields("x")}};
  CHECK(box.post("issue", body).status == 403);
  CHECK(box.get("issue/createmeta/SUP/issuetypes").status == 400);
  CHECK_FALSE(box.get("mypermissions?permissions=CREATE_ISSUES").body["permissions"]["CREATE_ISSUES"]["havePermission"].truthy());
  box.set("jira.grantPermission", "CREATE_ISSUES");
  CHECK(box.post("issue", body).status == 201);
}

TEST_CASE("numbers of keys grow and are not reused; a refused create takes one only by switch [L1]", "[sandbox][jira]") {
  Box box;
  CHECK(box.create("one") == "SUP-1");
  CHECK(box.del("issue/SUP-1").status == 204);
  CHECK(box.create("two") == "SUP-2");
  box.post("issue", json::Object{{"fields", Box::fields("a\nb")}});
  CHECK(box.create("three") == "SUP-3");
  box.set("jira.failedCreateConsumesKey", true);
  box.post("issue", json::Object{{"fields", Box::fields("a\nb")}});
  CHECK(box.create("four") == "SUP-5");
}

TEST_CASE("bulk create makes what it can and maps the rest by its index [L1]", "[sandbox][jira]") {
  Box box;
  json::Array updates{json::Object{{"fields", Box::fields("one")}}, json::Object{{"fields", Box::fields("a\nb")}},
                      json::Object{{"fields", Box::fields("three")}}};
  auto const answer = box.post("issue/bulk", json::Object{{"issueUpdates", updates}});
  CHECK(answer.status == 201);
  REQUIRE(answer.body["issues"].items().size() == 2);
  CHECK(answer.body["issues"].at(1)["key"].text() == "SUP-2");
  REQUIRE(answer.body["errors"].items().size() == 1);
  auto const& error = answer.body["errors"].at(0);
  CHECK(error["failedElementNumber"].integer() == 1);
  CHECK(error["status"].integer() == 400);
  CHECK(error["elementErrors"]["errors"].has("summary"));
  CHECK(box.get("issue/SUP-2?fields=summary").body["fields"]["summary"].text() == "three");
}

TEST_CASE("bulk create with nothing but faults is 400, with too many elements too [L1]", "[sandbox][jira]") {
  Box box;
  json::Array bad{json::Object{{"fields", Box::fields("a\nb")}}};
  auto const answer = box.post("issue/bulk", json::Object{{"issueUpdates", bad}});
  CHECK(answer.status == 400);
  CHECK(answer.body["issues"].items().empty());
  CHECK(answer.body["errors"].at(0)["failedElementNumber"].integer() == 0);
  json::Array many(51, json::Object{{"fields", Box::fields("x")}});
  CHECK(box.post("issue/bulk", json::Object{{"issueUpdates", many}}).status == 400);
  CHECK(box.service.state()["issues"].items().empty());
  many.pop_back();
  CHECK(box.post("issue/bulk", json::Object{{"issueUpdates", many}}).status == 201);
}
