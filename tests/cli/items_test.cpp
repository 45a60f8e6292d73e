// The items commands as an administrator meets them: discovery, drafts, faults of a file, removal.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::string const kItem = std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json";

struct Desk {
  Sandbox sandbox;
  Operator ann{sandbox};
  Desk() {
    auto const set = ann.connect();
    INFO(set.err);
    REQUIRE(set.code == 0);
  }
  Ran items(std::vector<std::string> args) const {
    args.insert(args.begin(), "items");
    return ann.tandem(std::move(args));
  }
  json::Value json_of(std::vector<std::string> args, int code = 0) const {
    args.insert(args.end(), {"--output", "json"});
    auto const ran = items(args);
    CAPTURE(args, ran.out, ran.err);
    REQUIRE(ran.code == code);
    auto parsed = json::parse(ran.out);
    REQUIRE(parsed.has_value());
    return *parsed;
  }
  [[nodiscard]] std::string path(std::string const& name) const { return ann.folder().path(name); }
  void write(std::string const& name, std::string const& text) const { std::ofstream(path(name), std::ios::binary) << text; }
  [[nodiscard]] std::string store_hash() const {
    std::ifstream in(ann.state() + "/default/data.mdb", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return sha256(text.str());
  }
  [[nodiscard]] json::Value both_sides() const {
    auto state = sandbox.get("state");
    state.if_object()->erase("now");
    return state;
  }
};

// Null when there is none.
json::Value const& row_with(json::Value const& rows, std::string_view key, std::string_view value) {
  static json::Value const none;
  for (auto const& row : rows.items()) {
    if (row[key].text() == value) return row;
  }
  return none;
}

}  // namespace

TEST_CASE("discovery lists both sides, searched, in tables and in stable JSON [B3]") {
  Desk const desk;
  auto const store = desk.store_hash();

  auto const modules = desk.json_of({"modules"})["modules"];
  REQUIRE(row_with(modules, "name", "customer-service").is_object());
  CHECK(row_with(modules, "name", "custom")["anyEntity"].truthy());

  auto const tables = desk.json_of({"entities", "customer-service"});
  CHECK(row_with(tables["entities"], "name", "incident")["label"].text() == "Case");
  CHECK(row_with(tables["entities"], "name", "lead").is_null());
  CHECK(desk.json_of({"entities", "--search", "cAsé"})["entities"].items().size() == 2);

  auto const columns = desk.json_of({"columns", "incident"})["columns"];
  auto const& priority = row_with(columns, "name", "prioritycode");
  CHECK(priority["type"].text() == "Picklist");
  CHECK(priority["options"].at(0)["label"].text() == "High");
  CHECK(priority["updatable"].truthy());
  CHECK(row_with(columns, "name", "title")["maxLength"].integer() == 200);
  CHECK(row_with(columns, "name", "title")["required"].truthy());
  CHECK_FALSE(row_with(columns, "name", "createdon")["updatable"].truthy());
  CHECK(desk.json_of({"columns", "--entity", "INCIDENT", "--search", "problem solved"})["columns"].items().size() == 1);

  auto const types = desk.json_of({"issue-types", "SUP"})["issueTypes"];
  CHECK(row_with(types, "name", "Task").is_object());
  CHECK(row_with(types, "name", "Sub-task")["subtask"].truthy());

  auto const fields = desk.json_of({"fields", "--project", "SUP", "--issue-type", "bug"});
  CHECK(fields["issueType"].text() == "Bug");
  CHECK(row_with(fields["fields"], "id", "customfield_10060")["required"].truthy());
  CHECK(row_with(fields["fields"], "id", "customfield_10060")["allowed"].at(0)["name"].text() == "Blocker");
  CHECK_FALSE(row_with(fields["fields"], "id", "project")["supported"].truthy());
  CHECK_FALSE(row_with(fields["fields"], "id", "project")["why"].text().empty());
  CHECK(desk.json_of({"fields", "--search", "case number"})["fields"].items().size() == 1);

  auto const statuses = desk.json_of({"statuses", "--project", "SUP", "--issue-type", "Task", "--entity", "incident"});
  CHECK(row_with(statuses["jira"]["issueTypes"].at(0)["statuses"], "name", "Waiting")["category"].text() == "indeterminate");
  auto const& resolved = row_with(statuses["dynamics"]["states"], "name", "Resolved");
  CHECK(resolved["reasons"].at(0)["label"].text() == "Problem Solved");
  CHECK(resolved["reasons"].at(0)["default"].truthy());

  auto const table = desk.items({"fields", "--project", "SUP", "--issue-type", "Task"});
  CHECK(table.out.find("priority") != std::string::npos);
  CHECK(table.out.find("High, Medium, Low") != std::string::npos);
  CHECK(table.err.find("on the create screen of Task in SUP") != std::string::npos);
  CHECK(desk.store_hash() == store);
}

