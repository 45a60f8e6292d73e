// Status both ways: transitions of issues, closing of cases, who wins, and what is left alone (SPEC G, E4, R2).
#include <catch2/catch.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/outbox.hpp>
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
  json::Value issue() { return story.issue_of(record_); }
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
  // The same, when a webhook tells of the issue before any cycle looks.
  void in_step_by_event() {
    auto const payload =
        fmt::format(R"({{"webhookEvent":"jira:issue_updated","issue":{{"id":"{}","key":"{}"}}}})", issue()["id"].text(), key());
    auto const reading = jira::webhook::read_payload(payload);
    REQUIRE(reading.has_value());
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const kept = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_CHECK(sync::event::append(writer, sync::event::queued(reading->hints.front())));
      return Unit{};
    });
    REQUIRE(kept.has_value());
    opened->reset();
    story.run_well({.drain_events = true, .only_events = true});
    pass(10s);
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
    in_step();
  }
  // How far the services' clocks are off, from here on.
  void skew(std::string const& jira, std::string const& dataverse) {
    story.configure("jira.clockSkew", jira);
    story.configure("dataverse.clockSkew", dataverse);
    pass(20min);
    in_step();
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

using Skew = std::pair<std::string, std::string>;  // of Jira's clock, of Dataverse's

TEST_CASE("an unrelated edit of the record after Jira's change of status does not make Dynamics win [G1] [R8]") {
  auto const skew = GENERATE(values<Skew>({{"0s", "0s"}, {"-90s", "0s"}, {"0s", "-90s"}}));
  bool const by_event = GENERATE(false, true);
  CAPTURE(skew, by_event);
  Desk desk;
  desk.skew(skew.first, skew.second);
  desk.transition("31");
  desk.pass(30s);
  desk.in_dynamics(R"({"prioritycode":1})");
  by_event ? desk.in_step_by_event() : desk.in_step();
  CHECK(desk.reason() == 5);
  CHECK(desk.status() == "Done");
}

TEST_CASE(
    "both change within the same minute: the later by the services' own times wins, once, however their clocks differ [G1] "
    "[R8]") {
  auto const skew = GENERATE(values<Skew>({{"0s", "0s"}, {"90s", "0s"}, {"-90s", "0s"}, {"0s", "90s"}, {"0s", "-90s"}}));
  bool const jira_later = GENERATE(true, false);
  bool const by_event = GENERATE(false, true);
  CAPTURE(skew, jira_later, by_event);
  Desk desk;
  desk.skew(skew.first, skew.second);
  auto const jira = [&] { desk.transition("31"); };
  auto const dynamics = [&] { desk.in_dynamics(R"({"statuscode":2})"); };
  jira_later ? dynamics() : jira();
  desk.pass(20s);
  jira_later ? jira() : dynamics();
  desk.pass(15s);
  by_event ? desk.in_step_by_event() : desk.in_step();
  CHECK(desk.status() == (jira_later ? "Done" : "Waiting"));
  CHECK(desk.reason() == (jira_later ? 5 : 2));
  CHECK(desk.resolutions().size() == (jira_later ? 1 : 0));
}

TEST_CASE("changes within two seconds count as simultaneous, and Dynamics wins, however the clocks differ [G1] [R8]") {
  auto const skew = GENERATE(values<Skew>({{"0s", "0s"}, {"90s", "0s"}, {"0s", "90s"}}));
  struct Row {
    Millis gap;
    bool jira_later, jira_wins;
  };
  auto const row = GENERATE(values<Row>({{1s, true, false}, {2s, true, false}, {4s, true, true}, {1s, false, false}}));
  CAPTURE(skew, row.gap.count(), row.jira_later);
  Desk desk;
  desk.skew(skew.first, skew.second);
  auto const jira = [&] { desk.transition("31"); };
  auto const dynamics = [&] { desk.in_dynamics(R"({"statuscode":2})"); };
  row.jira_later ? dynamics() : jira();
  desk.pass(row.gap);
  row.jira_later ? jira() : dynamics();
  desk.in_step();
  CHECK(desk.status() == (row.jira_wins ? "Done" : "Waiting"));
}

TEST_CASE(
    "a status that Dynamics had before Jira's change stays the older one, whatever is edited in the record later [G1] [R8]") {
  Desk desk(item_with(R"({ "enabled": true, "path": [] })", "one-way", "Bug"));
  desk.skew("90s", "0s");
  desk.in_dynamics(R"({"statuscode":2})");  // no way leads there: it stays known when this version was seen
  static_cast<void>(desk.story.run());
  CHECK(desk.retry() == "no-transition");
  desk.pass(10min);
  desk.transition("11");
  desk.pass(30s);
  desk.in_dynamics(R"({"prioritycode":1})");
  desk.in_step();
  CHECK(desk.status() == "In Progress");
  CHECK(desk.reason() == 1);
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

TEST_CASE("what is known of a pair follows a status that moved in the same run as its fields [G1] [G7] [E5]") {
  Desk desk(item_with(kMapped, "two-way"));
  desk.resolve();
  desk.in_step();
  desk.in_dynamics(R"({"statecode":0,"statuscode":1})");
  desk.in_dynamics(R"({"title":"Open again"})");
  desk.in_step();
  CHECK(desk.status() == "In Progress");
  link::StatusBase known;
  REQUIRE(desk.story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const link, link::find_by_record(reader, "support-cases", std::string(desk.row()["incidentid"].text())));
    TANDEM_TRY(auto const base, link::find_base(reader, link->id));
    known = base->status;
    return Unit{};
  }));
  CHECK(known.jira_status == desk.issue()["fields"]["status"]["id"].text());
  CHECK(known.dynamics_status.integer() == 1);
  CHECK(known.seen_status.is_null());
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

