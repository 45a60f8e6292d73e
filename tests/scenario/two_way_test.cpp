// Two ways: what changes on either side travels to the other, conflicts follow the item's policy, and nothing bounces (SPEC B5, E5).
#include <catch2/catch.hpp>

#include "scenario/pairs.hpp"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("an edit in Jira reaches its record, and nothing bounces [B5][E5][R4]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"Edited in Jira","priority":{"name":"Low"},"duedate":"2026-12-24"})");
  pairs.story.forget_requests();
  auto const run = pairs.story.run_well();
  CHECK(run.items.at(0).records == 1);
  CHECK(run.items.at(0).updated == 0);
  CHECK(pairs.title() == "Edited in Jira");
  CHECK(pairs.column("prioritycode").integer() == 3);
  CHECK(pairs.column("followupby").text().substr(0, 10) == "2026-12-23");  // midnight in Berlin
  CHECK(pairs.field_writes() == std::vector<std::string>{"PATCH /api/data/v9.2/incidents(" + pairs.record() + ")"});
  CHECK(pairs.last("updated-record").fields.size() == 3);
  pairs.stays();
}

TEST_CASE("edits of different fields on both sides both travel [E5]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  pairs.in_dynamics(R"({"prioritycode":1})");
  auto const run = pairs.story.run_well();
  CHECK(run.items.at(0).records == 1);
  CHECK(run.items.at(0).updated == 1);
  CHECK(pairs.title() == "From Jira");
  CHECK(pairs.field("priority")["name"].text() == "High");
  pairs.stays();
}

TEST_CASE("the same edit on both sides is an agreement, not a conflict [E5][C7]") {
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"Alike"})");
  pairs.in_dynamics(R"({"title":"Alike"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.field_writes().empty());
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a conflict follows the item's policy, and the value that gives way is in the history [E5][R7]") {
  struct Row {
    std::string policy;
    bool jira_later;
    std::string winner;
  };
  auto const row = GENERATE(values<Row>({{"", true, "jira"},
                                         {"", false, "dynamics"},
                                         {"latest", true, "jira"},
                                         {"latest", false, "dynamics"},
                                         {"dynamics", true, "dynamics"},
                                         {"dynamics", false, "dynamics"},
                                         {"jira", true, "jira"},
                                         {"jira", false, "jira"}}));
  // The services' clocks differ, either way round: what counts is what remains when that is taken off (R8).
  auto const [jira_clock, dataverse_clock] =
      GENERATE(table<std::string, std::string>({{"0s", "0s"}, {"90s", "0s"}, {"0s", "90s"}}));
  CAPTURE(row.policy, row.jira_later, jira_clock, dataverse_clock);
  Pairs pairs(two_way(row.policy));
  pairs.story.configure("jira.clockSkew", jira_clock);
  pairs.story.configure("dataverse.clockSkew", dataverse_clock);
  pairs.pass(20min);
  auto const edit_jira = [&] { pairs.in_jira(R"({"summary":"jira"})"); };
  auto const edit_dynamics = [&] { pairs.in_dynamics(R"({"title":"dynamics"})"); };
  auto const before = pairs.title();
  row.jira_later ? edit_dynamics() : edit_jira();
  pairs.pass(30s);
  row.jira_later ? edit_jira() : edit_dynamics();
  pairs.pass(30s);
  // What else happens to the issue afterwards does not make Jira's side later.
  if (!row.jira_later) pairs.in_jira(R"({"labels":["dynamics","later"]})");
  pairs.story.run_well();
  CHECK(pairs.summary() == row.winner);
  CHECK(pairs.title() == row.winner);
  auto const entry = pairs.last(row.winner == "jira" ? "updated-record" : "edited-issue");
  REQUIRE(entry.fields.size() == 1);
  CHECK(entry.reason == "conflict");
  CHECK(entry.fields.front().before == (row.winner == "jira" ? "dynamics" : "jira"));
  CHECK(entry.fields.front().replaced.text() == (row.winner == "jira" ? "dynamics" : "jira"));
  pairs.stays();
}

