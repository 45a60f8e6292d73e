#include <catch2/catch.hpp>

#include "fixture.hpp"

using jira_test::Box;
namespace json = tandem::json;
using tandem::Millis;

namespace {

// SUP-1 at 10:00 UTC, SUP-2 a minute later, SUP-3 two minutes later; OPS-1 and a Bug SUP-4.
struct Stocked : Box {
  Stocked() {
    create(
        "Printer on fire",
        R"({"labels":["hot","x"],"priority":{"id":"2"},"customfield_10050":"CAS-1","customfield_10052":10.5,"duedate":"2024-06-20",
      "customfield_10055":{"value":"North"},"customfield_10056":[{"id":"10130"},{"id":"10131"}],"assignee":{"accountId":"5b10ac8d82e05b22cc7d4ef5"},
      "customfield_10053":"2024-06-15T08:00:00.000+0000","components":[{"name":"Hardware"}],"fixVersions":[{"name":"2.0"}]})");
    clock.advance(std::chrono::minutes{1});
    create("Scanner's café", R"({"priority":{"id":"4"},"customfield_10052":200,"customfield_10055":{"value":"South"}})");
    clock.advance(std::chrono::minutes{1});
    create("Nothing special");
    post("issue/SUP-3/transitions", R"({"transition":{"id":"11"}})");
    post(
        "issue",
        R"({"fields":{"project":{"id":"10010"},"issuetype":{"name":"Bug"},"summary":"Crash","customfield_10060":{"id":"10151"}}})");
    post("issue", R"({"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Task"},"summary":"Elsewhere"}})");
    post("issue/SUP-2/comment", json::Object{{"body", jira_test::adf("the toner is empty")}});
  }
};

}  // namespace

TEST_CASE("queries find what they say [L1]", "[sandbox][jira]") {
  static Stocked box;
  auto const [jql, keys] = GENERATE(table<std::string, std::string>({
      {"project = SUP", "SUP-1 SUP-2 SUP-3 SUP-4"},
      {"project = \"sup\"", "SUP-1 SUP-2 SUP-3 SUP-4"},
      {"project in (OPS, 10010)", "OPS-1 SUP-1 SUP-2 SUP-3 SUP-4"},
      {"project != SUP", "OPS-1"},
      {"key = SUP-2", "SUP-2"},
      {"issuekey in (SUP-2, 'sup-3', NOPE-1)", "SUP-2 SUP-3"},
      {"id in (10001, 10003)", "SUP-1 SUP-3"},
      {"key >= SUP-3", "SUP-3 SUP-4"},
      {"issuetype = Bug", "SUP-4"},
      {"project = SUP AND type != Bug", "SUP-1 SUP-2 SUP-3"},
      {"status = \"In Progress\"", "SUP-3"},
      {"status = 3", "SUP-3"},
      {"statusCategory = \"To Do\" and project = SUP", "SUP-1 SUP-2 SUP-4"},
      {"statusCategory in (indeterminate, Done)", "SUP-3"},
      {"priority = High", "SUP-1"},
      {"priority not in (Medium, High)", "SUP-2"},
      {"labels = hot", "SUP-1"},
      {"labels in (cold, x)", "SUP-1"},
      {"labels is empty and project = SUP", "SUP-2 SUP-3 SUP-4"},
      {"labels is not EMPTY", "SUP-1"},
      {"assignee = 5b10ac8d82e05b22cc7d4ef5", "SUP-1"},
      {"assignee is null and project = SUP and issuetype = Task", "SUP-2 SUP-3"},
      {"assignee != currentUser()", "SUP-1"},
      {"reporter = currentUser() and key = SUP-1", "SUP-1"},
      {"creator in (currentUser(), \"x\") and project = OPS", "OPS-1"},
      {"creator = \"712020:0b6c1f4e-2d35-4a7b-9c11-5e8f7a6b3c21\" and project = OPS", "OPS-1"},
      {"resolution = Unresolved and project = OPS", "OPS-1"},
      {"resolution is not empty", ""},
      {"summary ~ printer", "SUP-1"},
      {"summary ~ \"FIRE printer\"", "SUP-1"},
      {"summary ~ print", ""},
      {"summary ~ \"print*\"", "SUP-1"},
      {"summary ~ cafe", "SUP-2"},
      {"summary !~ printer and project = SUP and type = Task", "SUP-2 SUP-3"},
      {"summary ~ \"\\\"on fire\\\"\"", "SUP-1"},
      {"summary ~ \"\\\"fire on\\\"\"", ""},
      {"text ~ toner", "SUP-2"},
      {"comment ~ toner", "SUP-2"},
      {"text ~ \"CAS\\\\-1\"", "SUP-1"},
      {"cf[10050] ~ \"cas-1\"", "SUP-1"},
      {"\"Case number\" ~ cas", "SUP-1"},
      {"cf[10050] is not empty", "SUP-1"},
      {"cf[10052] > 10.5", "SUP-2"},
      {"cf[10052] >= 10.50", "SUP-1 SUP-2"},
      {"\"Estimated cost\" in (200, 3)", "SUP-2"},
      {"cf[10055] = North", "SUP-1"},
      {"Region in (North, 10121)", "SUP-1 SUP-2"},
      {"cf[10056] = Phone", "SUP-1"},
      {"cf[10053] > \"2024-06-15\"", "SUP-1"},
      {"due <= 2024-06-20", "SUP-1"},
      {"due < \"2024/06/20\"", ""},
      {"component = Hardware", "SUP-1"},
      {"fixVersion = \"2.0\"", "SUP-1"},
      {"project = SUP and (priority = High or priority = Low)", "SUP-1 SUP-2"},
      {"priority = High or priority = Low and labels is not empty", "SUP-1"},
      {"not priority = High and project = SUP and type = Task", "SUP-2 SUP-3"},
      {"project = SUP and not (labels = hot or priority = Low) and type = Task", "SUP-3"},
      {"!(project = SUP)", "OPS-1"},
      {"Printer fire", "SUP-1"},
      {"this is not jql", ""},
  }));
  CAPTURE(jql);
  CHECK(box.found(jql + " ORDER BY key ASC") == keys);
}

