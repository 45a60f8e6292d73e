// Which types are known and which are not (SPEC C3), and the edges of numbers and times (C2).
#include <catch2/catch.hpp>

#include <tandem/mapping/value/decimal.hpp>
#include <tandem/mapping/value/kinds.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using mapping::support_of;

TEST_CASE("each field type is supported, or says why not [C3]") {
  struct Row {
    jira::Field field;
    std::string kind, why;
  };
  std::vector<Row> const rows{
      {summary(), "text", ""},
      {description(), "rich text", ""},
      {field("f", "string", "", "", "url"), "url", ""},
      {field("f", "number"), "number", ""},
      {field("f", "date"), "date", ""},
      {field("f", "datetime"), "date and time", ""},
      {labels(), "labels", ""},
      {priority(), "priority", ""},
      {field("f", "option"), "option", ""},
      {field("f", "array", "option"), "options", ""},
      {field("f", "option-with-child"), "option of two lists", ""},
      {field("f", "array", "component"), "components", ""},
      {field("f", "version"), "version", ""},
      {field("f", "array", "version"), "versions", ""},
      {field("f", "user"), "user", "users"},
      {field("f", "array", "user"), "users", "users"},
      {field("status", "status", "", "status"), "", "status switch"},
      {field("comment", "comments-page", "", "comment"), "", "switch of its own"},
      {field("resolution", "resolution", "", "resolution"), "", "transitions"},
      {field("parent", "issuelink", "", "parent"), "", "other issues"},
      {field("timetracking", "timetracking", "", "timetracking"), "", "times worked"},
      {field("votes", "votes", "", "votes"), "", "nobody"},
      {field("f", "group"), "", "groups"},
      {field("f", "array", "group"), "", "groups"},
      {field("f", "array", "json", "", "gh-sprint"), "", "sprints"},
      {field("f", "any"), "", "an app owns it"},
      {field("f", "sd-approvals"), "", "sd-approvals"},
      {field("f", ""), "", "unknown"},
  };
  for (auto const& row : rows) {
    auto const support = support_of(row.field);
    CAPTURE(row.field.id, row.field.type, row.field.items, support.why);
    CHECK(support.supported == !row.kind.empty());
    CHECK(support.kind == row.kind);
    CHECK(support.why.find(row.why) != std::string::npos);
    CHECK(support.experimental == (row.kind == "user" || row.kind == "users"));
  }
}

TEST_CASE("each column type is supported, or says why not [C3]") {
  for (auto const& [type, kind] : std::map<std::string, std::string>{{"String", "text"},
                                                                     {"Memo", "text"},
                                                                     {"Integer", "number"},
                                                                     {"BigInt", "number"},
                                                                     {"Decimal", "number"},
                                                                     {"Double", "number"},
                                                                     {"Money", "number"},
                                                                     {"Boolean", "yes or no"},
                                                                     {"Picklist", "choice"},
                                                                     {"State", "choice"},
                                                                     {"Status", "choice"},
                                                                     {"MultiSelectPicklist", "choices"},
                                                                     {"DateTime", "date and time"},
                                                                     {"Lookup", "lookup"},
                                                                     {"Customer", "lookup"},
                                                                     {"Owner", "lookup of a user"},
                                                                     {"Uniqueidentifier", "id"},
                                                                     {"Image", ""},
                                                                     {"File", ""},
                                                                     {"PartyList", ""},
                                                                     {"", ""}}) {
    CAPTURE(type);
    auto const support = support_of(column("c", type));
    CHECK(support.kind == kind);
    CHECK(support.supported == !kind.empty());
    CHECK(support.why.empty() == support.supported);
  }
}

TEST_CASE("a number beyond a double's digits is sent whole, its loss told, and what Jira kept of it is no change [C2][C7]") {
  RuleMaker const make;
  auto const big = make(column("new_big", "BigInt"), field("customfield_2", "number"));
  CHECK(outcome(big->to_jira(json::Number{"9007199254740993"}, "")) == "9007199254740993 lossy");
  CHECK(outcome(big->to_jira(json::Number{"-999999999999999999"}, "")) == "-999999999999999999 lossy");
  CHECK(outcome(big->to_jira(json::Number{"9007199254740992"}, "")) == "9007199254740992");
  CHECK(big->equivalent(json::Number{"9007199254740993"}, "", json::Number{"9.007199254740992E15"}));
  CHECK_FALSE(big->equivalent(json::Number{"9007199254740993"}, "", json::Number{"9007199254740994"}));
  CHECK_FALSE(big->equivalent(json::Number{"1"}, "", json::Number{"2"}));
  CHECK(mapping::value::as_double_keeps("0.1") == "0.1");
  CHECK(mapping::value::as_double_keeps("0.30000000000000004441") == "0.30000000000000004");
  CHECK(mapping::value::as_double_keeps("-0.000000123") == "-0.000000123");
}

TEST_CASE("a wall clock that the zone leaves out or has twice is converted, and told [C2]") {
  RuleMaker const make;  // Europe/Berlin
  auto const rule = make(time_column("new_visit", "TimeZoneIndependent"), field("customfield_3", "datetime"));
  CHECK(outcome(rule->to_jira(json::Value("2026-03-29T02:30:00Z"), "")) == R"("2026-03-29T01:00:00.000+0000" lossy)");
  CHECK(outcome(rule->to_jira(json::Value("2026-10-25T02:30:00Z"), "")) == R"("2026-10-25T00:30:00.000+0000")");
  CHECK(outcome(rule->to_column(json::Value("2026-10-25T01:30:00.000+0000"))) == R"("2026-10-25T02:30:00Z" lossy)");
  // Neither of the two comes back as a change.
  CHECK(rule->equivalent(json::Value("2026-10-25T02:30:00Z"), "", json::Value("2026-10-25T01:30:00.000+0000")));
  CHECK(rule->equivalent(json::Value("2026-03-29T02:30:00Z"), "", json::Value("2026-03-29T01:00:00.000+0000")));
}

TEST_CASE("fractions of a second are dropped in Dynamics, told, and no change [C2][C7]") {
  RuleMaker const make;
  auto const rule = make(time_column("new_at", "UserLocal"), field("customfield_3", "datetime"));
  CHECK(outcome(rule->to_column(json::Value("2026-05-01T10:00:00.500+0200"))) == R"("2026-05-01T08:00:00Z" lossy)");
  CHECK(rule->equivalent(json::Value("2026-05-01T08:00:00Z"), "", json::Value("2026-05-01T10:00:00.500+0200")));
}

TEST_CASE("a day starts at its first moment, also where midnight is skipped, and a day that was left out is refused [C2]") {
  RuleMaker make;
  make.zone = "Africa/Cairo";  // 2025-04-25: 00:00 does not exist
  CHECK(outcome(make(time_column("at", "UserLocal"), duedate())->to_column(json::Value("2025-04-25"))) ==
        R"("2025-04-24T22:00:00Z")");
  CHECK(outcome(make(time_column("at", "UserLocal"), duedate())->to_jira(json::Value("2025-04-24T22:00:00Z"), "")) ==
        R"("2025-04-25")");
  make.zone = "Pacific/Apia";  // went from 29 to 31 December 2011
  CHECK(outcome(make(time_column("at", "UserLocal"), duedate())->to_column(json::Value("2011-12-30"))) == "not-convertible");
  CHECK(outcome(make(time_column("at", "UserLocal"), duedate())->to_column(json::Value("2011-12-31"))) ==
        R"("2011-12-30T10:00:00Z")");
}
