// Status both ways: transitions of issues, closing of cases, who wins, and what is left alone (SPEC G, E4, R2).
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

constexpr char const* kMapped = R"({ "enabled": true, "map": [{ "dynamics": "On Hold", "jira": "Waiting" }],
  "resolve": { "subject": "Resolved in {key}", "text": "{status}: {resolution}", "minutes": 5 } })";

std::string item_with(std::string const& status, std::string const& mode = "one-way", std::string const& type = "Task") {
  return fmt::format(
      R"({{ "name": "support-cases", "mode": "{}", "jira": {{ "project": "SUP", "issueType": "{}", "defaults": {{ {} }} }},
    "dynamics": {{ "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }},
    "autoCreate": true, "status": {}, "mappings": [{{ "column": "title", "field": "summary" }}] }})",
      mode, type, type == "Bug" ? R"("Severity": "Minor")" : "", status);
}

class Desk {
 public:
  explicit Desk(std::string const& item = item_with(kMapped), bool run = true) : story({.item_text = item}) {
    record_ = story.cases().front().id;
    if (!run) return;
    story.run_well();
    pass(20min);
  }
  void pass(Millis time) { story.world().advance(time); }
  std::string path() const { return "/api/data/v9.2/incidents(" + record_ + ")"; }
  void in_dynamics(std::string const& body) { story.edit("alice", ServiceName::dataverse, "PATCH", path(), body); }
  void resolve(int reason = 5) {
    story.edit(
        "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/CloseIncident",
        fmt::format(R"_({{"IncidentResolution":{{"subject":"By Alice","incidentid@odata.bind":"/incidents({})"}},"Status":{}}})_",
                    record_, reason));
  }
  void transition(std::string const& id, std::string const& fields = "{}") {
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key() + "/transitions",
               fmt::format(R"_({{"transition":{{"id":"{}"}},"fields":{}}})_", id, fields));
  }
  void in_jira(std::string const& fields) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(), R"({"fields":)" + fields + "}");
  }
  json::Value issue() {
    for (auto const& issue : story.issues()) {
      if (issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == record_) return issue;
    }
    return {};
  }
  std::string key() { return std::string(issue()["key"].text()); }
  std::string status() { return std::string(issue()["fields"]["status"]["name"].text()); }
  std::string resolution() { return std::string(issue()["fields"]["resolution"]["name"].text()); }
  json::Value row() {
    for (auto const& one : story.cases()) {
      if (one.id == record_) return one.row;
    }
    return {};
  }
  std::int64_t reason() { return row()["statuscode"].integer().value_or(-1); }
  json::Array resolutions() {
    json::Array out;
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"]["incidentresolution"].items()) {
      if (one["_incidentid_value"].text() == record_) out.push_back(one);
    }
    return out;
  }
  // One cycle brings both in step, the next writes nothing (SPEC R4).
  void in_step() {
    story.run_well();
    pass(10s);
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
    CHECK(story.store_faults(story.issues().size()) == "");
    pass(20min);
  }
  std::string retry() {
    std::string reason;
    REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const held, sync::find_retry(reader, "support-cases", record_));
      if (held) reason = held->reason;
      return Unit{};
    }));
    return reason;
  }

  Story story;

 private:
  std::string record_;
};

}  // namespace