TEST_CASE("dates are read in the account's zone by the minute, numbers as they are [L1]", "[sandbox][jira]") {
  static Stocked box;  // 10:02 UTC now; the connector lives in Berlin, two hours ahead
  auto const [condition, keys] = GENERATE(table<std::string, std::string>({
      {"created >= \"2024-06-12 12:01\"", "SUP-2 SUP-3"},
      {"created > \"2024-06-12 12:01\"", "SUP-3"},
      {"created < \"2024/06/12 12:01\"", "SUP-1"},
      {"created >= \"2024-06-12 10:01\"", "SUP-1 SUP-2 SUP-3"},
      {"created >= 2024-06-12", "SUP-1 SUP-2 SUP-3"},
      {"created >= \"2024-06-13\"", ""},
      {"created >= 1718186460000", "SUP-2 SUP-3"},
      {"created >= 1718186460001", "SUP-3"},
      {"created >= -1m", "SUP-2 SUP-3"},
      {"created >= \"-1m\"", "SUP-2 SUP-3"},
      {"created >= -2d", "SUP-1 SUP-2 SUP-3"},
      {"created >= now()", "SUP-3"},
      {"created >= startOfDay()", "SUP-1 SUP-2 SUP-3"},
      {"created > endOfDay()", ""},
      {"created >= startOfDay(1d)", ""},
  }));
  CAPTURE(condition);
  CHECK(box.found("project = SUP and type = Task and " + condition + " ORDER BY key ASC") == keys);
}

TEST_CASE("the zone of dates follows the account [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.found("created >= \"2024-06-12 12:00\"") == "SUP-1");
  CHECK(box.found("created >= \"2024-06-12 12:01\"").empty());
  box.set("jira.timeZone", "Asia/Kolkata");
  CHECK(box.found("created >= \"2024-06-12 15:30\"") == "SUP-1");
  CHECK(box.found("created >= \"2024-06-12 15:31\"").empty());
  CHECK(box.get("issue/SUP-1?fields=created").body["fields"]["created"].text() == "2024-06-12T15:30:00.000+0530");
  CHECK(box.get("myself").body["timeZone"].text() == "Asia/Kolkata");
}

TEST_CASE("orders by several keys, empty values last ascending [L1]", "[sandbox][jira]") {
  static Stocked box;
  auto const [order, keys] = GENERATE(table<std::string, std::string>({
      {"priority ASC, key ASC", "SUP-2 SUP-3 SUP-1"},
      {"priority DESC, key ASC", "SUP-1 SUP-3 SUP-2"},
      {"cf[10052]", "SUP-1 SUP-2 SUP-3"},
      {"cf[10052] DESC", "SUP-3 SUP-2 SUP-1"},
      {"created desc", "SUP-3 SUP-2 SUP-1"},
      {"summary asc", "SUP-3 SUP-1 SUP-2"},
      {"status asc, key desc", "SUP-2 SUP-1 SUP-3"},
      {"duedate asc, updated asc", "SUP-1 SUP-2 SUP-3"},
      {"Region asc, key asc", "SUP-1 SUP-2 SUP-3"},
  }));
  CAPTURE(order);
  CHECK(box.found("project = SUP and type = Task order by " + order) == keys);
}

