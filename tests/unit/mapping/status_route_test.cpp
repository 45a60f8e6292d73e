#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/mapping/status/refusal.hpp>
#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/screen.hpp>

using namespace tandem;
using namespace tandem::mapping::status;

namespace {

jira::Transition way(std::string id, std::string to, bool conditional = false) {
  jira::Transition one;
  one.id = std::move(id);
  one.name = "to " + to;
  one.to = {to, "Status " + to, "indeterminate"};
  one.conditional = conditional;
  return one;
}

jira::Transition with_field(jira::Transition one, std::string field, bool required,
                            std::vector<jira::AllowedValue> allowed = {}) {
  jira::Field row;
  row.id = field;
  row.name = field == "resolution" ? "Resolution" : field;
  row.system = field == "resolution" ? field : "";
  row.type = field == "resolution" ? "resolution" : "string";
  row.required = required;
  row.allowed = std::move(allowed);
  one.fields.push_back(std::move(row));
  return one;
}

std::vector<jira::AllowedValue> const kResolutions{{"1", "Done"}, {"2", "Won't Do"}, {"3", "Duplicate"}};

// Twelve statuses in a ring without direct ways, a few short cuts, a resolution that is required to close (12), and a way with a condition.
//
//   1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 12    3 -> 6 only under a condition    2 -> 7 -> 6    12 -> 1
//   8 -> 9 -> 10 -> 8 is an island; 11 leads to 12 and nothing leads to 11
struct Workflow {
  std::vector<KnownTransition> all{{"1", way("a", "2")},
                                   {"2", way("b", "3")},
                                   {"3", way("c", "4")},
                                   {"4", way("d", "5")},
                                   {"5", way("e", "6")},
                                   {"2", way("g", "7")},
                                   {"7", way("h", "6")},
                                   {"3", way("i", "6", true)},
                                   {"12", way("j", "1")},
                                   {"8", way("k", "9")},
                                   {"9", way("l", "10")},
                                   {"10", way("m", "8")},
                                   {"6", with_field(way("f", "12"), "resolution", true, kResolutions)},
                                   {"11", way("n", "12")},
                                   {"6", with_field(way("x", "12"), "customfield_1", true)}};

  // As Jira offers them from a status; a condition may hide one.
  [[nodiscard]] std::vector<jira::Transition> from(std::string const& status, bool hide = true) const {
    std::vector<jira::Transition> out;
    for (auto const& one : all) {
      if (one.from == status && !(hide && one.transition.conditional)) out.push_back(one.transition);
    }
    return out;
  }
};

std::vector<std::string> nothing_missing(jira::Transition const&) { return {}; }

RouteQuestion question(Workflow const& workflow, std::string from, std::string to, ScreenValues values = {}) {
  RouteQuestion out;
  out.available = workflow.from(from);
  out.from = std::move(from);
  out.to = std::move(to);
  out.remembered = workflow.all;
  out.missing = [values](jira::Transition const& one) { return fill_screen(one, values).missing; };
  return out;
}

// The statuses that a walk passes, planned anew at each step as Jira then offers it.
std::string walk(Workflow const& workflow, RouteQuestion asked) {
  std::string passed = asked.from;
  for (int step = 0; step < 20; ++step) {
    auto const route = plan_route(asked);
    if (!route.first) return route.refused ? fmt::format("{} {}", passed, code_of(route.refused->reason)) : passed;
    asked.visited.insert(asked.from);
    asked.from = route.first->to.id;
    asked.available = workflow.from(asked.from);
    passed += " " + asked.from;
  }
  return passed + " …";
}

}  // namespace

TEST_CASE("each target is reached over known transitions by the fewest steps, and no other status is visited [G3]") {
  Workflow const workflow;
  struct Row {
    std::string from, to, passed;
  };
  for (auto const& row : std::vector<Row>{{"1", "1", "1"},
                                          {"1", "2", "1 2"},
                                          {"1", "6", "1 2 7 6"},
                                          {"1", "12", "1 2 7 6 12"},
                                          {"3", "6", "3 4 5 6"},  // the way with a condition is not offered
                                          {"12", "5", "12 1 2 3 4 5"},
                                          {"8", "10", "8 9 10"},
                                          {"1", "8", "1 no-transition"},
                                          {"1", "11", "1 no-transition"},
                                          {"1", "13", "1 no-transition"},
                                          {"13", "1", "13 no-transition"}}) {
    CAPTURE(row.from, row.to);
    CHECK(walk(workflow, question(workflow, row.from, row.to)) == row.passed);
  }
}

TEST_CASE("a way with a condition that Jira offers now is taken; beyond the first step only where nothing else leads on [G3]") {
  Workflow const workflow;
  auto asked = question(workflow, "3", "6");
  asked.available = workflow.from("3", false);
  CHECK(plan_route(asked).first->id == "i");
  // From 1 the detour over 7 has no condition; without it the way with one is planned.
  auto other = question(workflow, "1", "6");
  std::erase_if(other.remembered, [](auto const& one) { return one.from == "7" || one.from == "4"; });
  CHECK(plan_route(other).statuses == std::vector<std::string>{"2", "3", "6"});
}

