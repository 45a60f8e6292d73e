#include <catch2/catch.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

jira::Field select() { return choice_field("customfield_1", "option", {{"101", "Café"}, {"102", "Bar"}, {"103", "1"}}); }
jira::Field checkboxes() {
  return choice_field("customfield_2", "options", {{"201", "Mobile App"}, {"202", "Web"}, {"203", "Phone"}}, "multicheckboxes");
}
jira::Field one_checkbox() { return choice_field("customfield_3", "options", {{"301", "Escalated"}}, "multicheckboxes"); }
jira::Field yes_no() { return choice_field("customfield_4", "option", {{"401", "Yes"}, {"402", "No"}}); }
dataverse::Attribute flag(std::string no = "No", std::string yes = "Yes") {
  return choice_column("isescalated", {option(0, std::move(no)), option(1, std::move(yes))}, "Boolean");
}
dataverse::Attribute channels() {
  return choice_column("channels", {option(2, "Mobile App"), option(3, "web"), option(10, "Fax")}, "MultiSelectPicklist");
}

}  // namespace

TEST_CASE("a priority follows the value map, then the equal label, then the rank [C2]") {
  RuleMaker make;
  CHECK(outcome(make(prioritycode(), priority())->to_jira(value_of("1"), "High")) == R"({"id":"11"})");    // label
  CHECK(outcome(make(prioritycode(), priority())->to_jira(value_of("2"), "Normal")) == R"({"id":"12"})");  // rank
  make.values = {{"1", "Low"}, {"Normal", "13"}};
  CHECK(outcome(make(prioritycode(), priority())->to_jira(value_of("1"), "High")) ==
        R"({"id":"13"})");    // map by value, to a name
  CHECK(outcome(make(prioritycode(), priority())->to_jira(value_of("2"), "Normal")) ==
        R"({"id":"13"})");  // map by label, to an id
}

TEST_CASE("rank is used only where both lists are of one length and equal labels agree with it [C2]") {
  RuleMaker const make;
  // A task's priorities run the other way round: 0 = Low.
  auto const task = choice_column("prioritycode", {option(0, "Low"), option(1, "Normal"), option(2, "High")});
  CHECK(outcome(make(task, priority())->to_jira(value_of("1"), "")) == R"({"id":"12"})");
  CHECK(outcome(make(task, priority())->to_jira(value_of("0"), "")) == R"({"id":"13"})");
  auto const four = choice_column("p", {option(1, "A"), option(2, "B"), option(3, "C"), option(4, "D")});
  CHECK(outcome(make(four, priority())->to_jira(value_of("1"), "")) == "unmatched-value");
  auto const crossed = choice_column("p", {option(1, "Medium"), option(2, "High"), option(3, "Other")});
  CHECK(outcome(make(crossed, priority())->to_jira(value_of("3"), "")) == "unmatched-value");
  CHECK(outcome(make(crossed, priority())->to_jira(value_of("1"), "")) == R"({"id":"12"})");
  auto const other = choice_column("p", {option(1, "Dringend"), option(2, "Normal"), option(3, "Später")});
  CHECK(outcome(make(other, priority())->to_jira(value_of("3"), "")) == R"({"id":"13"})");
}

TEST_CASE("a choice is matched by label with case and accents folded, never by the other side's number [C2]") {
  RuleMaker const make;
  auto const from = choice_column("c", {option(1, "CAFE"), option(2, "bar"), option(101, "Tea")});
  CHECK(outcome(make(from, select())->to_jira(value_of("1"), "")) == R"({"id":"101"})");
  CHECK(outcome(make(from, select())->to_jira(value_of("2"), "")) == R"({"id":"102"})");
  CHECK(outcome(make(from, select())->to_jira(value_of("101"), "")) == "unmatched-value");
  CHECK(outcome(make(from, select())->to_jira(value_of("77"), "Bar")) == R"({"id":"102"})");  // an option newer than the metadata
  CHECK(outcome(make(column("s", "String"), select())->to_jira(json::Value("café"), "")) == R"({"id":"101"})");
  CHECK(outcome(make(column("s", "String"), select())->to_jira(json::Value("102"), "")) == R"({"id":"102"})");
  CHECK(outcome(make(column("s", "String"), select())->to_jira(json::Value("Tea"), "")) == "unmatched-value");
  CHECK(outcome(make(column("l", "Lookup"), select())->to_jira(json::Value("0f5e"), "Bar")) == R"({"id":"102"})");
}

