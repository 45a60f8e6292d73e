#include <catch2/catch.hpp>

#include <tandem/mapping/value/zone.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

jira::Field number() { return field("customfield_7", "number", "", "", "float"); }
jira::Field datetime() { return field("customfield_8", "datetime", "", "", "datetime"); }

}  // namespace

TEST_CASE("a number keeps its decimal digits on the way to Jira [C2]") {
  auto const [type, raw, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"Money", "20000.0000", "20000"},
      {"Decimal", "0.1", "0.1"},
      {"Decimal", "12345678901234567890.123456789", "12345678901234567890.123456789 lossy"},
      {"Double", "1e-3", "0.001"},
      {"Integer", "-7", "-7"},
      {"BigInt", "9223372036854775807", "9223372036854775807 lossy"},
      {"Money", "null", "null"},
  }));
  CAPTURE(type, raw);
  CHECK(outcome(RuleMaker{}(column("amount", type), number())->to_jira(value_of(raw), "formatted 1.234,56")) == expected);
}

TEST_CASE("5 and 5.00 are one number [C7]") {
  auto const rule = RuleMaker{}(column("amount", "Money"), number());
  CHECK(rule->equivalent(value_of("5.0000"), "", value_of("5")));
  CHECK(rule->equivalent(value_of("5"), "", value_of("5.0")));
  CHECK_FALSE(rule->equivalent(value_of("5"), "", value_of("5.1")));
  CHECK_FALSE(rule->equivalent(json::Value(), "", value_of("0")));
}

TEST_CASE("a number for a column obeys precision and range [C2]") {
  auto amount = column("amount", "Money");
  amount.precision = 2;
  amount.min_value = "-100.00";
  amount.max_value = "100.00";
  auto const rule = RuleMaker{}(amount, number());
  CHECK(outcome(rule->to_column(value_of("5.5"))) == "5.5");
  CHECK(outcome(rule->to_column(value_of("5.005"))) == "5.01 lossy");
  CHECK(outcome(rule->to_column(value_of("100.004"))) == "100 lossy");
  CHECK(outcome(rule->to_column(value_of("100.01"))) == "out-of-range");
  CHECK(outcome(rule->to_column(value_of("-101"))) == "out-of-range");
  CHECK(outcome(rule->to_column(json::Value())) == "null");
  // A column that cannot hold the third digit does not bounce (C7).
  CHECK(rule->equivalent(value_of("5.01"), "", value_of("5.005")));
  CHECK(outcome(RuleMaker{}(column("count", "Integer"), number())->to_column(value_of("2.6"))) == "3 lossy");
}

TEST_CASE("a date never shifts: a point in time falls on the day that the item's zone says [C2]") {
  auto const [zone, raw, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"Europe/Berlin", "2024-06-11T22:00:00Z", "2024-06-12"},   // midnight of a summer's day
      {"Europe/Berlin", "2024-06-11T21:59:59Z", "2024-06-11"},
      {"Europe/Berlin", "2024-12-11T23:00:00Z", "2024-12-12"},   // and of a winter's day
      {"Europe/Berlin", "2024-03-31T00:59:00Z", "2024-03-31"},   // the night of the change
      {"Europe/Berlin", "2024-10-26T22:00:00Z", "2024-10-27"},
      {"America/Los_Angeles", "2024-06-12T06:59:59Z", "2024-06-11"},
      {"America/Los_Angeles", "2024-06-12T07:00:00Z", "2024-06-12"},
      {"Pacific/Kiritimati", "2024-06-11T10:00:00Z", "2024-06-12"},
      {"Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-29"},    // the zone that left a day out
      {"Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-31"},
      {"UTC", "2024-06-12T00:00:00Z", "2024-06-12"},
  }));
  CAPTURE(zone, raw);
  RuleMaker make;
  make.zone = zone;
  auto const rule = make(time_column("followupby", "UserLocal", "DateOnly"), duedate());
  CHECK(rule->to_jira(json::Value(raw), "12.06.2024").value == json::Value(expected));
  auto const back = rule->to_column(json::Value(expected));
  REQUIRE(back.value);
  CHECK(outcome(rule->to_jira(*back.value, "")) == "\"" + expected + "\"");
  CHECK(rule->equivalent(json::Value(raw), "", json::Value(expected)));
}