TEST_CASE("discovery says what is missing, misspelt or unknown, and where to look [B3]") {
  Desk const desk;
  struct Case {
    std::vector<std::string> args;
    int code;
    std::string says;
  };
  for (auto const& one : std::vector<Case>{
           {{"columns"}, 2, "--entity is missing"},
           {{"columns", "incdent"}, 9, "did you mean \"incident\"?"},
           {{"columns", "Case"}, 9, "did you mean \"incident\"?"},
           {{"columns", "incident", "--entity", "task"}, 2, "say different things"},
           {{"columns", "x'y z"}, 9, "there is no table"},
           {{"entities", "saels"}, 9, "did you mean \"sales\"?"},
           {{"issue-types"}, 2, "--project is missing"},
           {{"issue-types", "NOPE"}, 9, "there is no project \"NOPE\""},
           {{"issue-types", "../field"}, 9, "there is no project"},
           {{"fields", "--project", "SUP"}, 2, "tandem items issue-types SUP"},
           {{"fields", "--issue-type", "Task"}, 2, "--project is missing"},
           {{"fields", "--project", "SUP", "--issue-type", "Tsk"}, 9, "did you mean \"Task\"?"},
           {{"statuses"}, 2, "--project or --entity is missing"},
           {{"statuses", "--issue-type", "Task", "--entity", "incident"}, 2, "--issue-type needs --project"},
           {{"draft", "--project", "SUP", "--issue-type", "Task"}, 2, "--entity is missing"},
           {{"draft", "--project", "SUP", "--issue-type", "Sub-task", "--entity", "task"}, 3, "needs a parent issue"},
           {{"draft", "--project", "SUP", "--issue-type", "Task", "--entity", "lead", "--module", "customer-service"},
            9,
            "the module customer-service has no table lead"},
           {{"draft", "--project", "SUP", "--issue-type", "Task", "--entity", "lead", "--name", "a b"}, 2, "found \"a b\""},
       }) {
    auto const ran = desk.items(one.args);
    CAPTURE(one.args, ran.err);
    CHECK(ran.code == one.code);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(one.says) != std::string::npos);
  }
}

TEST_CASE("a draft of case, task, lead and opportunity is applied and synchronised unedited [B2]") {
  Desk const desk;
  for (std::string const type : {"Task", "Bug"}) {
    for (std::string const entity : {"incident", "task", "lead", "opportunity"}) {
      auto const name = entity + "-" + type;
      auto const file = desk.path(name + ".json");
      auto const draft =
          desk.items({"draft", "--project", "SUP", "--issue-type", type, "--entity", entity, "--name", name, "-f", file});
      CAPTURE(name, draft.err);
      REQUIRE(draft.code == 0);
      auto const applied = desk.items({"apply", "-f", file, "--baseline", "all"});
      CAPTURE(applied.out, applied.err);
      REQUIRE(applied.code == 0);
    }
  }
  CHECK(std::ifstream(desk.path("tandem-item.schema.json")).good());
  auto const run = desk.ann.tandem({"sync-once", "--output", "json"});
  CAPTURE(run.out, run.err);
  CHECK(run.code == 0);
  auto const report = json::parse(run.out);
  REQUIRE(report);
  for (auto const& item : (*report)["items"].items()) {
    if (item["name"].text().starts_with("incident")) CHECK(item["created"].integer().value_or(0) > 0);
    CHECK(item["failed"].integer() == 0);
  }
  auto const again =
      desk.items({"draft", "--project", "SUP", "--issue-type", "Task", "--entity", "lead", "-f", desk.path("lead-Task.json")});
  CHECK(again.code == 7);
  CHECK(again.err.find("exists already") != std::string::npos);
}

TEST_CASE("a draft printed as JSON is a file that apply takes [B2]") {
  Desk const desk;
  auto const draft = desk.items({"draft", "--project", "SUP", "--issue-type", "Task", "--entity", "new_ticket", "-o", "json"});
  CAPTURE(draft.out, draft.err);
  REQUIRE(draft.code == 0);
  auto const applied = desk.ann.tandem({"items", "apply", "-f", "-"}, {}, draft.out);
  CAPTURE(applied.err);
  CHECK(applied.code == 0);
}

TEST_CASE(
    "an item without links is forgotten; one with links needs --with-links, which takes its marks off both sides [B10][D6]") {
  Desk const desk;
  REQUIRE(desk.items({"apply", "-f", kItem, "--baseline", "all"}).code == 0);
  auto const before = desk.both_sides();
  REQUIRE(desk.ann.tandem({"sync-once"}).code == 0);
  auto const linked = desk.both_sides();

  auto const refused = desk.items({"remove", "support-cases"});
  CHECK(refused.code == 7);
  CHECK(refused.err.find("12 links") != std::string::npos);
  CHECK(refused.err.find("--with-links") != std::string::npos);
  CHECK(desk.items({"remove", "support-cases", "--with-links", "--dry-run"}).out.find("would be removed, with 12 links") !=
        std::string::npos);
  CHECK(desk.both_sides() == linked);

  // One note that we may not remove: its link stays, the item is paused, and a second call goes on.
  desk.sandbox.configure("dataverse.revokePrivilege", "prvDeleteNote");
  auto const partly = desk.items({"remove", "support-cases", "--with-links"});
  CAPTURE(partly.out, partly.err);
  CHECK(partly.code == 6);
  CHECK(partly.out.find("stay linked") != std::string::npos);
  CHECK(desk.items({"list"}).out.find("no ") != std::string::npos);
  desk.sandbox.configure("dataverse.grantPrivilege", "prvDeleteNote");

  auto const report = desk.json_of({"remove", "support-cases", "--with-links"});
  CHECK(report["removed"].truthy());
  CHECK(report["links"].integer() == 12);
  auto const after = desk.both_sides();
  CHECK(after["dataverse"]["rows"]["annotation"] == before["dataverse"]["rows"]["annotation"]);
  CHECK(after["jira"]["issues"].items().size() == 12);
  for (auto const& issue : after["jira"]["issues"].items()) {
    CHECK(issue["remoteLinks"].items().empty());
    CHECK_FALSE(issue["properties"].has("tandem.link"));
  }
  CHECK(desk.items({"list"}).out.find("no items yet") == 0);
  CHECK(desk.ann.tandem({"status", "--check"}).code == 0);
  CHECK(desk.items({"remove", "support-cases"}).code == 9);

  REQUIRE(desk.items({"apply", "-f", kItem}).code == 0);
  CHECK(desk.items({"remove", "support-cases"}).code == 0);
}
