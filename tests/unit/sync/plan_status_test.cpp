#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/sync/status/plan_status.hpp>

using namespace tandem;
using namespace tandem::sync;
namespace status = tandem::mapping::status;

namespace {

dataverse::Option option(std::int64_t value, std::string label, std::optional<std::int64_t> state = {}) {
  dataverse::Option out;
  out.value = value;
  out.label = std::move(label);
  out.state = state;
  return out;
}

// A case with its default reasons, over To Do 1, In Progress 2, Waiting 3, Done 4.
status::StatusTable case_table() {
  dataverse::Entity entity;
  entity.logical_name = "incident";
  dataverse::Attribute states, reasons;
  states.logical_name = "statecode";
  reasons.logical_name = "statuscode";
  for (auto const& [value, name, usual] :
       std::vector<std::tuple<int, std::string, int>>{{0, "Active", 1}, {1, "Resolved", 5}, {2, "Cancelled", 6}}) {
    auto one = option(value, name);
    one.invariant_name = name;
    one.default_status = usual;
    states.options.push_back(one);
  }
  reasons.options = {option(1, "In Progress", 0),    option(2, "On Hold", 0),   option(4, "Researching", 0),
                     option(5, "Problem Solved", 1), option(6, "Cancelled", 2), option(77, "Eskaliert", 0)};
  entity.attributes = {states, reasons};
  connection::Schema schema;
  schema.entity = entity;
  schema.statuses = {
      {"1", "To Do", "new"}, {"2", "In Progress", "indeterminate"}, {"3", "Waiting", "indeterminate"}, {"4", "Done", "done"}};
  schema.resolutions = {{"10", "Done"}, {"11", "Won't Do"}};
  return *status::StatusTable::compile({}, schema);
}

Instant at(int seconds) { return *parse_instant("2026-11-23T10:00:00Z") + std::chrono::seconds{seconds}; }

std::int64_t state_of(int reason) { return reason == 5 ? 1 : reason == 6 ? 2 : 0; }

StatusQuestion asked(int base_reason, std::string base_status, int reason, std::string issue) {
  StatusQuestion out;
  out.entity = "incident";
  if (base_reason > 0) out.base.dynamics_status = base_reason;
  out.base.jira_status = std::move(base_status);
  out.state = state_of(reason);
  out.status = reason;
  out.issue_status = std::move(issue);
  return out;
}

std::string shown(StatusPlan const& plan) {
  if (plan.times_wanted) return "times";
  std::string const lost = plan.lost.empty() ? "" : ", lost " + plan.lost;
  if (plan.left) return fmt::format("left {}", code_of(plan.left->reason));
  if (plan.action == StatusAction::move_issue) return fmt::format("issue {} -> {}{}", plan.before, plan.after, lost);
  if (plan.action == StatusAction::change_record)
    return fmt::format("{} {} -> {}{}", name_of(plan.change.way), plan.before, plan.after, lost);
  return fmt::format("base {} {}", plan.base.dynamics_status.scalar_text(), plan.base.jira_status);
}

}  // namespace

TEST_CASE("the base tells which side moved, and that side wins [G1]") {
  auto const table = case_table();
  struct Row {
    std::string name;
    StatusQuestion question;
    std::string expected;
  };
  for (auto const& row : std::vector<Row>{
           {"nothing moved", asked(1, "1", 1, "1"), "base 1 1"},
           {"a new link changes nothing", asked(0, "", 5, "1"), "base 5 1"},
           {"Dynamics resolved", asked(1, "1", 5, "1"), "issue To Do -> Done"},
           {"Dynamics reopened", asked(5, "4", 1, "4"), "issue Done -> In Progress"},
           {"Jira done", asked(1, "1", 1, "4"), "CloseIncident In Progress -> Problem Solved"},
           {"Jira reopened", asked(5, "4", 5, "1"), "update Problem Solved -> In Progress"},
           {"Jira moved within the same state", asked(2, "3", 2, "1"), "base 2 1"},
           {"Jira waits: several fit", asked(1, "1", 1, "3"), "update In Progress -> On Hold"},
           {"Jira moves to what the reason stands for", asked(4, "1", 4, "2"), "base 4 2"},
           {"Jira moves beside a reason of the same state", asked(77, "1", 77, "3"), "update Eskaliert -> On Hold"},
           {"both moved alike", asked(1, "1", 5, "4"), "base 5 4"},
           {"both closed differently", asked(1, "1", 6, "4"), "base 6 4"},
           {"the issue stands there already", asked(1, "2", 4, "2"), "base 4 2"},
           {"unknown reason of the same state", asked(1, "2", 77, "2"), "base 77 2"},
           {"an unknown Jira status", asked(1, "1", 1, "99"), "left status-unmatched"},
           {"an unknown Dynamics status", asked(1, "1", 99, "1"), "left status-unmatched"},
       }) {
    CAPTURE(row.name);
    CHECK(shown(plan_status(table, row.question)) == row.expected);
  }
}

