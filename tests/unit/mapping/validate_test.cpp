#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/mapping/compiled_item.hpp>

#include "item_files.hpp"
#include "support_metadata.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

std::string item_text(std::string const& mappings, std::string const& more = "",
                      std::string const& jira = R"("project":"SUP","issueType":"Task")",
                      std::string const& dynamics = R"("module":"customer-service","entity":"incident")",
                      std::string const& mode = "one-way") {
  return R"({"name":"a","mode":")" + mode + R"(","jira":{)" + jira + R"(},"dynamics":{)" + dynamics + "}" + more +
         R"(,"mappings":[)" + mappings + "]}";
}

// With statuses on both sides.
connection::Schema schema_with_statuses() {
  auto schema = support_schema();
  schema.statuses = {{"1", "To Do", "new"}, {"3", "Waiting", "indeterminate"}, {"4", "Done", "done"}};
  schema.resolutions = {{"10", "Done"}, {"11", "Won't Do"}};
  for (auto& column : schema.entity->attributes) {
    if (column.logical_name == "statecode") column.options.at(1).invariant_name = "Resolved";
    for (auto& one : column.options) {
      if (column.logical_name == "statuscode") one.state = one.value == 5 ? 1 : 0;
    }
  }
  return schema;
}

std::string faults_of(std::string const& text, connection::Schema const& schema = schema_with_statuses()) {
  auto const parsed = parse_item(text);
  REQUIRE(parsed.item);
  std::string out;
  for (auto const& fault : parsed.faults) out += "structure: " + fault.path + ": " + fault.message + "\n";
  for (auto const& fault : validate(*parsed.item, schema, text)) {
    CHECK(fault.line > 0);
    CHECK(fault.column > 0);
    out += fault.path + ": " + fault.message + "\n";
  }
  return out;
}

constexpr char const* kTitle = R"({"column":"title","field":"summary"})";

}  // namespace

TEST_CASE("the example item fits a support desk [B4]") {
  std::size_t judged = 0;
  for (auto const& path : example_items()) {  // the others are judged by the command line's tests, against the sandbox
    auto const text = file_text(path);
    if (parse_item(text).item->entity != "incident") continue;
    CHECK(faults_of(text).empty());
    ++judged;
  }
  CHECK(judged > 0);
}

TEST_CASE("each thing that does not exist, convert or permit is told with what would be accepted [B4]") {
  auto const [mapping, expected] = GENERATE(table<std::string, std::string>({
      {R"({"column":"titel","field":"summary"})",
       R"(mappings[0].column: found "titel", which is no column of incident; did you mean "title"?)"},
      {R"({"column":"Customer","field":"customfield_3"})",
       R"(mappings[0].column: found "Customer", which is no column of incident; did you mean "customerid"?)"},
      {R"({"column":"_customerid_value","field":"customfield_3"})",
       R"(mappings[0].column: found "_customerid_value", which is no column of incident; did you mean "customerid"?)"},
      {R"({"column":"title","field":"sumary"})",
       R"(mappings[0].field: found "sumary", which is no field of this site; did you mean "summary"?)"},
      {R"({"column":"customerid","field":"Customer"})",
       R"(mappings[0].field: "Customer" exists but is not on the create screen of Task in SUP; add it to the screen or map another field)"},
      {R"({"column":"title","field":"Team"})",
       R"(mappings[0].field: several fields are called "Team": use the id, one of "customfield_2" or "customfield_3")"},
      {R"({"column":"title","field":"assignee"})",
       R"(mappings[0]: title (String) and assignee (user): matching users is experimental and needs the item's "users": {"byEmail": true}, or a "table" of Dynamics user and Jira account id)"},
      {R"({"column":"entityimage","field":"customfield_3"})",
       "mappings[0].column: entityimage: its type (File) cannot be mapped"},
      {R"({"column":"secretnote","field":"customfield_3"})",
       "mappings[0].column: secretnote is secured by a column security profile, and whether the application user may read it "
       "cannot be told from metadata; map a column that is not secured"},
      {R"({"column":"title","field":"duedate"})",
       "mappings[0]: title (String) and duedate (date) do not convert; duedate takes a column of type DateTime"},
      {R"({"column":"description","field":"priority"})",
       "mappings[0]: description (Memo) and priority (priority) do not convert; priority takes a column of type Picklist, State, "
       "Status"},
      {R"({"column":"followupby","field":"duedate"})",
       "mappings[0]: followupby (DateTime) and duedate (date) need the item's \"timeZone\" (such as Europe/Berlin): a day and a "
       "point in time meet here"},
      {R"({"column":"prioritycode","field":"priority","values":{"4":"High"}})",
       R"(mappings[0].values.4: "4" is no value of prioritycode, which has "High", "Normal" or "Low")"},
      {R"({"column":"prioritycode","field":"priority","values":{"1":"Hihg"}})",
       R"(mappings[0].values.1: "Hihg" is no value of Priority: "High", "Medium" or "Low"; did you mean "High"?)"},
      {R"({"column":"prioritycode","field":"priority","default":"Urgent"})",
       R"(mappings[0].default: "Urgent" is no value of Priority: "High", "Medium" or "Low")"},
      {R"({"column":"title","field":"summary","direction":"to-dynamics"})",
       "mappings[0].direction: a one-way item writes only Jira; accepted: to-jira"},
      {R"({"column":"title","field":"summary","direction":"both"})",
       "mappings[0].direction: a one-way item writes only Jira; accepted: to-jira, or no direction at all"},
      {R"({"column":"title","field":"summary","createMissing":true})",
       "mappings[0].createMissing: createMissing makes components and versions, and summary holds neither; accepted: false"},
  }));
  CAPTURE(mapping);
  CHECK(faults_of(item_text(mapping)) == expected + "\n");
}