TEST_CASE("the item's path names ways that nobody has seen yet [G3]") {
  Workflow const workflow;
  auto asked = question(workflow, "1", "12");
  asked.remembered.clear();
  CHECK(plan_route(asked).refused->reason == Reason::no_transition);
  asked.path = {"2", "7", "6"};
  CHECK(plan_route(asked).statuses == std::vector<std::string>{"2", "7", "6", "12"});
  CHECK(walk(workflow, asked) == "1 2 7 6 12");
  asked.path = {"3", "6"};  // not offered from here
  CHECK(plan_route(asked).refused->reason == Reason::no_transition);
}

TEST_CASE("nothing is tried blindly unless the item allows it, and then no status twice [G3]") {
  Workflow const workflow;
  auto asked = question(workflow, "1", "12");
  asked.remembered.clear();
  asked.explore = true;
  auto const route = plan_route(asked);
  CHECK(route.blind);
  CHECK(route.first->id == "a");
  CHECK(walk(workflow, asked) == "1 2 3 4 5 6 12");
  asked.unwanted = {"2"};
  CHECK(plan_route(asked).refused->reason == Reason::no_transition);
}

TEST_CASE("a required field that nobody gives a value is named, and a way around it is taken [G3]") {
  Workflow workflow;
  std::erase_if(workflow.all, [](auto const& one) { return one.transition.id == "f"; });
  auto const refused = plan_route(question(workflow, "6", "12"));
  REQUIRE(refused.refused);
  CHECK(refused.refused->reason == Reason::transition_field_missing);
  CHECK(refused.refused->detail == "\"to 12\" requires customfield_1");
  ScreenValues values;
  values.fields = {{"customfield_1", "because"}};
  CHECK(plan_route(question(workflow, "6", "12", values)).first->id == "x");
}

TEST_CASE("a screen is filled from the pair, the item's fields and defaults, and only with what is on it [G3]") {
  auto const required = with_field(way("f", "12"), "resolution", true, kResolutions);
  auto const optional = with_field(way("f", "12"), "resolution", false, kResolutions);
  auto const resolution = [](jira::Transition const& one, ScreenValues const& values) {
    auto const screen = fill_screen(one, values);
    CHECK(screen.missing.empty());
    auto const* value = screen.fields.find("resolution");
    return value == nullptr ? std::string("-") : (*value)["id"].scalar_text();
  };
  ScreenValues values;
  CHECK(resolution(required, values) == "1");
  CHECK(resolution(optional, values) == "-");
  values.cancels = true;
  CHECK(resolution(required, values) == "2");
  values.fields = {{"Resolution", "Duplicate"}};
  CHECK(resolution(required, values) == "3");
  CHECK(resolution(optional, values) == "3");
  values.resolution = jira::Resolution{"1", "Done"};
  CHECK(resolution(optional, values) == "1");
  values.leads_to_end = false;
  CHECK(resolution(optional, values) == "-");
  CHECK(fill_screen(way("a", "2"), values).fields.empty());

  auto const comment = with_field(way("q", "2"), "customfield_1", true);
  ScreenValues usual;
  CHECK(fill_screen(comment, usual).missing == std::vector<std::string>{"customfield_1"});
  usual.present = {{"customfield_1", "there"}};
  CHECK(fill_screen(comment, usual).missing.empty());
  usual.present = {};
  usual.defaults = {{"customfield_1", "usual"}};
  CHECK(fill_screen(comment, usual).fields == json::Object{{"customfield_1", "usual"}});
  CHECK(nothing_missing(comment).empty());
}

TEST_CASE("every refusal of a change of state has its own reason [G5, dataverse §4]") {
  struct Row {
    std::string code;
    Reason reason;
  };
  for (auto const& row : std::vector<Row>{{"0x80048408", Reason::reason_not_of_state},
                                          {"0x8004f854", Reason::transition_rules},
                                          {"0x8004f855", Reason::transition_rules},
                                          {"0x8004f856", Reason::transition_rules},
                                          {"0x8004f857", Reason::transition_rules},
                                          {"0x8004f858", Reason::transition_rules},
                                          {"0x8004440e", Reason::open_activities},
                                          {"0x8003f451", Reason::open_child_cases},
                                          {"0x8003f452", Reason::open_child_cases},
                                          {"0x8004f456", Reason::open_child_cases},
                                          {"0x80100005", Reason::closing_message},
                                          {"0x80055000", Reason::on_hold_refused},
                                          {"0x80040265", Reason::plugin_refused},
                                          {"0x80040224", Reason::plugin_refused},
                                          {"0x80040220", Reason::status_privilege},
                                          {"0x80048306", Reason::status_privilege},
                                          {"0x80040203", Reason::rejected}}) {
    CAPTURE(row.code);
    Error const error{ErrorKind::remote, "no", {{"code", row.code}, {"service", "dataverse"}}};
    CHECK(refusal_of(error).reason == row.reason);
    CHECK_FALSE(says_closed_already(error));
  }
  CHECK(says_closed_already(Error{ErrorKind::remote, "", {{"code", "0x80044411"}}}));
  CHECK(refusal_of(Error{ErrorKind::remote, "no", {{"service", "jira"}}}).reason == Reason::transition_refused);
  CHECK(refusal_of(Error{ErrorKind::auth, "no", {{"service", "jira"}}}).reason == Reason::status_privilege);
}