TEST_CASE("a calendar day and a wall clock need no zone to become a date [C2]") {
  RuleMaker make;
  make.zone = "";
  CHECK(outcome(make(time_column("d", "DateOnly"), duedate())->to_jira(json::Value("2024-04-10"), "")) == R"("2024-04-10")");
  CHECK(outcome(make(time_column("d", "TimeZoneIndependent"), duedate())->to_jira(json::Value("2024-04-10T23:30:00Z"), "")) ==
        R"("2024-04-10" lossy)");
  CHECK(outcome(make(time_column("d", "UserLocal"), duedate())->to_jira(json::Value("2024-04-10T23:30:00Z"), "")) ==
        "not-convertible");
  CHECK(outcome(make(time_column("d", "TimeZoneIndependent"), duedate())->to_column(json::Value("2024-04-10"))) ==
        R"("2024-04-10T00:00:00Z")");
}

TEST_CASE("midnights that a zone skips or repeats stay on their day [C2]") {
  // Summer time began at midnight there: 00:00 did not exist on that day.
  RuleMaker make;
  make.zone = "America/Sao_Paulo";
  auto const rule = make(time_column("d", "UserLocal"), duedate());
  auto const back = rule->to_column(json::Value("2018-11-04"));
  REQUIRE(back.value);
  CHECK(back.value->text() == "2018-11-04T03:00:00Z");
  CHECK(outcome(rule->to_jira(*back.value, "")) == R"("2018-11-04")");
}

TEST_CASE("times are compared as instants, whatever offset Jira prints [C2][C7]") {
  auto const rule = RuleMaker{}(time_column("resolveby", "UserLocal"), datetime());
  CHECK(outcome(rule->to_jira(json::Value("2024-06-12T14:13:25Z"), "")) == R"("2024-06-12T14:13:25.000+0000")");
  CHECK(rule->equivalent(json::Value("2024-06-12T14:13:25Z"), "", json::Value("2024-06-12T07:13:25.000-0700")));
  CHECK(rule->equivalent(json::Value("2024-06-12T14:13:25Z"), "",
                         json::Value("2024-06-12T14:13:25.250+0000")));  // Dataverse has no milliseconds
  CHECK_FALSE(rule->equivalent(json::Value("2024-06-12T14:13:25Z"), "", json::Value("2024-06-12T14:13:25.000-0700")));
  CHECK(outcome(rule->to_column(json::Value("2024-06-12T07:13:25.250-0700"))) == R"("2024-06-12T14:13:25Z" lossy)");
}

TEST_CASE("a wall clock and a day become instants by the item's zone [C2]") {
  CHECK(outcome(
            RuleMaker{}(time_column("d", "TimeZoneIndependent"), datetime())->to_jira(json::Value("2024-06-12T14:00:00Z"), "")) ==
        R"("2024-06-12T12:00:00.000+0000")");
  CHECK(outcome(RuleMaker{}(time_column("d", "DateOnly"), datetime())->to_jira(json::Value("2024-06-12"), "")) ==
        R"("2024-06-11T22:00:00.000+0000")");
  auto const day = RuleMaker{}(time_column("d", "DateOnly"), datetime());
  CHECK(outcome(day->to_column(json::Value("2024-06-11T23:00:00.000+0000"))) == R"("2024-06-12" lossy)");
  CHECK(day->equivalent(json::Value("2024-06-12"), "", json::Value("2024-06-12T15:00:00.000+0200")));
}

TEST_CASE("what is no time costs that value [C4]") {
  auto const rule = RuleMaker{}(time_column("d", "UserLocal"), datetime());
  CHECK(outcome(rule->to_jira(json::Value("tomorrow"), "")) == "not-convertible");
  CHECK(outcome(rule->to_column(json::Value("1700-01-01T00:00:00.000+0000"))) == "out-of-range");
  CHECK(outcome(rule->to_jira(json::Value(), "")) == "null");
}

TEST_CASE("a time zone is found by its exact name, and no other file or folder of the tz database is one [C2]") {
  for (auto const& name : mapping::value::Zone::names()) {
    CAPTURE(name);
    CHECK(mapping::value::Zone::find(name).has_value());
  }
  for (std::string const name :
       {"", "Europe", "Europe/", "europe/berlin", "zone.tab", "leapseconds", "Europe//Berlin", "Europe/./Berlin",
        "posix/Europe/Berlin", "right/Europe/Berlin", "../zoneinfo/Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"}) {
    CAPTURE(name);
    CHECK_FALSE(mapping::value::Zone::find(name).has_value());
  }
  auto const kiev = mapping::value::Zone::find("Europe/Kiev");  // a link
  REQUIRE(kiev.has_value());
  CHECK(kiev->start_of(Date{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}}) == *parse_instant("2026-06-30T21:00:00Z"));
}