TEST_CASE("resolving a case with open activities follows what the organisation does with them [G5, dataverse §20]") {
  struct Row {
    std::string activities;
    bool closes;
  };
  auto const row = GENERATE(values<Row>({{"cancel", true}, {"leave", true}, {"refuse", false}}));
  CAPTURE(row.activities);
  Desk desk;
  desk.story.configure("dataverse.openActivities", row.activities);
  desk.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/tasks",
                  fmt::format(R"_({{"subject":"Call back","regardingobjectid_incident_task@odata.bind":"/incidents({})"}})_",
                              desk.row()["incidentid"].text()));
  desk.transition("31");
  static_cast<void>(desk.story.run());
  CHECK(desk.reason() == (row.closes ? 5 : 1));
  CHECK(desk.retry() == (row.closes ? "" : "rejected"));  // the refusal has no code of its own: its message is told
  CHECK(desk.resolutions().size() == (row.closes ? 1 : 0));
  if (row.closes) return desk.in_step();
  desk.story.configure("dataverse.openActivities", "cancel");
  desk.pass(20min);
  desk.in_step();
  CHECK(desk.reason() == 5);
}

TEST_CASE("a case with an open child case waits for it, with that reason, and is closed when the child is [G5, dataverse §4]") {
  auto const [resolution, closed] = GENERATE(table<std::string, int>({{"Done", 5}, {"Won't Do", 6}}));
  CAPTURE(resolution);
  Desk desk;
  std::string child;
  for (auto const& one : desk.story.cases()) {
    if (one.id != desk.row()["incidentid"].text()) child = one.id;
  }
  auto const path = "/api/data/v9.2/incidents(" + child + ")";
  desk.story.edit("alice", ServiceName::dataverse, "PATCH", path,
                  fmt::format(R"_({{"parentcaseid@odata.bind":"/incidents({})"}})_", desk.row()["incidentid"].text()));
  desk.transition("31", fmt::format(R"({{"resolution":{{"name":"{}"}}}})", resolution));
  static_cast<void>(desk.story.run());
  CHECK(desk.retry() == "open-child-cases");
  CHECK(desk.reason() == 1);
  CHECK(desk.resolutions().empty());
  desk.story.edit("alice", ServiceName::dataverse, "PATCH", path, R"({"statecode":2,"statuscode":6})");
  desk.pass(20min);
  desk.in_step();
  CHECK(desk.reason() == closed);
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
