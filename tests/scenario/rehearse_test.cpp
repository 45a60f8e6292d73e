// Rehearsals: a sample pair walks through its statuses on both sides and stands as before, whatever gets in the way (SPEC G8, R1, R2, R4).
#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/status/rehearse.hpp>

#include "support/links.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;
using StepEnd = sync::RehearsedStep::End;

namespace {

std::string item_of(std::string const& entity, std::string const& type) {
  bool const is_case = entity == "incident";
  return fmt::format(
      R"({{ "name": "support-cases", "mode": "two-way", "jira": {{ "project": "SUP", "issueType": "{}", "defaults": {{ {} }} }},
    "dynamics": {{ "module": "custom", "entity": "{}" }}, "autoCreate": true,
    "status": {{ "enabled": true, "map": [{}] }}, "mappings": [{{ "column": "{}", "field": "summary" }}] }})",
      type, type == "Bug" ? R"("Severity": "Minor")" : "", entity,
      is_case ? R"({ "dynamics": "On Hold", "jira": "Waiting" })" : "",
      is_case                   ? "title"
      : entity == "opportunity" ? "name"
                                : "subject");
}

std::string set_of(std::string const& entity) { return entity == "opportunity" ? "opportunities" : entity + "s"; }

class Stage {
 public:
  explicit Stage(std::string const& entity = "incident", std::string const& type = "Task", std::vector<std::string> more = {})
      : story({.item_text = item_of(entity, type), .more_items = std::move(more)}), entity_(entity) {
    if (entity != "incident") {
      story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/" + set_of(entity),
                 entity == "opportunity" ? R"({"name":"Big deal"})" : R"({"subject":"Call back"})");
    }
    story.run_well();
    story.world().advance(20min);
    auto const issue = story.issues().back();
    record_ = issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text();
    key_ = issue["key"].text();
  }

  json::Value row() {
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"][entity_].items()) {
      if (one[entity_ + "id"].text() == record_ || one["activityid"].text() == record_) return one;
    }
    return {};
  }
  json::Value issue() {
    for (auto const& one : story.issues()) {
      if (one["key"].text() == key_) return one;
    }
    return {};
  }
  std::string status() { return std::string(issue()["fields"]["status"]["name"].text()); }
  std::int64_t reason() { return row()["statuscode"].integer().value_or(-1); }
  std::size_t resolutions() {
    std::size_t count = 0;
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"]["incidentresolution"].items())
      count += one["_incidentid_value"].text() == record_ ? 1 : 0;
    return count;
  }
  void in_dynamics(std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/" + set_of(entity_) + "(" + record_ + ")", body);
  }
  void in_jira(std::string const& transition, std::string const& fields = "{}") {
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key_ + "/transitions",
               fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{}}})", transition, fields));
  }
  link::Base base() {
    link::Base out;
    REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_by_record(reader, "support-cases", record_));
      TANDEM_TRY(auto const base, link::find_base(reader, link->id));
      out = *base;
      return Unit{};
    }));
    return out;
  }
  void in_store(std::function<Result<Unit>(store::Writer&, link::Link const&)> const& change) {
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    REQUIRE((*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_by_record(writer, "support-cases", record_));
      return change(writer, *link);
    }));
  }
  // As the command does it. `stops` at that many steps, when it is given.
  Result<sync::Rehearsed> rehearse(std::function<void(sync::RehearsedStep const&)> walked = {},
                                   std::optional<std::size_t> stops = {}, std::string const& reference = "",
                                   std::string const& name = "support-cases") {
    Result<sync::Rehearsed> out = fail(ErrorKind::internal, "not rehearsed");
    story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
      out = [&]() -> Result<sync::Rehearsed> {
        std::size_t steps = 0;
        bool back = false;
        sync::RunInput const input{run.in.connection,     run.in.store,    run.in.log,
                                   run.in.clock,          run.in.observer, [&] { return stops && steps >= *stops && !back; },
                                   run.in.organisation_id};
        sync::RunContext own(input, run.options, "rehearsal");
        TANDEM_TRY(auto const* const item, items.named(name));
        TANDEM_TRY(auto const link, sync::find_rehearsal_pair(own, items, *item, reference.empty() ? record_ : reference));
        TANDEM_TRY(earlier, sync::put_back_earlier(own, *item, link));
        TANDEM_TRY(prepared, sync::prepare_rehearsal(own, *item, link));
        prepared->item = nullptr;
        auto asked = *prepared;
        asked.item = item;
        return sync::rehearse(own, asked,
                              {[&](sync::RehearsedStep const& step) {
                                 ++steps;
                                 if (walked) walked(step);
                               },
                               {},
                               [&] { back = true; }});
      }();
    });
    return out;
  }
  // Both sides, the base and the store as before, and the next cycles write nothing.
  void stands(json::Value const& row_before, json::Value const& issue_before, link::Base const& base_before) {
    CHECK(row()["statecode"] == row_before["statecode"]);
    CHECK(row()["statuscode"] == row_before["statuscode"]);
    CHECK(status() == issue_before["fields"]["status"]["name"].text());
    CHECK(issue()["fields"]["resolution"]["name"] == issue_before["fields"]["resolution"]["name"]);
    auto now = base();
    CHECK(now.status.dynamics_status == base_before.status.dynamics_status);
    CHECK(now.status.dynamics_state == base_before.status.dynamics_state);
    CHECK(now.status.jira_status == base_before.status.jira_status);
    CHECK(now.fields.size() == base_before.fields.size());
    CHECK(story.store_faults(story.issues().size()) == "");
    writes_nothing();
  }
  void writes_nothing() {
    for (int i = 0; i < 2; ++i) {
      story.world().advance(10min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
    }
  }

  Story story;
  std::optional<sync::PreparedRehearsal> prepared;
  std::optional<sync::PutBack> earlier;
  std::string record_, key_;

 private:
  std::string entity_;
};