TEST_CASE("two values that fold to one label match nothing [C2]") {
  auto const twins = choice_field("customfield_1", "option", {{"1", "cafe"}, {"2", "Café"}});
  auto const from = choice_column("c", {option(1, "CAFÉ"), option(2, "Café")});
  CHECK(outcome(RuleMaker{}(from, twins)->to_jira(value_of("1"), "")) == "unmatched-value");
  CHECK(outcome(RuleMaker{}(from, twins)->to_jira(value_of("2"), "")) == R"({"id":"2"})");
}

TEST_CASE("several choices travel both ways [C2]") {
  auto const rule = RuleMaker{}(channels(), checkboxes());
  CHECK(outcome(rule->to_jira(json::Value("2,3"), "Mobile App; web")) == R"([{"id":"201"},{"id":"202"}])");
  CHECK(outcome(rule->to_jira(json::Value("2,10"), "")) == "unmatched-value");
  CHECK(outcome(rule->to_jira(json::Value(), "")) == "[]");
  CHECK(outcome(rule->to_column(value_of(R"([{"id":"202"},{"id":"201","value":"Mobile App"}])"))) == R"("2,3")");
  CHECK(rule->equivalent(json::Value("3,2"), "",
                         value_of(R"([{"self":"x","id":"201","value":"Mobile App"},{"id":"202","value":"Web"}])")));
  CHECK_FALSE(rule->equivalent(json::Value("3"), "", value_of(R"([{"id":"201"},{"id":"202"}])")));
  CHECK(outcome(RuleMaker{}(column("s", "String"), checkboxes())->to_jira(json::Value("Web; phone"), "")) ==
        R"([{"id":"202"},{"id":"203"}])");
  CHECK(outcome(RuleMaker{}(channels(), select())->to_jira(json::Value("2,3"), "")) == "unmatched-value");
}

TEST_CASE("a boolean ticks a one-option checkbox [C2]") {
  auto const rule = RuleMaker{}(flag(), one_checkbox());
  CHECK(outcome(rule->to_jira(json::Value(true), "Yes")) == R"([{"id":"301"}])");
  CHECK(outcome(rule->to_jira(json::Value(false), "No")) == "[]");
  CHECK(outcome(rule->to_jira(json::Value(), "")) == "[]");
  CHECK(outcome(rule->to_column(value_of(R"([{"id":"301"}])"))) == "true");
  CHECK(outcome(rule->to_column(json::Value())) == "false");
  CHECK(rule->equivalent(json::Value(false), "", json::Value()));
  CHECK_FALSE(rule->equivalent(json::Value(true), "", json::Value()));
}

TEST_CASE("a boolean chooses by its labels, else by yes and no [C2]") {
  RuleMaker make;
  CHECK(outcome(make(flag(), yes_no())->to_jira(json::Value(true), "")) == R"({"id":"401"})");
  CHECK(outcome(make(flag("Nein", "Ja"), yes_no())->to_jira(json::Value(false), "Nein")) == R"({"id":"402"})");
  CHECK(outcome(make(flag("Café", "Bar"), select())->to_jira(json::Value(true), "")) == R"({"id":"102"})");
  CHECK(outcome(make(flag(), select())->to_jira(json::Value(false), "")) == "unmatched-value");
  make.values = {{"true", "Bar"}, {"No", "Café"}};
  CHECK(outcome(make(flag(), select())->to_jira(json::Value(true), "")) == R"({"id":"102"})");
  CHECK(outcome(make(flag(), select())->to_jira(json::Value(false), "")) == R"({"id":"101"})");
  CHECK(outcome(make(flag(), select())->to_column(value_of(R"({"id":"101"})"))) == "false");
}

