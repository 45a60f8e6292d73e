// The items commands as an administrator meets them: discovery, drafts, faults of a file, removal.
#include <catch2/catch.hpp>

#include <fstream>

#include <tandem/base/json/parse.hpp>

#include "connected.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

struct Desk : Connected {
  Ran items(std::vector<std::string> args) const {
    args.insert(args.begin(), "items");
    return tandem(std::move(args));
  }
  json::Value json_of(std::vector<std::string> args, int code = 0) const {
    args.insert(args.begin(), "items");
    return Connected::json_of(std::move(args), code);
  }
  [[nodiscard]] std::string path(std::string const& name) const { return ann.folder().path(name); }
  void write(std::string const& name, std::string const& text) const { std::ofstream(path(name), std::ios::binary) << text; }
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

TEST_CASE("an item's statuses are shown with the rule and rank of each pair, both ways [G2] [G8]") {
  Desk const desk;
  auto const file = desk.path("statuses.json");
  std::ofstream(file) << R"({"name":"cases","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"customer-service","entity":"incident"},"status":{"enabled":true,"map":[{"dynamics":"On Hold","jira":"Waiting"}]}})";
  auto const applied = desk.items({"apply", "-f", file});
  CAPTURE(applied.err);
  REQUIRE(applied.code == 0);
  auto const table = desk.json_of({"statuses", "cases"});
  CHECK(table["enabled"].truthy());
  auto const find = [](json::Value const& rows, std::string const& name, std::string const& member) {
    for (auto const& row : rows.items()) {
      if (row["status"][member].text() == name) return row;
    }
    return json::Value();
  };
  auto const waiting = find(table["jiraToDynamics"], "Waiting", "name");
  CHECK(waiting["target"]["label"].text() == "On Hold");
  CHECK(waiting["rule"].text() == "map");
  CHECK(waiting["rank"].text() == "certain");
  CHECK(waiting["acts"].truthy());
  auto const cancelled = find(table["dynamicsToJira"], "Cancelled", "label");
  CHECK(cancelled["target"]["name"].text() == "Done");
  CHECK(cancelled["resolution"]["name"].text() == "Won't Do");
  CHECK(cancelled["rule"].text() == "resolution");
  auto const shown = desk.items({"statuses", "cases"});
  CHECK(shown.out.find("Problem Solved") != std::string::npos);
  CHECK(desk.items({"statuses", "nope"}).code == 9);
  CHECK(desk.items({"statuses", "cases", "--issue", "SUP-4711"}).code == 9);
  CHECK(desk.items({"statuses", "--issue", "SUP-1"}).code == 2);
  CHECK(desk.items({"statuses", "cases", "--project", "SUP"}).code == 2);
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