std::string told(Result<sync::Rehearsed> const& done) {
  if (!done) return done.error().to_line();
  std::string out;
  for (auto const& step : done->steps) {
    auto const report = [](std::optional<Report> const& one) {
      return one ? fmt::format(" {} {}", code_of(one->reason), one->detail) : std::string();
    };
    out += fmt::format("{} {}: {} {} -> {} ({}){}; {} {} -> {} ({}){}{}\n", step.place, name_of(step.end), name_of(step.set.end),
                       step.set.before, step.set.after, step.set.way, report(step.set.refused), name_of(step.follows.end),
                       step.follows.before, step.follows.after, step.follows.way, report(step.follows.refused),
                       report(step.refused));
  }
  if (done->stopped) out += "stopped: " + done->stopped->to_line() + "\n";
  if (done->not_back) out += "not back: " + done->not_back->to_line() + "\n";
  return out;
}

std::vector<StepEnd> ends(sync::Rehearsed const& done) {
  std::vector<StepEnd> out;
  for (auto const& step : done.steps) out.push_back(step.end);
  return out;
}

}  // namespace

TEST_CASE("a sample is resolved, reopened, cancelled and reopened from either side, and stands as before [G8] [R4]") {
  struct Row {
    std::string entity, type, resolved;
  };
  // Bug: its screen requires a resolution, and one of its transitions is hidden from us.
  auto const row = GENERATE(values<Row>({{"incident", "Task", "CloseIncident, Status 5"},
                                         {"incident", "Bug", "CloseIncident, Status 5"},
                                         {"opportunity", "Task", "WinOpportunity, Status 3"},
                                         {"task", "Task", "update statecode 1, statuscode 5"}}));
  CAPTURE(row.entity, row.type);
  Stage stage(row.entity, row.type);
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  auto const done = stage.rehearse();
  INFO(told(done));
  REQUIRE(done.has_value());
  CHECK(done->all_ok());
  CHECK(done->steps.size() == 8);
  CHECK(done->steps[0].set.way == row.resolved);
  CHECK(done->steps[4].follows.way == row.resolved);
  CHECK(done->steps[0].follows.hops.front().transition == "31");
  CHECK(done->steps[0].follows.after == "Done");
  CHECK(done->steps[6].follows.after == done->steps[2].set.after);  // cancelled, from either side
  REQUIRE(done->back.has_value());
  CHECK(done->back->complete());
  CHECK(done->back->resolution.empty());
  CHECK_FALSE(stage.prepared->plan.remains.empty());
  stage.stands(before, issue, base);

  std::vector<sync::HistoryEntry> history;
  REQUIRE(stage.story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(history, sync::read_history(reader, 1000));
    return Unit{};
  }));
  std::size_t of_rehearsal = 0;
  for (auto const& entry : history) of_rehearsal += entry.reason == "rehearsal" ? 1 : 0;
  CHECK(of_rehearsal >= 17);  // each write, and its end (R7)
}