TEST_CASE("good pairs pass, by id and by name [B4][C2]") {
  CHECK(faults_of(
            item_text(
                R"({"column":"title","field":"Summary","direction":"to-jira"},{"column":"prioritycode","field":"priority"},)"
                R"({"column":"isescalated","field":"Escalated"},{"column":"customerid","field":"customfield_3"},)"
                R"({"column":"numberofchildincidents","field":"customfield_2"},{"column":"casetypecode","field":"labels"},)"
                R"({"column":"followupby","field":"Due date"},{"column":"description","field":"Description","default":"none"})",
                R"(,"timeZone":"Europe/Berlin")"))
            .empty());
}

TEST_CASE("two mappings that write one field are a fault, by whatever name [C1]") {
  CHECK(faults_of(item_text(std::string(kTitle) + R"(,{"column":"ticketnumber","field":"Summary"})")) ==
        "mappings[1].field: Summary is already written by mappings[0]\n");
}

TEST_CASE("a read-only field is no target [B4]") {
  auto schema = support_schema();
  for (auto& field : schema.fields) {
    if (field.id == "customfield_3") field.operations = {"copy"};
  }
  CHECK(faults_of(item_text(R"({"column":"title","field":"customfield_3"})"), schema) ==
        "mappings[0].field: customfield_3 cannot be written in Jira\n");
}