TEST_CASE("a status goes both ways, also in a one-way item, and nothing bounces [B5] [G3] [G5] [R4]") {
  auto const mode = GENERATE(std::string("one-way"), std::string("two-way"));
  CAPTURE(mode);
  Desk desk(item_with(kMapped, mode));
  CHECK(desk.status() == "To Do");
  desk.in_step();
  CHECK(desk.reason() == 1);  // at link time neither is changed (G1)

  desk.transition("11");  // In Progress, as the case is
  desk.in_step();
  CHECK(desk.reason() == 1);
  desk.transition("21");  // Waiting
  desk.in_step();
  CHECK(desk.reason() == 2);
  desk.transition("31");  // Done
  desk.in_step();
  CHECK(desk.reason() == 5);
  REQUIRE(desk.resolutions().size() == 1);
  CHECK(desk.resolutions()[0]["subject"].text() == "Resolved in " + desk.key());
  CHECK(desk.resolutions()[0]["description"].text() == "Done: Done");
  CHECK(desk.resolutions()[0]["timespent"].integer() == 5);
  desk.transition("41");  // Reopen
  desk.in_step();
  CHECK(desk.reason() == 1);
  CHECK(desk.status() == "To Do");
  desk.transition("31", R"({"resolution":{"name":"Won't Do"}})");
  desk.in_step();
  CHECK(desk.reason() == 6);
  CHECK(desk.resolutions().size() == 1);

  desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
  desk.in_step();
  CHECK(desk.status() == "In Progress");
  desk.in_dynamics(R"({"statuscode":2})");
  desk.in_step();
  CHECK(desk.status() == "Waiting");
  desk.resolve();
  desk.in_step();
  CHECK(desk.status() == "Done");
  CHECK(desk.resolution() == "Done");
  desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
  desk.in_step();
  CHECK(desk.status() == "In Progress");  // Done leads only to To Do: a way over two transitions
  desk.in_dynamics(R"({"statecode":2,"statuscode":6})");
  desk.in_step();
  CHECK(desk.status() == "Done");
  CHECK(desk.resolution() == "Won't Do");
}

TEST_CASE("a record that is resolved or on hold already has its status shown once when its issue is made [E4]") {
  Desk desk(item_with(kMapped), false);
  int const reason = GENERATE(2, 5, 6);
  if (reason == 5)
    desk.resolve();
  else
    desk.in_dynamics(reason == 2 ? R"({"statuscode":2})" : R"({"statecode":2,"statuscode":6})");
  desk.in_step();
  CAPTURE(reason);
  CHECK(desk.status() == (reason == 2 ? "Waiting" : "Done"));
  CHECK(desk.resolution() == (reason == 6 ? "Won't Do" : reason == 5 ? "Done" : ""));
  CHECK(desk.reason() == reason);
}

TEST_CASE("an unrelated edit of the record after Jira's change of status does not make Dynamics win [G1]") {
  Desk desk;
  desk.transition("31");
  desk.pass(30s);
  desk.in_dynamics(R"({"prioritycode":1})");
  desk.in_step();
  CHECK(desk.reason() == 5);
  CHECK(desk.status() == "Done");
}

TEST_CASE("both change within the same minute: the later wins, once [G1] [R8]") {
  bool const jira_later = GENERATE(true, false);
  CAPTURE(jira_later);
  Desk desk;
  auto const jira = [&] { desk.transition("31"); };
  auto const dynamics = [&] { desk.in_dynamics(R"({"statuscode":2})"); };
  jira_later ? dynamics() : jira();
  desk.pass(20s);
  jira_later ? jira() : dynamics();
  desk.in_step();
  CHECK(desk.status() == (jira_later ? "Done" : "Waiting"));
  CHECK(desk.reason() == (jira_later ? 5 : 2));
}

TEST_CASE("a lost answer to CloseIncident, after which a person reopens the case, does not close it again [R2]") {
  Desk desk;
  desk.transition("31");
  Fault fault;
  fault.when = Fault::When::after;
  fault.match = {"POST", "/api/data/v9.2/CloseIncident"};
  fault.nth = 1;
  desk.story.world().set_faults({fault});
  static_cast<void>(desk.story.run());
  CHECK(desk.reason() == 5);
  desk.pass(5s);
  desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
  desk.pass(200s);
  desk.story.run_well();
  desk.in_step();
  CHECK(desk.reason() == 1);
  CHECK(desk.status() == "In Progress");  // reopening is what happened last
  CHECK(desk.resolutions().size() == 1);
}

TEST_CASE("fields are written before closing and after reopening; edits of a closed record wait [G7]") {
  Desk desk(item_with(kMapped, "two-way"));
  desk.in_jira(R"({"summary":"Last words"})");
  desk.transition("31");
  desk.in_step();
  CHECK(desk.row()["title"].text() == "Last words");
  CHECK(desk.reason() == 5);

  desk.in_jira(R"({"summary":"Too late"})");
  auto const waiting = desk.story.run();
  REQUIRE(waiting.record.has_value());
  CHECK(waiting.record->exit == 0);
  auto const& left = waiting.told.plans.back().left;
  CHECK(std::any_of(left.begin(), left.end(), [](auto const& field) { return field.report.reason == Reason::record_closed; }));
  CHECK(desk.row()["title"].text() == "Last words");
  desk.pass(20min);
  desk.transition("41");
  desk.in_step();
  CHECK(desk.row()["title"].text() == "Too late");
  CHECK(desk.reason() == 1);

  desk.transition("31");
  desk.in_step();
  desk.in_jira(R"({"summary":"Later still"})");
  desk.in_step();
  CHECK(desk.row()["title"].text() == "Too late");
  desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
  desk.in_step();
  CHECK(desk.row()["title"].text() == "Later still");
}

TEST_CASE("what stands in the way has its reason, and the rest goes on [G3] [G5] [E8]") {
  SECTION("no way that this account may go") {
    Desk desk(item_with(R"({ "enabled": true })", "one-way", "Bug"));
    desk.in_dynamics(R"({"statuscode":2,"title":"On hold now"})");
    auto const ran = desk.story.run();
    REQUIRE(ran.record.has_value());
    CHECK(desk.retry() == "no-transition");
    CHECK(desk.status() == "To Do");
    CHECK(desk.issue()["fields"]["summary"].text() == "On hold now");
    desk.pass(20min);
    desk.resolve();  // the screen requires a resolution
    desk.in_step();
    CHECK(desk.status() == "Done");
    CHECK(desk.resolution() == "Done");
  }
  SECTION("open activities") {
    Desk desk;
    desk.story.configure("dataverse.openActivities", "refuse");
    desk.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/tasks",
                    fmt::format(R"_({{"subject":"Call back","regardingobjectid_incident_task@odata.bind":"/incidents({})"}})_",
                                desk.row()["incidentid"].text()));
    desk.transition("31", R"({"resolution":{"name":"Won't Do"}})");
    static_cast<void>(desk.story.run());
    CHECK(desk.retry() == "open-activities");
    CHECK(desk.reason() == 1);
  }
  SECTION("a plug-in") {
    Desk desk;
    desk.story.configure("dataverse.plugin", json::Object{{"table", "incident"}, {"message", "not on Fridays"}});
    desk.transition("31");
    static_cast<void>(desk.story.run());
    CHECK(desk.retry() == "plugin-refused");
    desk.story.configure("dataverse.plugin", json::Value());
    desk.pass(20min);
    desk.in_step();
    CHECK(desk.reason() == 5);
  }
  SECTION("a privilege") {
    Desk desk;
    desk.story.configure("dataverse.revokePrivilege", "prvDeleteQueueItem");
    desk.transition("31");
    static_cast<void>(desk.story.run());
    CHECK(desk.retry() == "status-privilege");
  }
}

TEST_CASE("closing a case that somebody has closed already is success [G5]") {
  Desk desk;
  desk.transition("31");
  bool closed = false;
  desk.story.before_request("POST /api/data/v9.2/CloseIncident", [&] {
    if (!std::exchange(closed, true)) desk.resolve(1000);
  });
  desk.in_step();
  CHECK(desk.reason() == 1000);
  CHECK(desk.status() == "Done");
  CHECK(desk.resolutions().size() == 1);
}

TEST_CASE("random histories of status changes on both sides converge, and nothing bounces [R4] [G1]") {
  std::mt19937 random(20261123);
  auto const pick = [&](std::vector<std::string> const& from) { return from[random() % from.size()]; };
  for (int history = 0; history < 12; ++history) {
    CAPTURE(history);
    Desk desk;
    for (int step = 0; step < 8; ++step) {
      if (random() % 2 == 0) {
        auto const now = desk.status();
        desk.transition(now == "To Do"         ? pick({"11", "21", "31"})
                        : now == "In Progress" ? pick({"21", "31", "51"})
                        : now == "Waiting"     ? pick({"11", "31"})
                                               : "41");
      } else if (desk.row()["statecode"].integer() != 0) {
        desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
      } else if (random() % 4 == 0) {
        desk.resolve(random() % 2 == 0 ? 5 : 1000);
      } else {
        desk.in_dynamics(
            pick({R"({"statuscode":2})", R"({"statuscode":3})", R"({"statuscode":4})", R"({"statecode":2,"statuscode":6})"}));
      }
      desk.pass(std::chrono::seconds{random() % 90});
      if (random() % 3 == 0) desk.story.run_well();
      desk.pass(std::chrono::seconds{random() % 90});
    }
    desk.in_step();
    bool const closed = desk.row()["statecode"].integer() != 0;
    CHECK((desk.status() == "Done") == closed);
  }
}

TEST_CASE("an opportunity is won or lost by its own message, a task by an update [G6]") {
  auto const text = [](std::string const& entity, std::string const& column) {
    return fmt::format(R"({{ "name": "support-cases", "mode": "one-way", "jira": {{ "project": "SUP", "issueType": "Task" }},
      "dynamics": {{ "module": "custom", "entity": "{}" }}, "autoCreate": true, "status": {{ "enabled": true }},
      "mappings": [{{ "column": "{}", "field": "summary" }}] }})",
                       entity, column);
  };
  struct Row {
    std::string entity, column, set, body;
    std::string resolution;
    std::int64_t reason;
  };
  auto const row = GENERATE(values<Row>({{"opportunity", "name", "opportunities", R"({"name":"Big deal"})", "Done", 3},
                                         {"opportunity", "name", "opportunities", R"({"name":"Big deal"})", "Won't Do", 4},
                                         {"task", "subject", "tasks", R"({"subject":"Call back"})", "Done", 5},
                                         {"task", "subject", "tasks", R"({"subject":"Call back"})", "Won't Do", 6}}));
  CAPTURE(row.entity, row.resolution);
  Story story({.item_text = text(row.entity, row.column)});
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/" + row.set, row.body);
  story.run_well();
  story.world().advance(20min);
  REQUIRE_FALSE(story.issues().empty());
  auto const issue = story.issues().back();
  auto const& entry = issue["properties"]["tandem.link"]["links"]["support-cases"];
  auto const reason = [&] {
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"][row.entity].items()) {
      bool const own =
          one[row.entity + "id"].text() == entry["record"].text() || one["activityid"].text() == entry["record"].text();
      if (own) return one["statuscode"].integer().value_or(-1);
    }
    return std::int64_t{-1};
  };
  story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + std::string(issue["key"].text()) + "/transitions",
             fmt::format(R"({{"transition":{{"id":"31"}},"fields":{{"resolution":{{"name":"{}"}}}}}})", row.resolution));
  story.run_well();
  CHECK(reason() == row.reason);
  story.world().advance(20s);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}