TEST_CASE("a pair that is closed, on hold or waiting already gets just that back [G8]") {
  struct Row {
    std::string body, status, resolution;
    std::size_t steps;
  };
  auto const row = GENERATE(values<Row>({{R"({"statecode":2,"statuscode":6})", "Done", "Won't Do", 10},
                                         {"", "Done", "Done", 10},
                                         {R"({"statuscode":2})", "Waiting", "", 8}}));
  Stage stage;
  if (row.body.empty()) {
    stage.in_jira("31");
  } else {
    stage.in_dynamics(row.body);
  }
  stage.story.run_well();
  stage.story.world().advance(20min);
  CAPTURE(row.status, row.resolution);
  auto const before = stage.row();
  auto const issue = stage.issue();
  REQUIRE(issue["fields"]["status"]["name"].text() == row.status);
  auto const base = stage.base();
  auto const done = stage.rehearse();
  INFO(told(done));
  REQUIRE(done.has_value());
  CHECK(done->steps.size() == row.steps);
  CHECK(done->all_ok());
  stage.stands(before, issue, base);
  // Again, at once: what the first one wrote is no reason against the second.
  auto const again = stage.rehearse();
  INFO(told(again));
  REQUIRE(again.has_value());
  CHECK(again->all_ok());
  stage.stands(before, issue, base);
}

TEST_CASE(
    "each refusal of Dynamics that concerns state is told with its reason, and the rest is walked [G8] [G5, dataverse section "
    "4]") {
  struct Row {
    std::string code;
    Reason reason;
  };
  auto const row = GENERATE(values<Row>({{"0x80048408", Reason::reason_not_of_state},
                                         {"0x8004F854", Reason::transition_rules},
                                         {"0x8004F855", Reason::transition_rules},
                                         {"0x8004F856", Reason::transition_rules},
                                         {"0x8004440e", Reason::open_activities},
                                         {"0x8003F451", Reason::open_child_cases},
                                         {"0x8003F452", Reason::open_child_cases},
                                         {"0x8004F456", Reason::open_child_cases},
                                         {"0x80100005", Reason::closing_message},
                                         {"0x80055000", Reason::on_hold_refused},
                                         {"0x80040265", Reason::plugin_refused},
                                         {"0x80048306", Reason::status_privilege}}));
  CAPTURE(row.code);
  Stage stage;
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  stage.story.configure("dataverse.plugin", json::Object{{"table", "incident"}, {"message", "no"}, {"code", row.code}});
  auto const done = stage.rehearse();
  INFO(told(done));
  REQUIRE(done.has_value());
  REQUIRE(done->steps[0].set.refused.has_value());
  CHECK(done->steps[0].set.refused->reason == row.reason);
  CHECK(done->steps[0].follows.end == sync::RehearsedHalf::End::not_tried);
  CHECK(done->steps[4].set.end == sync::RehearsedHalf::End::done);  // the issue goes all the same
  REQUIRE(done->steps[4].follows.refused.has_value());
  CHECK(done->steps[4].follows.refused->reason == row.reason);
  CHECK_FALSE(done->all_ok());
  CHECK(done->back->complete());
  stage.story.configure("dataverse.plugin", json::Value());
  stage.stands(before, issue, base);
}

TEST_CASE("open activities and a missing privilege block what they block, and nothing else [G8]") {
  Stage stage;
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  SECTION("open activities") {
    stage.story.configure("dataverse.openActivities", "refuse");
    stage.story.edit(
        "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/tasks",
        fmt::format(R"_({{"subject":"Call","regardingobjectid_incident_task@odata.bind":"/incidents({})"}})_", stage.record_));
    auto const done = stage.rehearse();
    INFO(told(done));
    REQUIRE(done.has_value());
    CHECK(done->steps[2].set.refused->reason == Reason::open_activities);
  }
  SECTION("the privilege that closing needs") {
    stage.story.configure("dataverse.revokePrivilege", "prvDeleteQueueItem");
    auto const done = stage.rehearse();
    INFO(told(done));
    REQUIRE(done.has_value());
    CHECK(done->steps[0].set.refused->reason == Reason::status_privilege);
    CHECK(done->steps[2].end == StepEnd::ok);  // cancelling needs it not
  }
  SECTION("no transition is allowed") {
    stage.story.configure("jira.revokePermission", "TRANSITION_ISSUES");
    auto const done = stage.rehearse();
    INFO(told(done));
    REQUIRE(done.has_value());
    CHECK(done->steps[0].end == StepEnd::blocked);
    CHECK(done->steps[0].set.end == sync::RehearsedHalf::End::done);
    CHECK(done->steps[0].follows.refused.has_value());
    CHECK(done->steps[4].end == StepEnd::blocked);
  }
  stage.stands(before, issue, base);
}