TEST_CASE("project, issue type, module, entity, filter, zone, defaults and display columns are checked [B4]") {
  auto const jira = [](std::string const& part) { return item_text(kTitle, "", part); };
  auto const dynamics = [](std::string const& part) {
    return item_text(kTitle, "", R"("project":"SUP","issueType":"Task")", part);
  };
  SECTION("project") {
    auto schema = support_schema();
    schema.project.reset();
    schema.issue_type.reset();
    schema.issue_types.clear();
    schema.fields.clear();
    CHECK(faults_of(jira(R"("project":"SUX","issueType":"Task")"), schema) ==
          "jira.project: found \"SUX\", which does not exist or may not be browsed by this account; expected a project's key, "
          "such as SUP\n");
  }
  SECTION("issue type") {
    auto schema = support_schema();
    schema.issue_type.reset();
    schema.fields.clear();
    CHECK(faults_of(jira(R"("project":"SUP","issueType":"Tsk")"), schema) ==
          "jira.issueType: found \"Tsk\", expected \"Task\" or \"Bug\" in SUP; did you mean \"Task\"?\n");
  }
  SECTION("entity") {
    auto schema = support_schema();
    schema.entity.reset();
    CHECK(faults_of(dynamics(R"("module":"customer-service","entity":"incidnt")"), schema) ==
          "dynamics.entity: found \"incidnt\", which does not exist or may not be read by the application user; did you mean "
          "\"incident\"?\n");
  }
  SECTION("module") {
    CHECK(faults_of(dynamics(R"("module":"sales","entity":"incident")")) ==
          "dynamics.entity: found \"incident\", which is not in the module sales; it has \"lead\" or \"opportunity\", and the "
          "module \"custom\" allows any\n");
    CHECK(faults_of(dynamics(R"("module":"Customer Service","entity":"incident")")).empty());
    CHECK(faults_of(dynamics(R"("module":"custom","entity":"incident")")).empty());
    CHECK(faults_of(dynamics(R"("module":"customer-servce","entity":"incident")")) ==
          "dynamics.module: found \"customer-servce\", expected \"customer-service\", \"sales\" or \"custom\"; did you mean "
          "\"customer-service\"?\n");
  }
  SECTION("filter") {
    auto const filter = [&](std::string const& text) {
      return dynamics(R"("module":"custom","entity":"incident","filter":")" + text + "\"");
    };
    CHECK(faults_of(filter("casetypecode eq 2 and (statecode eq 0)")).empty());
    CHECK(faults_of(filter("title eq 'O''Brien ('")).empty());
    CHECK(faults_of(filter("$filter=casetypecode eq 2")).find("give only the expression") != std::string::npos);
    CHECK(faults_of(filter("(casetypecode eq 2")).find("not balanced") != std::string::npos);
    CHECK(faults_of(filter("a eq 2) or (b eq 3")).find("not balanced") != std::string::npos);
    CHECK(faults_of(filter("title eq 'x")).find("not closed") != std::string::npos);
  }
  SECTION("zone") {
    CHECK(faults_of(item_text(kTitle, R"(,"timeZone":"Europe/Berln")")) ==
          "timeZone: found \"Europe/Berln\", expected a name of the tz database such as Europe/Berlin; did you mean "
          "\"Europe/Berlin\"?\n");
    CHECK(faults_of(item_text(kTitle, R"(,"timeZone":"../../etc/passwd")")).starts_with("timeZone: "));
  }
  SECTION("defaults") {
    CHECK(
        faults_of(
            jira(
                R"("project":"SUP","issueType":"Task","defaults":{"labels":["a"],"Priority":"High","assignee":{"accountId":"x"}})"))
            .empty());
    CHECK(faults_of(
              jira(R"("project":"SUP","issueType":"Task","defaults":{"lables":["a"],"priority":"Urgent","duedate":"soon"})")) ==
          "jira.defaults.lables: \"lables\" is not on the create screen; did you mean \"labels\"?\n"
          "jira.defaults.priority: \"Urgent\" is no value of Priority: \"High\", \"Medium\" or \"Low\"\n"
          "jira.defaults.duedate: \"soon\" is no date (2026-12-31)\n");
  }
  SECTION("defaults that the item decides itself") {
    CHECK(faults_of(jira(R"("project":"SUP","issueType":"Task","defaults":{"project":{"key":"X"}})")) ==
          "jira.defaults.project: project: the item's project and issue type decide it\n");
  }
  SECTION("display") {
    CHECK(faults_of(item_text(kTitle, R"(,"display":["title","statuscod"])")) ==
          "display[1]: found \"statuscod\", which is no column of incident; did you mean \"statuscode\"?\n");
  }
}

TEST_CASE("with auto-create every field that Jira requires is mapped or has a default [B4]") {
  auto schema = support_schema();
  for (auto& field : schema.fields) field.required = field.required || field.id == "priority" || field.id == "duedate";
  for (auto& field : schema.fields) field.has_default = field.id == "duedate";
  auto const expected =
      "autoCreate: Jira requires priority (\"Priority\") when an issue is made: map a column to it or give it in jira.defaults\n";
  CHECK(faults_of(item_text(kTitle, R"(,"autoCreate":true)"), schema) == expected);
  CHECK(faults_of(item_text("", R"(,"autoCreate":true)"), schema) ==
        expected);  // the summary falls back to the record's name (E4)
  CHECK(faults_of(item_text(kTitle, R"(,"autoCreate":false)"), schema).empty());
  CHECK(faults_of(item_text(R"({"column":"prioritycode","field":"Priority"})", R"(,"autoCreate":true)"), schema).empty());
  CHECK(faults_of(item_text(R"({"column":"prioritycode","field":"Priority"})", R"(,"autoCreate":true,"fields":false)"), schema) ==
        expected);
  CHECK(faults_of(item_text("", R"(,"autoCreate":true)", R"("project":"SUP","issueType":"Task","defaults":{"Priority":"Low"})"),
                  schema)
            .empty());
}