TEST_CASE("each example is applied as it is and makes an issue for each of its records [B1][B4]") {
  Desk const desk;
  auto const [name, records] =
      GENERATE(table<std::string, int>({{"support-cases", 12}, {"leads", 2}, {"opportunities", 2}, {"tasks", 1}}));
  CAPTURE(name);
  auto const file = std::string(TANDEM_SOURCE) + "/examples/items/" + name + ".json";
  auto const valid = desk.items({"validate", "-f", file});
  CAPTURE(valid.out, valid.err);
  CHECK(valid.code == 0);
  REQUIRE(desk.items({"apply", "-f", file, "--baseline", "all"}).code == 0);
  auto const ran = desk.ann.tandem({"sync-once"});
  CAPTURE(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out.find(name + ": " + std::to_string(records) + " created, 0 updated, 0 unchanged, 0 failed\n") == 0);
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
  REQUIRE(desk.items({"apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
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

  REQUIRE(desk.items({"apply", "-f", kSupportCases}).code == 0);
  CHECK(desk.items({"remove", "support-cases"}).code == 0);
}

TEST_CASE("a file with 25 faults gets 25 lines with position, finding and remedy, and applying it changes nothing [B4]") {
  Desk const desk;
  auto const file = desk.path("bad.json");
  desk.write("bad.json", R"({
  "nmae": "support-cases",
  "mode": "oneway",
  "jira": {
    "project": "SUP",
    "issueType": "Task",
    "defaults": { "lables": ["x"], "priority": "Urgent", "duedate": "tomorrow" },
  },
  "dynamics": {
    "module": "customer-servce",
    "entity": "incident",
    "filter": "(casetypecode eq 2",
    "changeTracking": "yes",
  },
  "autoCreate": 1,
  "status": { "enabled": "no", "map": [{ "dynamics": "On Hold" }] },
  "comments": { "visibility": "intern" },
  "attachments": { "maxBytes": "10 MB" },
  "conflict": "newest",
  "brakes": { "maxCreates": -1, "maxUpdate": 5 },
  "timeZone": "Europe/Berln",
  "mappings": [
    { "column": "titel", "field": "summary" },
    { "column": "description", "feild": "description" },
    { "column": "prioritycode", "field": "priority", "values": { "Hgih": "High" } },
    { "column": "title", "field": "duedate", "direction": "to-jria" },
    { "column": "ticketnumber", "field": "custmfield_10050" },
    "title",
  ],
  "display": ["ticketnumber", 5],
})");
  std::vector<std::string> const expected{
      "2:3: nmae: unknown key; did you mean \"name\"?",
      "3:11: mode: found \"oneway\", expected \"display-only\", \"one-way\" or \"two-way\"; did you mean \"one-way\"?",
      "7:29: jira.defaults.lables: \"lables\" is not on the create screen; did you mean \"labels\"?",
      "7:48: jira.defaults.priority: \"Urgent\" is no value of Priority: \"High\", \"Medium\" or \"Low\"",
      "7:69: jira.defaults.duedate: \"tomorrow\" is no date (2026-12-31)",
      "10:15: dynamics.module: found \"customer-servce\", expected ",
      "12:15: dynamics.filter: the parentheses are not balanced",
      "13:23: dynamics.changeTracking: found the text \"yes\", expected true or false",
      "15:17: autoCreate: found the number 1, expected true or false",
      "16:26: status.enabled: found the text \"no\", expected true or false",
      "16:40: status.map[0]: \"jira\" is missing: a status, or {\"status\", \"resolution\"}",
      "17:31: comments.visibility: found \"intern\", expected \"internal\" or \"public\"; did you mean \"internal\"?",
      "18:32: attachments.maxBytes: found the text \"10 MB\", expected a whole number from 1 to ",
      "19:15: conflict: found \"newest\", expected \"latest\", \"dynamics\", \"jira\" or \"hold\"",
      "20:29: brakes.maxCreates: found the number -1, expected a whole number from 0 to ",
      "20:33: brakes.maxUpdate: unknown key; did you mean \"maxUpdates\"?",
      "21:15: timeZone: found \"Europe/Berln\", expected a name of the tz database such as Europe/Berlin; did you mean",
      "23:17: mappings[0].column: found \"titel\", which is no column of incident; did you mean \"title\"?",
      "24:32: mappings[1].feild: unknown key; did you mean \"field\"?",
      "25:74: mappings[2].values.Hgih: \"Hgih\" is no value of prioritycode, which has \"High\", \"Normal\" or \"Low\"; did",
      "26:5: mappings[3]: title (String) and duedate (date) do not convert; duedate takes a column of type DateTime",
      "26:59: mappings[3].direction: found \"to-jria\", expected \"both\", \"to-jira\" or \"to-dynamics\"; did you mean",
      "27:42: mappings[4].field: found \"custmfield_10050\", which is no field of this site; did you mean \"customfield_10050\"?",
      "28:5: mappings[5]: found the text \"title\", expected an object",
      "30:31: display[1]: found the number 5, expected a text"};
  REQUIRE(expected.size() == 25);

  auto const sides = desk.both_sides();
  for (std::string const command : {"validate", "apply"}) {
    auto const ran = desk.items({command, "-f", file});
    CAPTURE(command, ran.out, ran.err);
    CHECK(ran.code == 3);
    std::vector<std::string> lines;
    std::istringstream out(ran.out);
    for (std::string line; std::getline(out, line);) lines.push_back(line);
    REQUIRE(lines.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(lines[i], expected[i]);
      CHECK(lines[i].starts_with(file + ":" + expected[i]));
    }
  }
  CHECK(desk.json_of({"apply", "-f", file}, 3)["faults"].items().size() == 25);
  CHECK(desk.items({"list"}).out.find("no items yet") == 0);
  CHECK(desk.both_sides() == sides);
}

TEST_CASE("files that are no item are refused with their place [B4]") {
  Desk const desk;
  for (auto const& [text, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "stdin:1:1: invalid JSON: the text is empty"},
           {"[]", "stdin:1:1: found a list, expected an object"},
           {"{\"name\": \"x\",\n  \"mode\" \"one-way\"}", "stdin:2:10: invalid JSON"},
           {"{\"name\":\"x\",\"name\":\"y\"}", "the key \"name\" stands twice"},
           {"\xFF\xFE{", "stdin:1:1: invalid JSON"},
           {std::string(100, '['), "invalid JSON"}}) {
    auto const ran = desk.ann.tandem({"items", "apply", "-f", "-"}, {}, text);
    CAPTURE(text, ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.out.find(says) != std::string::npos);
  }
}

TEST_CASE("where the role may not read metadata, an exported item carries its own [B11]") {
  Desk const desk;
  REQUIRE(desk.items({"apply", "-f", kSupportCases}).code == 0);
  auto const file = desk.path("carried.json");
  REQUIRE(desk.items({"export", "support-cases", "--with-schema", "-f", file}).code == 0);
  REQUIRE(desk.items({"remove", "support-cases"}).code == 0);
  desk.sandbox.configure("dataverse.revokePrivilege", "prvReadEntity");

  auto const plain = desk.items({"apply", "-f", kSupportCases});
  CAPTURE(plain.err);
  CHECK(plain.code == 4);
  CHECK(plain.err.find("prvReadEntity") != std::string::npos);
  auto const carried = desk.items({"apply", "-f", file, "--baseline", "all"});
  CAPTURE(carried.out, carried.err);
  REQUIRE(carried.code == 0);
  auto const run = desk.ann.tandem({"sync-once"});
  CAPTURE(run.out, run.err);
  CHECK(run.code == 0);
  CHECK(run.out.find("support-cases: 12 created") == 0);
  CHECK(desk.items({"columns", "incident"}).code == 4);
}

TEST_CASE("an exported item names its schema first, and its file is applied as no change [B1]") {
  Desk const desk;
  desk.write("plain.json", R"({"name":"a","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"custom","entity":"incident"},"mappings":[{"column":"title","field":"summary"}]})");
  REQUIRE(desk.items({"apply", "-f", desk.path("plain.json")}).code == 0);
  auto const exported = desk.items({"export", "a"});
  CHECK(exported.out.find("{\n  \"$schema\": \"tandem-item.schema.json\"") == 0);
  auto const again = desk.ann.tandem({"items", "apply", "-f", "-", "--dry-run"}, {}, exported.out);
  CAPTURE(again.out, again.err);
  CHECK(again.code == 0);
  CHECK(again.out.find("item a: unchanged") == 0);
}