TEST_CASE("a held conflict waits on both sides, is listed once, and goes when the sides agree [E5][D14]") {
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"jira","priority":{"name":"Low"}})");
  pairs.in_dynamics(R"({"title":"dynamics"})");
  auto const ran = pairs.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  CHECK(ran.record->items.at(0).held == 1);
  CHECK(pairs.summary() == "jira");
  CHECK(pairs.title() == "dynamics");
  CHECK(pairs.column("prioritycode").integer() == 3);  // one field's conflict does not stop the others
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "conflict");
  CHECK(pairs.held().front().column_raw.text() == "dynamics");
  CHECK(pairs.held().front().field_raw.text() == "jira");
  pairs.stays();  // told once, and it does not fail later runs
  pairs.in_jira(R"({"summary":"dynamics"})");
  pairs.story.run_well();
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a held conflict is settled by a person, for either side [D14]") {
  auto const side = GENERATE(sync::Side::dynamics, sync::Side::jira);
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"jira"})");
  pairs.in_dynamics(R"({"title":"dynamics"})");
  static_cast<void>(pairs.story.run());
  sync::RunOptions options;
  options.only_issue = pairs.key();
  options.take["summary"] = side;
  pairs.story.run_well(options);
  CHECK(pairs.summary() == sync::name_of(side));
  CHECK(pairs.title() == sync::name_of(side));
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a field narrowed to one direction is left alone in the other [C1][E5]") {
  auto text = two_way();
  text = replaced(text, R"("field": "summary" })", R"("field": "summary", "direction": "to-dynamics" })");
  text = replaced(text, R"("field": "duedate" })", R"("field": "duedate", "direction": "to-jira" })");
  Pairs pairs(text);
  auto const summary = pairs.summary();
  pairs.in_dynamics(R"({"title":"only here"})");
  pairs.in_jira(R"({"duedate":"2026-12-24"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.field_writes().empty());
  CHECK(pairs.summary() == summary);
  pairs.pass(1s);
  pairs.in_jira(R"({"summary":"from Jira"})");
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() == "from Jira");
  pairs.stays();
}

TEST_CASE("a one-way item leaves an edit in Jira alone and does not even search for it [B5][E5][E6]") {
  Pairs pairs(example_item());
  auto const title = pairs.title();
  pairs.in_jira(R"({"summary":"only in Jira"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.story.requests() == 1);
  CHECK(pairs.title() == title);
  pairs.in_dynamics(R"({"title":"Dynamics again"})");
  pairs.story.run_well();
  CHECK(pairs.summary() == "Dynamics again");
}

TEST_CASE("an item that becomes two-way meets what was edited in Jira before [E3]") {
  Pairs pairs(example_item());
  pairs.in_jira(R"({"summary":"edited while it was one-way"})");
  pairs.story.run_well();
  pairs.story.apply(two_way());
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() == "edited while it was one-way");
  pairs.stays();
}

TEST_CASE("clearing a field in Jira clears its column, and a required one is not cleared [C6]") {
  Pairs pairs;
  pairs.in_jira(R"({"description":null,"duedate":null})");
  pairs.story.run_well();
  CHECK(pairs.column("description").is_null());
  CHECK(pairs.column("followupby").is_null());
  pairs.stays();
}

TEST_CASE("labels that both sides changed are merged, and both sides get the union [C2][E5]") {
  Pairs pairs(two_way("hold", kLabels));
  pairs.in_dynamics(R"({"productserialnumber":"red, blue"})");
  pairs.story.run_well();
  pairs.pass(20min);
  pairs.in_dynamics(R"({"productserialnumber":"blue, green"})");
  pairs.in_jira(R"({"labels":["dynamics","red","blue","mine"]})");
  pairs.story.run_well();
  pairs.pass(5min);
  pairs.story.run_well();
  std::set<std::string> labels;
  auto const held = pairs.field("labels");
  for (auto const& label : held.items()) labels.insert(std::string(label.text()));
  CHECK(labels == std::set<std::string>{"dynamics", "blue", "green", "mine"});
  auto const tags = std::string(pairs.column("productserialnumber").text());
  for (auto const* tag : {"blue", "green", "mine"}) CHECK(tags.find(tag) != std::string::npos);
  CHECK(tags.find("red") == std::string::npos);
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a dry run tells a pair once that changed on both sides, and writes nothing [E9]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  pairs.in_dynamics(R"({"prioritycode":1})");
  pairs.story.forget_requests();
  auto const ran = pairs.story.run({.dry_run = true});
  REQUIRE(ran.record.has_value());
  REQUIRE(ran.told.plans.size() == 1);
  CHECK(ran.told.plans.front().action == sync::Action::edit_both);
  CHECK(ran.record->items.at(0).records == 1);
  CHECK(ran.record->items.at(0).updated == 1);
  CHECK(pairs.story.writes().empty());
}