TEST_CASE("what may not be rehearsed is refused, and nothing is written [G8]") {
  Stage stage("incident", "Task", {display_item()});
  stage.story.forget_requests();
  auto const refusal = [&](std::string const& reference = "", std::string const& item = "support-cases") {
    auto const done = stage.rehearse({}, {}, reference, item);
    REQUIRE_FALSE(done.has_value());
    CHECK(stage.story.writes().empty());
    return std::pair(exit_code(done.error().kind), std::string(done.error().find("reason")));
  };
  using Refusal = std::pair<int, std::string>;
  CHECK(refusal("", "case-view") == Refusal(7, "display-only"));
  CHECK(refusal("", "no-such-item").first == 9);
  CHECK(refusal("SUP-9999").first == 9);
  CHECK(refusal("00000000-0000-0000-0000-0000000000ff").first == 9);
  CHECK(refusal(make_issue(stage.story, "Nobody's")) == Refusal(7, "not-linked"));

  stage.in_store([&](store::Writer& writer, link::Link const& link) {
    return sync::put_held(writer, {link.id, "title/summary", "support-cases", link.record, "", stage.key_, "title", "summary",
                                   "conflict", "", "a", "b", "a", "b", "", std::nullopt});
  });
  stage.story.forget_requests();
  CHECK(refusal() == Refusal(7, "conflict"));
  stage.in_store(
      [&](store::Writer& writer, link::Link const& link) { return sync::erase_held(writer, link.id, "title/summary"); });
  stage.in_store([&](store::Writer& writer, link::Link const& link) {
    sync::Retry retry;
    retry.item = link.item;
    retry.record = link.record;
    retry.tries = 5;
    retry.parked = true;
    retry.reason = "plugin-refused";
    return sync::put_retry(writer, retry);
  });
  CHECK(refusal() == Refusal(7, "parked"));
  stage.in_store(
      [&](store::Writer& writer, link::Link const& link) { return sync::erase_retry(writer, link.item, link.record); });
  stage.in_store([&](store::Writer& writer, link::Link const& link) {
    sync::Intent intent;
    intent.id = link.id;
    intent.effect = sync::Effect::edit_issue;
    intent.item = link.item;
    return sync::put_intent(writer, intent);
  });
  CHECK(refusal() == Refusal(7, "open-intent"));
  stage.in_store([&](store::Writer& writer, link::Link const& link) { return sync::erase_intent(writer, link.id); });
  stage.in_jira("11");
  stage.in_jira("31");  // and no cycle has looked since
  stage.story.forget_requests();
  CHECK(refusal() == Refusal(7, ""));
  stage.story.run_well();
}

TEST_CASE("what somebody else moves meanwhile stays where they moved it, and the other side follows later [G8]") {
  Stage stage;
  bool const in_jira = GENERATE(true, false);
  CAPTURE(in_jira);
  auto const done = stage.rehearse([&](sync::RehearsedStep const& step) {
    if (step.place != 1) return;
    if (in_jira) {
      stage.in_jira("21");
    } else {
      stage.in_dynamics(R"({"statuscode":2})");
    }
  });
  INFO(told(done));
  REQUIRE(done.has_value());
  REQUIRE(done->stopped.has_value());
  CHECK(done->stopped->find("reason") == "busy");
  CHECK(ends(*done)[2] == StepEnd::not_reached);
  REQUIRE(done->back.has_value());
  CHECK((in_jira ? done->back->jira : done->back->dynamics).end == sync::BackEnd::foreign);
  CHECK((in_jira ? done->back->dynamics : done->back->jira).end != sync::BackEnd::refused);
  stage.story.world().advance(1min);
  stage.story.run_well();
  CHECK(stage.status() == "Waiting");
  CHECK(stage.reason() == 2);
  stage.writes_nothing();
}