TEST_CASE("users are mapped where the item says how they are matched [C2][B4]") {
  auto const mapping = std::string(kTitle) + R"(,{"column":"title","field":"assignee"})";
  CHECK(faults_of(item_text(mapping, R"(,"users":{"table":{"Alice":"5b10ac8d82e05b22cc7d4ef5"}})")).empty());
  CHECK(faults_of(item_text(mapping, R"(,"users":{"byEmail":true,"table":{"Alice":""}})")) ==
        "structure: users.table.Alice: found the text \"\", expected a Jira account id\n");
  CHECK(faults_of(item_text(mapping, R"(,"users":{})")).find("mappings[1]: title (String) and assignee (user)") == 0);
  auto const parsed = parse_item(item_text(mapping, R"(,"users":{"byEmail":true,"table":{"Alice":"5b1"}})"));
  REQUIRE(parsed.item->users);
  CHECK(parsed.item->users->by_email);
  CHECK(parsed.item->users->table.at("Alice") == "5b1");
}

TEST_CASE("what is not built is refused, never ignored [B4][B5]") {
  auto const [mode, more, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"one-way", R"(,"status":{"enabled":true})", ""},
      {"one-way", R"(,"users":{"byEmail":true})", ""},
      {"one-way", R"(,"when":"labels = x")", "when: \"when\" is not in this version; leave it out\n"},
      {"one-way", R"(,"status":{"enabled":false},"comments":{"enabled":false},"attachments":{"enabled":false})", ""},
      {"one-way", R"(,"status":{"map":[]},"create":{"skipClosed":true},"conflict":"hold")", ""},
  }));
  CAPTURE(mode, more);
  CHECK(faults_of(item_text(kTitle, more, R"("project":"SUP","issueType":"Task")", R"("module":"custom","entity":"incident")",
                            mode)) == expected);
}

