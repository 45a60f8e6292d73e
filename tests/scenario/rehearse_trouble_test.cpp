// Rehearsals that are refused, blocked, disturbed, stopped or cut off: each ends as it began, or says what is left to do (SPEC G8, R1, R2).
#include <catch2/catch.hpp>

#include "scenario/rehearsals.hpp"

using namespace tandem;
using namespace tandem::test;
using sandbox::Fault;

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