TEST_CASE("a rehearsal that is told to stop puts both sides back first [G8] [E10]") {
  Stage stage;
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  auto const steps = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{5});
  auto const done = stage.rehearse({}, steps);
  CAPTURE(steps);
  INFO(told(done));
  REQUIRE(done.has_value());
  REQUIRE(done->stopped.has_value());
  CHECK(done->stopped->kind == ErrorKind::cancelled);
  REQUIRE(done->back.has_value());
  CHECK(done->back->complete());
  stage.stands(before, issue, base);
}

TEST_CASE("what cannot be put back is kept, told by every cycle, and put back once it can be: rehearsal-open [G8] [X4]") {
  Stage stage;
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  auto const done = stage.rehearse([&](sync::RehearsedStep const& step) {
    if (step.place == 0) stage.story.configure("jira.revokePermission", "TRANSITION_ISSUES");
  });
  INFO(told(done));
  REQUIRE(done.has_value());
  REQUIRE(done->back.has_value());
  CHECK_FALSE(done->back->complete());
  CHECK(done->back->jira.end == sync::BackEnd::refused);
  CHECK(stage.status() == "Done");

  stage.story.world().advance(10min);
  auto const cycle = stage.story.run();
  REQUIRE(cycle.record.has_value());
  CHECK(cycle.record->exit == 6);
  REQUIRE(cycle.told.failures.size() == 1);
  CHECK(cycle.told.failures[0].reason == Reason::rehearsal_open);
  CHECK(stage.reason() == 1);  // and nothing follows from where it stands

  stage.story.configure("jira.grantPermission", "TRANSITION_ISSUES");
  bool const by_cycle = GENERATE(true, false);
  if (by_cycle) {
    stage.story.run_well();
  } else {
    auto const again = stage.rehearse();
    INFO(told(again));
    REQUIRE(again.has_value());
    CHECK(stage.earlier.has_value());
    CHECK(again->all_ok());
  }
  stage.stands(before, issue, base);
}

TEST_CASE("an answer that got lost is looked for, and the walk goes on [G8] [R2]") {
  auto const when = GENERATE(Fault::When::before, Fault::When::after);
  auto const match = GENERATE(std::string("POST /api/data/v9.2/CloseIncident"), std::string("POST /rest/api/3/issue/"));
  CAPTURE(match, when == Fault::When::after);
  Stage stage;
  auto const before = stage.row();
  auto const issue = stage.issue();
  auto const base = stage.base();
  Fault fault;
  fault.when = when;
  fault.match = {"POST", match.substr(5) + (match.ends_with("/") ? std::string(issue["id"].text()) + "/transitions" : "")};
  fault.nth = 1;
  stage.story.world().set_faults({fault});
  auto const done = stage.rehearse();
  INFO(told(done));
  REQUIRE(done.has_value());
  CHECK_FALSE(done->stopped.has_value());
  CHECK(done->steps[0].end == (when == Fault::When::after ? StepEnd::ok : StepEnd::blocked));
  CHECK(done->steps[4].end == StepEnd::ok);
  CHECK(done->back->complete());
  CHECK(stage.resolutions() == (when == Fault::When::after || match.ends_with("/") ? 2 : 1));
  stage.stands(before, issue, base);
}

TEST_CASE("the way back is known, not known, or known not to be there [G8] [G3]") {
  auto const way = [](std::string id, std::string to) {
    jira::Transition out;
    out.id = std::move(id);
    out.to.id = std::move(to);
    return out;
  };
  std::vector<mapping::status::KnownTransition> known{
      {"open", way("1", "busy")}, {"busy", way("2", "done")}, {"done", way("3", "busy")}};
  CHECK(sync::way_back(known, {}, "open", "done") == sync::WayBack::known);
  CHECK(sync::way_back(known, {}, "done", "open") == sync::WayBack::none);
  CHECK(sync::way_back(known, {}, "closed", "open") == sync::WayBack::unknown);
  known.push_back({"done", way("4", "closed")});
  CHECK(sync::way_back(known, {}, "done", "open") == sync::WayBack::unknown);
  CHECK(sync::way_back(known, {"done", "busy"}, "done", "open") == sync::WayBack::known);  // the item says so
}