TEST_CASE("the status of an item is judged against both systems, also while it is off [B4] [G5]") {
  auto const [status, expected] = GENERATE(table<std::string, std::string>({
      {R"("map":[{"dynamics":"In Progress","jira":"Waiting"},{"dynamics":5,"jira":{"status":4,"resolution":"Done"}}])", ""},
      {R"("map":[{"dynamics":"In Progres","jira":"Waiting"}])",
       R"(status.map[0].dynamics: found "In Progres", which is no status reason of incident; there are "1 In Progress" or "5 Problem Solved"; did you mean "In Progress"?)"},
      {R"("map":[{"dynamics":1,"jira":"Waitng"}])",
       R"(status.map[0].jira: found "Waitng", which is no status of Task in SUP; there are "To Do", "Waiting" or "Done"; did you mean "Waiting"?)"},
      {R"("map":[{"dynamics":1,"jira":{"status":"Done","resolution":"Fixed"}}])",
       R"(status.map[0].jira.resolution: found "Fixed", which is no resolution of this site; there are "Done" or "Won't Do")"},
      {R"("resolve":{"statusReason":1})",
       R"(status.resolve.statusReason: found "1", expected a status reason of a resolved incident: "5 Problem Solved")"},
      {R"("cancel":{"statusReason":5})",
       R"(status.cancel.statusReason: found "5", expected a status reason of a cancelled incident: there is none)"},
      {R"("resolve":{"subject":"In {kex}"})",
       R"(status.resolve.subject: found {kex}, expected "{key}", "{summary}", "{status}", "{resolution}", "{comment}" or "{url}"; a brace itself is written {{)"},
      {R"("resolve":{"resolutionType":"Nope"})",
       R"(status.resolve.resolutionType: found "Nope", expected a status reason of a resolved incident: "5 Problem Solved")"},
      {R"("resolve":{"resolutionType":5,"minutes":3,"text":"{comment}"},"allowLowest":true,"fields":{"Resolution":"Done"})", ""},
      {R"("path":["To Do","Nowhere"])",
       R"(status.path[1]: found "Nowhere", which is no status of Task in SUP; there are "To Do", "Waiting" or "Done")"},
      {R"("fields":[])", "structure: status.fields: found a list, expected an object of field and value"},
      {R"("column":"casetypecode")", ""},
      {R"("column":"casetypecode","resolve":{"statusReason":1})",
       "status.resolve: status.column names a choice column, which has nothing to close; leave it out"},
      {R"("column":"title")",
       R"(status.column: title is of type String, expected a choice column: "prioritycode" or "casetypecode")"},
      {R"("column":"casetypcode")",
       R"(status.column: found "casetypcode", which is no column of incident; did you mean "casetypecode"?)"},
  }));
  CAPTURE(status);
  CHECK(faults_of(item_text(kTitle, R"(,"status":{"enabled":false,)" + status + "}")) ==
        (expected.empty() ? "" : expected + "\n"));
}

TEST_CASE("a display-only item refuses every switch that its mode rules out [B5][B6]") {
  auto const text = item_text(kTitle, R"(,"autoCreate":true,"fields":true,"status":{"enabled":true})",
                              R"("project":"SUP","issueType":"Task","defaults":{"labels":["a"]})",
                              R"("module":"custom","entity":"incident")", "display-only");
  auto const faults = faults_of(text);
  for (auto const* line : {"autoCreate: a display-only item makes no issues", "fields: a display-only item writes no fields",
                           "mappings: a display-only item writes no fields", "jira.defaults: a display-only item makes no issues",
                           "status.enabled: a display-only item has no status"}) {
    CAPTURE(faults, line);
    CHECK(faults.find(line) != std::string::npos);
  }
  CHECK(faults_of(R"({"name":"a","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"}})") == "");
}

TEST_CASE("faults stand in the order of the file and keep their lines [B4]") {
  std::string const text = R"({
  "name": "a", "mode": "one-way",
  "jira": { "project": "SUP", "issueType": "Task" },
  "dynamics": { "module": "sales", "entity": "incident" },
  "mappings": [
    { "column": "titel",
      "field": "summary" },
    { "column": "title", "field": "sumary" }
  ]
})";
  auto const parsed = parse_item(text);
  auto const faults = validate(*parsed.item, support_schema(), text);
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].line == 4);
  CHECK(faults[1].line == 6);
  CHECK(faults[1].column == 17);
  CHECK(faults[2].line == 8);
  CHECK(faults[2].column == 35);
  auto const without = validate(*parsed.item, support_schema(), "");
  CHECK(std::all_of(without.begin(), without.end(), [](Fault const& fault) { return fault.line == 0; }));
}

TEST_CASE("an item file may carry the table's metadata; it is read and belongs to the item's table [B11]") {
  auto const with = [](std::string const& entity) { return item_text(kTitle, R"(,"schema":{"entity":)" + entity + "}"); };
  CHECK(faults_of(with(R"({"name":"incident","setName":"incidents","primaryId":"incidentid"})")).empty());
  CHECK(
      faults_of(with("{}")) ==
      "schema.entity: a table of a schema has no name, set name or primary id; expected what `tandem items export --with-schema` "
      "writes\n");
  CHECK(faults_of(with(R"({"name":"lead","setName":"leads","primaryId":"leadid"})")) ==
        "schema.entity.name: found \"lead\", expected \"incident\", the table of dynamics.entity\n");
}

TEST_CASE("comments and files need a table that takes notes, and an item that synchronises [B4][B5]") {
  auto schema = support_schema();
  for (std::string const name : {"comments", "attachments"}) {
    auto const text = item_text(kTitle, fmt::format(R"(,"{}":{{"enabled":true}})", name));
    schema.entity->note_navigation = "objectid_incident";
    CHECK(faults_of(text, schema).empty());
    schema.entity->note_navigation.clear();
    CHECK(faults_of(text, schema) ==
          fmt::format("{}.enabled: the table incident takes no notes, which {} need; accepted: false\n", name, name));
  }
}