TEST_CASE("malformed and unbounded queries are 400 with words [L1]", "[sandbox][jira]") {
  static Stocked box;
  auto const [jql, words] = GENERATE(table<std::string, std::string>({
      {"project = INT",
       "Error in the JQL Query: 'INT' is a reserved JQL word. You must surround it in quotation marks to use it in a query. "
       "(line 1, character 11)"},
      {"project = DO", "'DO' is a reserved JQL word"},
      {"project = AND", "'AND' is a reserved JQL word"},
      {"project in (SUP, Order)", "'Order' is a reserved JQL word"},
      {"project = \"SUP", "has not been completed"},
      {"summary ~ 'x", "has not been completed"},
      {"", "Unbounded JQL queries are not allowed here."},
      {"order by created", "Unbounded JQL queries are not allowed here."},
      {"project = NOPE", "The value 'NOPE' does not exist for the field 'project'."},
      {"status = Nope", "does not exist for the field 'status'"},
      {"priority = 99", "does not exist for the field 'priority'"},
      {"nope = 1", "Field 'nope' does not exist"},
      {"cf[1] = 1", "Field 'cf[1]' does not exist"},
      {"summary = x", "The operator '=' is not supported by the 'summary' field."},
      {"priority > High", "The operator '>' is not supported by the 'priority' field."},
      {"updated ~ x", "The operator '~' is not supported"},
      {"updated >= \"2024-06-12 12:00:30\"", "is invalid. Valid formats include"},
      {"updated >= \"1718186460000\"", "is invalid. Valid formats include"},
      {"updated >= -30s", "is invalid. Valid formats include"},
      {"updated >= yesterday", "is invalid"},
      {"cf[10052] > ten", "is invalid"},
      {"project = SUP AND", "before the end of the query"},
      {"(project = SUP", "Expecting ')'"},
      {"project = SUP)", "Expecting either 'OR' or 'AND'"},
      {"project in \"SUP\"", "requires a list"},
      {"project = SUP order by nope", "Not able to sort using field 'nope'."},
      {"project = SUP order by a,b,c,d,e,f,g,h", "limited to 7"},
      {"summary ~ \"a\\qb\"", "is an illegal JQL escape sequence"},
      {"project = a.b", "The character '.' is a reserved JQL character"},
      {"assignee = nobody()", "Unable to find JQL function 'nobody()'."},
  }));
  CAPTURE(jql);
  auto const answer = box.found(jql);
  CHECK(answer.substr(0, 4) == "400 ");
  CHECK_THAT(answer, Catch::Contains(words));
}

TEST_CASE("a key that does not exist matches nothing, or fails where the site is set so [L1]", "[sandbox][jira]") {
  Box box;
  box.create("one");
  CHECK(box.found("key in (SUP-1, SUP-9)") == "SUP-1");
  box.set("jira.unknownKeyFails", true);
  CHECK(box.found("key in (SUP-1, SUP-9)") == "400 An issue with key 'SUP-9' does not exist for field 'key'.");
}

TEST_CASE("deep nesting is refused, not a crash [L1]", "[sandbox][jira]") {
  Box box;
  std::string nested(100000, '(');
  nested.append("project = SUP");
  CHECK(box.found(nested).substr(0, 4) == "400 ");
  std::string shouting(50000, '!');
  shouting.append("project = SUP");
  CHECK(box.found(shouting).substr(0, 4) == "400 ");
}

TEST_CASE("jql/parse tells structure and faults without running [L1]", "[sandbox][jira]") {
  Box box;
  auto const answer =
      box.post("jql/parse?validation=strict",
               R"({"queries":["project = SUP and labels in (a,b) order by key desc","project = NOPE","project = \"x"]})");
  REQUIRE(answer.status == 200);
  auto const& good = answer.body["queries"].at(0);
  CHECK_FALSE(good.has("errors"));
  CHECK(good["structure"]["where"]["operator"].text() == "and");
  CHECK(good["structure"]["where"]["clauses"].at(1)["operand"]["values"].items().size() == 2);
  CHECK(good["structure"]["orderBy"]["fields"].at(0)["direction"].text() == "desc");
  CHECK(answer.body["queries"].at(1)["errors"].items().size() == 1);
  CHECK(answer.body["queries"].at(2)["errors"].items().size() == 1);
  CHECK(box.post("jql/parse", R"({"queries":[]})").status == 400);
}