TEST_CASE("a rehearsal is planned, asked for and refused at its door, walks the sample, and leaves nothing behind [G8]") {
  Desk const desk;
  std::string const status = R"("status": { "enabled": false })";
  std::ifstream in(kSupportCases);
  std::stringstream example;
  example << in.rdbuf();
  auto text = example.str();
  auto const at = text.find(status);
  REQUIRE(at != std::string::npos);
  desk.write("off.json", text);
  desk.write("on.json", text.replace(at, status.size(), R"("status": { "enabled": true })"));
  desk.write("view.json", R"({"name":"view","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"}})");
  REQUIRE(desk.items({"apply", "-f", desk.path("off.json"), "--baseline", "all"}).code == 0);
  REQUIRE(desk.items({"apply", "-f", desk.path("view.json")}).code == 0);
  REQUIRE(desk.ann.tandem({"sync-once"}).code == 0);
  auto const refused = [&](std::vector<std::string> args, int code, std::string const& says) {
    args.insert(args.begin(), "rehearse");
    auto const sides = desk.both_sides();
    auto const ran = desk.items(args);
    CAPTURE(args, ran.out, ran.err);
    CHECK(ran.code == code);
    CHECK(ran.err.find(says) != std::string::npos);
    CHECK(desk.both_sides() == sides);
  };
  refused({"support-cases", "--record", "SUP-1", "--yes"}, 7, "status.enabled");
  REQUIRE(desk.items({"apply", "-f", desk.path("on.json")}).code == 0);
  REQUIRE(desk.ann.tandem({"sync-once"}).code == 0);

  refused({"support-cases"}, 2, "--record is missing");
  refused({"--record", "SUP-1"}, 2, "ITEM is missing");
  refused({"nothing", "--record", "SUP-1", "--yes"}, 9, "there is no item");
  refused({"view", "--record", "SUP-1", "--yes"}, 7, "only displays");
  refused({"support-cases", "--record", "SUP-4711", "--yes"}, 9, "SUP-4711");
  refused({"support-cases", "--record", "' or 1 eq 1", "--yes"}, 9, "neither an issue nor a record");
  refused({"support-cases", "--record", "https://elsewhere.example.com/main.aspx?etn=incident", "--yes"}, 2,
          "elsewhere.example.com");
  refused({"support-cases", "--record", "SUP-1"}, 7, "--yes");
  refused({"support-cases", "--record", "SUP-1", "--output", "json"}, 7, "--yes");
  auto const sides = desk.both_sides();
  auto const planned = desk.json_of({"rehearse", "support-cases", "--record", "SUP-1", "--dry-run"});
  CHECK(planned["dryRun"].truthy());
  CHECK(planned["plan"].items().size() == 8);
  CHECK(planned["plan"].at(0)["set"].text() == "dynamics");
  CHECK(planned["plan"].at(0)["kind"].text() == "resolved");
  CHECK(planned["plan"].at(4)["set"].text() == "jira");
  CHECK(planned["remains"].items().size() >= 3);
  CHECK(desk.both_sides() == sides);

  REQUIRE(desk.items({"disable", "support-cases"}).code == 0);  // rehearsing comes before enabling
  auto const done = desk.json_of({"rehearse", "support-cases", "--record", std::string(planned["number"].text()), "--yes"});
  CHECK(done["exit"].integer() == 0);
  REQUIRE(done["steps"].items().size() == 8);
  CHECK(done["steps"].at(0)["asked"]["way"].text() == "CloseIncident, Status 5");
  CHECK(done["steps"].at(0)["follows"]["transitions"].at(0)["name"].text() == "Done");
  CHECK(done["restored"]["complete"].truthy());
  CHECK(done["stopped"].is_null());
  auto const before = [&](json::Value const& state) {
    for (auto const& issue : state["jira"]["issues"].items()) {
      if (issue["key"].text() == "SUP-1") return std::string(issue["fields"]["status"]["name"].text());
    }
    return std::string();
  };
  CHECK(before(desk.both_sides()) == before(sides));

  REQUIRE(desk.items({"enable", "support-cases"}).code == 0);
  desk.sandbox.configure("jira.revokePermission", "TRANSITION_ISSUES");
  auto const blocked = desk.items({"rehearse", "support-cases", "--record", "SUP-1", "--yes"});
  CAPTURE(blocked.out, blocked.err);
  CHECK(blocked.code == 6);
  CHECK(blocked.out.find("1. blocked") != std::string::npos);
  CHECK(blocked.out.find("SUP-1 has the status from before") != std::string::npos);
  desk.sandbox.configure("jira.grantPermission", "TRANSITION_ISSUES");
  auto const after = desk.both_sides();
  CHECK(desk.ann.tandem({"sync-once"}).code == 0);
  CHECK(desk.both_sides()["jira"]["issues"] == after["jira"]["issues"]);
}