TEST_CASE("many column values may become one field value without bouncing [C7]") {
  RuleMaker make;
  make.values = {{"1", "High"}, {"2", "High"}, {"3", "Low"}};
  auto const rule = make(prioritycode(), priority());
  auto const high = value_of(R"({"self":"x","id":"11","name":"High"})");
  CHECK(rule->equivalent(value_of("1"), "", high));
  CHECK(rule->equivalent(value_of("2"), "", high));
  CHECK_FALSE(rule->equivalent(value_of("3"), "", high));
  CHECK(outcome(rule->to_column(high)) == "1");
}

TEST_CASE("labels are words without blanks, once each, in any order [C2]") {
  RuleMaker make;
  auto const rule = make(column("keywords", "String"), labels());
  CHECK(outcome(rule->to_jira(json::Value("mobile app, VIP;vip, VIP\nnew"), "")) == R"(["mobile-app","VIP","vip","new"])");
  CHECK(outcome(rule->to_jira(json::Value(" , ;"), "")) == "[]");
  CHECK(rule->equivalent(json::Value("b, a"), "", value_of(R"(["a","b"])")));
  CHECK_FALSE(rule->equivalent(json::Value("b, a"), "", value_of(R"(["a","B"])")));
  CHECK(outcome(rule->to_column(value_of(R"(["a","b-c"])"))) == R"("a, b-c")");
  CHECK(outcome(make(channels(), labels())->to_jira(json::Value("2,3"), "")) == R"(["Mobile-App","web"])");
  CHECK(outcome(make(channels(), labels())->to_column(value_of(R"(["Mobile-App"])"))) == R"("2")");
  make.values = {{"2", "app"}};
  CHECK(outcome(make(channels(), labels())->to_jira(json::Value("2,3"), "")) == R"(["app","web"])");
  CHECK(outcome(make(channels(), labels())->to_column(value_of(R"(["app","web"])"))) == R"("2,3")");
}

TEST_CASE("values are shown in words [E9]") {
  RuleMaker const make;
  auto const rule = make(prioritycode(), priority());
  CHECK(rule->show_column(value_of("2"), "") == "Normal");
  CHECK(rule->show_field(value_of(R"({"id":"12"})")) == "Medium");
  CHECK(rule->show_field(value_of(R"({"name":"High","iconUrl":"x"})")) == "High");
  CHECK(rule->show_field(json::Value()).empty());
  CHECK(make(channels(), checkboxes())->show_field(value_of(R"([{"id":"201"},{"id":"203"}])")) == "Mobile App; Phone");
}

TEST_CASE("a converted value converts back to an equivalent one [C2][C7]") {
  RuleMaker const make;
  std::vector<std::pair<std::unique_ptr<mapping::FieldRule>, std::vector<std::string>>> cases;
  cases.emplace_back(make(prioritycode(), priority()), std::vector<std::string>{"1", "2", "3", "null"});
  cases.emplace_back(make(channels(), labels()), std::vector<std::string>{R"("2")", R"("2,3")", R"("2,3,10")", "null"});
  cases.emplace_back(make(flag(), one_checkbox()), std::vector<std::string>{"true", "false"});
  cases.emplace_back(make(flag(), yes_no()), std::vector<std::string>{"true", "false", "null"});
  cases.emplace_back(make(column("d", "Decimal"), field("n", "number")), std::vector<std::string>{"0", "-1.50", "1e10", "null"});
  cases.emplace_back(make(time_column("t", "UserLocal"), field("t", "datetime")),
                     std::vector<std::string>{R"("2024-10-27T00:30:00Z")", "null"});
  cases.emplace_back(make(time_column("t", "DateOnly"), field("t", "date")), std::vector<std::string>{R"("2024-02-29")", "null"});
  cases.emplace_back(make(column("m", "Memo"), description()),
                     std::vector<std::string>{R"("a\n\nb\nc")", R"("<p>x</p>")", "null"});
  for (auto const& [rule, raws] : cases) {
    for (auto const& raw : raws) {
      CAPTURE(rule->key(), raw);
      auto const there = rule->to_jira(value_of(raw), "");
      REQUIRE(there.value);
      CHECK(rule->equivalent(value_of(raw), "", *there.value));
      auto const back = rule->to_column(*there.value);
      REQUIRE(back.value);
      CHECK(rule->equivalent(*back.value, "", *there.value));
    }
  }
}