TEST_CASE("a resolution that cancels makes a cancelled case [G2]") {
  auto question = asked(1, "1", 1, "4");
  question.resolution = "11";
  CHECK(shown(plan_status(case_table(), question)) == "update In Progress -> Cancelled");
}

TEST_CASE("where both moved, the later wins by the services' own times; within two seconds Dynamics [G1] [R8]") {
  auto const table = case_table();
  auto question = asked(1, "1", 2, "4");  // on hold here, done there
  CHECK(shown(plan_status(table, question)) == "times");
  struct Row {
    int dynamics, jira;
    std::string expected;
  };
  for (auto const& row : std::vector<Row>{{100, 50, "issue Done -> Waiting, lost Done"},
                                          {50, 100, "CloseIncident On Hold -> Problem Solved, lost On Hold"},
                                          {100, 102, "issue Done -> Waiting, lost Done"},
                                          {100, 103, "CloseIncident On Hold -> Problem Solved, lost On Hold"}}) {
    CAPTURE(row.dynamics, row.jira);
    question.dynamics_at = at(row.dynamics);
    question.jira_at = at(row.jira);
    CHECK(shown(plan_status(table, question)) == row.expected);
  }
}

TEST_CASE("the first version that showed a status dates it, whatever is edited later [G1]") {
  auto const table = case_table();
  auto question = asked(1, "1", 2, "1");
  question.dynamics_at = at(10);
  auto const first = plan_status(table, question);
  CHECK(first.acts());
  question.base = first.base;  // the issue could not be moved yet; then Jira moves, and another column of the record
  question.issue_status = "4";
  question.dynamics_at = at(90);
  question.jira_at = at(50);
  CHECK(shown(plan_status(table, question)) == "CloseIncident On Hold -> Problem Solved, lost On Hold");
}

TEST_CASE("a status that the record had before its issue is applied once, unless it is where records begin [E4]") {
  auto const table = case_table();
  CHECK_FALSE(owes_status(table, 1, "1"));
  CHECK(owes_status(table, 2, "1"));
  CHECK(owes_status(table, 5, "1"));
  CHECK(owes_status(table, 6, "1"));
  CHECK_FALSE(owes_status(table, 99, "1"));
  auto question = asked(5, "1", 5, "1");
  CHECK(shown(plan_status(table, question)) == "base 5 1");
  question.base.apply = true;
  CHECK(shown(plan_status(table, question)) == "issue To Do -> Done");
  question.issue_status = "2";  // somebody took the issue up meanwhile: that is later
  CHECK(shown(plan_status(table, question)) == "update Problem Solved -> In Progress, lost Problem Solved");
}

TEST_CASE("silence is no change of status [C6]") {
  auto question = asked(1, "1", 5, "1");
  question.status = json::Value();
  auto const plan = plan_status(case_table(), question);
  CHECK_FALSE(plan.acts());
  CHECK(plan.base.dynamics_status == json::Value(1));
}

TEST_CASE("a status that something keeps undoing is left alone [R6]") {
  auto question = asked(1, "1", 5, "1");
  question.flipping = true;
  CHECK(shown(plan_status(case_table(), question)) == "left flipping");
}

TEST_CASE(
    "without a base, statuses differ only where the table can tell, and a person's word counts as that side's move [D11][G1]") {
  auto const table = case_table();
  struct Row {
    int reason;
    char const* issue;
    bool differ;
  };
  for (auto const& row : std::vector<Row>{{1, "2", false},
                                          {6, "4", false},
                                          {6, "1", true},
                                          {2, "4", true},
                                          {2, "3", false},
                                          {2, "1", true},
                                          {1, "99", true},
                                          {77, "99", false}}) {
    CAPTURE(row.reason, row.issue);
    auto question = asked(0, "", row.reason, row.issue);
    CHECK(statuses_differ(table, question) == row.differ);
    if (!row.differ || std::string(row.issue) == "99") continue;
    question.base = base_taking(question, true);
    CHECK(plan_status(table, question).action == StatusAction::move_issue);
    question.base = base_taking(question, false);
    // An issue that stands for no more than "open" asks an open record for nothing.
    bool const asks = std::string(row.issue) != "1" || row.reason == 6;
    CHECK(plan_status(table, question).action == (asks ? StatusAction::change_record : StatusAction::nothing));
  }
}
