// Cascading options, components, versions, lookups by name, and sets that both sides changed (SPEC C2).
#include <catch2/catch.hpp>

#include <tandem/mapping/value/set_merge.hpp>

#include "rule_test_tools.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace mapping::value;

namespace {

jira::Field product() {
  auto out = named(field("customfield_61", "option-with-child", "", "", "cascadingselect"), "Product");
  out.allowed = {{"160", "Printer", {{"161", "Laser"}, {"162", "Ink"}, {"169", "Other"}}},
                 {"163", "Scanner", {{"164", "Other"}}}};
  return out;
}
jira::Field components() {
  auto out = named(field("components", "array", "component", "components"), "Components");
  out.allowed = {{"200", "Hardware"}, {"201", "Software"}};
  return out;
}
jira::Field version() {
  auto out = named(field("customfield_84", "version", "", "", "version"), "Found in");
  out.allowed = {{"300", "1.0"}, {"301", "2.0"}};
  return out;
}
dataverse::Attribute customer() {
  auto out = column("customerid", "Customer");
  out.targets = {"account", "contact"};
  out.navigation = {{"account", "customerid_account"}, {"contact", "customerid_contact"}};
  return out;
}

std::unique_ptr<mapping::FieldRule> looking_up(std::shared_ptr<Directory> directory, jira::Field const& to) {
  mapping::Mapping mapping;
  mapping.column = "customerid";
  mapping.field = to.id;
  return std::move(make_rule(mapping, customer(), to, "", {std::nullopt, std::move(directory)}).value());
}

Value words(std::vector<std::string> list) {
  if (list.empty()) return Empty{};
  return Words{std::move(list)};
}

}  // namespace

TEST_CASE("a cascading option is found by both names, by its ids, or by the second name where it is the only one [C2]") {
  RuleMaker make;
  auto const rule = make(column("new_product", "String"), product());
  CHECK(outcome(rule->to_jira(json::Value("Printer / Laser"), "")) == R"({"id":"160","child":{"id":"161"}})");
  CHECK(outcome(rule->to_jira(json::Value("160/162"), "")) == R"({"id":"160","child":{"id":"162"}})");
  CHECK(outcome(rule->to_jira(json::Value("ínk"), "")) == R"({"id":"160","child":{"id":"162"}})");
  CHECK(outcome(rule->to_jira(json::Value("Scanner"), "")) == R"({"id":"163"})");
  CHECK(outcome(rule->to_jira(json::Value("Other"), "")) == "unmatched-value");  // two have it
  CHECK(outcome(rule->to_jira(json::Value("Scanner / Laser"), "")) == "unmatched-value");
  auto const held = value_of(R"({"value":"Printer","id":"160","child":{"value":"Laser","id":"161"}})");
  CHECK(outcome(rule->to_column(held)) == R"("Printer / Laser")");
  CHECK(rule->equivalent(json::Value("laser"), "", held));
  CHECK_FALSE(rule->equivalent(json::Value("Ink"), "", held));
  CHECK_FALSE(rule->equivalent(json::Value("Printer"), "", held));
  auto const pick = choice_column("new_kind", {option(1, "Laser"), option(2, "Scanner")});
  CHECK(outcome(make(pick, product())->to_column(held)) == "1");
  CHECK(outcome(make(pick, product())->to_jira(value_of("1"), "Laser")) == R"({"id":"160","child":{"id":"161"}})");
  make.values = {{"2", "Printer / Ink"}};
  CHECK(outcome(make(pick, product())->to_jira(value_of("2"), "Scanner")) == R"({"id":"160","child":{"id":"162"}})");
  CHECK(outcome(make(pick, product())->to_column(value_of(R"({"id":"160","child":{"id":"162"}})"))) == "2");
}

TEST_CASE("the second list of a cascading field survives the metadata cache [B4]") {
  auto const back = jira::Field::from_json(product().to_json()).value();
  REQUIRE(back.allowed.size() == 2);
  CHECK(back.allowed[0].children.at(1).name == "Ink");
  CHECK(back.allowed[1].children.at(0).id == "164");
}

TEST_CASE("components and versions must exist in Jira [C2]") {
  RuleMaker const make;
  auto const list = make(column("new_parts", "String"), components());
  CHECK(outcome(list->to_jira(json::Value("software; Hardware"), "")) == R"([{"id":"201"},{"id":"200"}])");
  CHECK(outcome(list->to_jira(json::Value("Hardware, Plumbing"), "")) == "unmatched-value");
  CHECK(outcome(list->to_column(value_of(R"([{"id":"200","name":"Hardware"},{"id":"201","name":"Software"}])"))) ==
        R"("Hardware; Software")");
  CHECK(outcome(list->to_jira(json::Value(), "")) == "[]");
  auto const choices = choice_column("new_channels", {option(1, "Hardware"), option(2, "Software")}, "MultiSelectPicklist");
  CHECK(outcome(make(choices, components())->to_jira(json::Value("1,2"), "")) == R"([{"id":"200"},{"id":"201"}])");
  CHECK(outcome(make(choices, components())->to_column(value_of(R"([{"id":"201"}])"))) == R"("2")");
  auto const one = make(column("new_version", "String"), version());
  CHECK(outcome(one->to_jira(json::Value("2.0"), "")) == R"({"id":"301"})");
  CHECK(outcome(one->to_jira(json::Value("3.0"), "")) == "unmatched-value");
  CHECK(outcome(one->to_column(value_of(R"({"id":"300","name":"1.0","released":true})"))) == R"("1.0")");
}

TEST_CASE("with createMissing a rule asks for the names that metadata lack, and takes what was found or made [C2]") {
  auto const directory = std::make_shared<Directory>();
  auto const rule_for = [&](dataverse::Attribute const& from, jira::Field const& to,
                            std::map<std::string, std::string> values = {}) {
    mapping::Mapping mapping;
    mapping.column = from.logical_name;
    mapping.field = to.id;
    mapping.create_missing = true;
    mapping.values = std::move(values);
    auto rule = make_rule(mapping, from, to, "", {std::nullopt, directory});
    REQUIRE(rule);
    return std::move(*rule);
  };
  auto const asked = [](mapping::FieldRule const& rule, json::Value const& raw, std::string_view label) {
    Needs needs;
    rule.ask_for_jira(raw, label, needs);
    std::string out;
    for (auto const& [kind, name] : needs.parts) out += (kind == jira::PartKind::component ? "c:" : "v:") + name + " ";
    return out;
  };
  auto const list = rule_for(column("new_parts", "String"), components());
  json::Value const text("Hardware, Printer; Dock");
  CHECK(asked(*list, text, "") == "c:Dock c:Printer ");
  CHECK(outcome(list->to_jira(text, "")) == "unmatched-value");
  directory->parts[{jira::PartKind::component, "Printer"}] = {"210", "printer", false, false, ""};
  directory->parts[{jira::PartKind::component, "Dock"}] = {"211", "Dock", true, false, ""};
  CHECK(asked(*list, text, "").empty());
  CHECK(outcome(list->to_jira(text, "")) == R"([{"id":"200"},{"id":"210"},{"id":"211"}] value-made)");
  CHECK(list->show_field(value_of(R"([{"id":"200"},{"id":"210"}])")) == "Hardware; printer");
  CHECK(list->equivalent(
      text, "", value_of(R"([{"id":"211","name":"Dock"},{"id":"210","name":"printer"},{"id":"200","name":"Hardware"}])")));
  directory->parts[{jira::PartKind::component, "Dock"}] = {"", "", false, false, "no right"};
  CHECK(outcome(list->to_jira(text, "")) == "value-not-made");
  CHECK(asked(*list, text, "").empty());
  directory->parts[{jira::PartKind::component, "A"}] = {"name:A", "A", false, true, ""};
  directory->parts[{jira::PartKind::component, "B"}] = {"name:B", "B", false, true, ""};
  CHECK(outcome(list->to_jira(json::Value("A, B"), "")) == R"([{"name":"A"},{"name":"B"}] value-made value-made)");

  // The name of a row and the label of a choice are one name, comma or not; the map goes before.
  CHECK(asked(*rule_for(customer(), components()), json::Value("c0ffee00-0000-4000-8000-000000000001"), "Litware, Inc.") ==
        "c:Litware, Inc. ");
  auto const mapped =
      rule_for(choice_column("new_area", {option(1, "North"), option(2, "South")}, "Picklist"), version(), {{"1", "9.0"}});
  CHECK(asked(*mapped, json::Value(std::int64_t{1}), "North") == "v:9.0 ");
  CHECK(asked(*mapped, json::Value(std::int64_t{2}), "South") == "v:South ");
  CHECK(asked(*mapped, json::Value(), "").empty());
  directory->parts[{jira::PartKind::version, "9.0"}] = {"310", "9.0", true, false, ""};
  CHECK(outcome(mapped->to_jira(json::Value(std::int64_t{1}), "North")) == R"({"id":"310"} value-made)");
  // In later runs metadata lack it still: the map finds it by its name.
  directory->parts.clear();
  CHECK(outcome(mapped->to_column(value_of(R"({"id":"310","name":"9.0"})"))) == "1");
}

TEST_CASE("a lookup is shown by its row's name, and written back where the name leads to one row [C2]") {
  auto const directory = std::make_shared<Directory>();
  auto const rule = looking_up(directory, named(field("customfield_5", "string", "", "", "textfield"), "Customer"));
  CHECK(outcome(rule->to_jira(json::Value("c0ffee00-0000-4000-8000-000000000001"), "Fabrikam, Inc.")) == R"("Fabrikam, Inc.")");
  CHECK(outcome(rule->to_column(json::Value("Fabrikam, Inc."))) == "not-looked-up");
  Needs needs;
  rule->ask_for_column(json::Value("Fabrikam, Inc."), needs);
  CHECK(needs.rows ==
        std::set<std::pair<std::string, std::string>>{{"account", "Fabrikam, Inc."}, {"contact", "Fabrikam, Inc."}});
  directory->rows[{"account", "Fabrikam, Inc."}] = {"accounts", {"a-1"}};
  directory->rows[{"contact", "Fabrikam, Inc."}] = {"contacts", {}};
  auto const found = rule->to_column(json::Value("Fabrikam, Inc."));
  REQUIRE(found.value);
  CHECK(rule->column_body(*found.value) == json::Object{{"customerid_account@odata.bind", "/accounts(a-1)"}});
  CHECK(rule->equivalent(json::Value("c0ffee00-0000-4000-8000-000000000001"), "Fabrikam, Inc.", json::Value("Fabrikam, Inc.")));
  directory->rows[{"contact", "Fabrikam, Inc."}].ids = {"c-1"};
  CHECK(outcome(rule->to_column(json::Value("Fabrikam, Inc."))) == "ambiguous");
  directory->rows[{"account", "Nobody"}] = {"accounts", {}};
  directory->rows[{"contact", "Nobody"}] = {"contacts", {}};
  CHECK(outcome(rule->to_column(json::Value("Nobody"))) == "unmatched-value");
  directory->rows_refused["contact"] = "rows of contact cannot be read: no privilege";
  CHECK(outcome(rule->to_column(json::Value("Nobody"))) == "not-looked-up");
  CHECK(outcome(rule->to_column(json::Value())) == "null");
  CHECK(outcome(rule->to_jira(json::Value("c0ffee00-0000-4000-8000-000000000001"), "")) ==
        "not-convertible");  // clears nothing (C6)
}

TEST_CASE("a lookup's name may be one of a select's options [C2]") {
  RuleMaker make;
  auto const select = choice_field("customfield_1", "option", {{"1", "Fabrikam, Inc."}, {"2", "Litware"}});
  CHECK(outcome(make(customer(), select)->to_jira(json::Value("c0ffee00-0000-4000-8000-000000000001"), "fabrikam, inc.")) ==
        R"({"id":"1"})");
  make.values = {{"Contoso Ltd.", "Litware"}};
  CHECK(outcome(make(customer(), select)->to_jira(json::Value("c0ffee00-0000-4000-8000-000000000001"), "Contoso Ltd.")) ==
        R"({"id":"2"})");
}

TEST_CASE("labels that both sides changed are merged: each side's additions and removals count [C2][E6]") {
  struct Row {
    std::vector<std::string> before, now, theirs, merged;
  };
  for (auto const& row :
       {Row{{"a"}, {"a", "b"}, {"a", "c"}, {"a", "c", "b"}}, Row{{"a", "b"}, {"b"}, {"a", "b", "c"}, {"b", "c"}},
        Row{{"a"}, {}, {"a"}, {}}, Row{{}, {"x"}, {"x"}, {"x"}}, Row{{"a"}, {"a"}, {}, {}}, Row{{"a", "b"}, {"a"}, {"b"}, {}},
        Row{{}, {}, {}, {}}}) {
    auto const merged = merged_set(words(row.before), words(row.now), words(row.theirs));
    REQUIRE(merged);
    CHECK(same(*merged, words(row.merged)));
  }
  CHECK_FALSE(merged_set(Text{"a"}, Text{"b"}, Text{"c"}));
  CHECK_FALSE(merged_set(words({"a"}), Choices{{{"1", "a"}}}, words({"a"})));
}

TEST_CASE("a merged set comes in the write shape of both sides [C2][E6]") {
  RuleMaker const make;
  auto const rule = make(column("new_tags", "Memo"), labels());
  auto const merged = rule->merge(json::Value("a, b"), json::Value("b, c d"), value_of(R"(["a","b","x"])"));
  REQUIRE(merged);
  CHECK(outcome(merged->field) == R"(["b","x","c-d"])");
  CHECK(outcome(merged->column) == R"("b, x, c-d")");
  auto const channels = choice_column("ch", {option(1, "Mail"), option(2, "Phone"), option(3, "Web")}, "MultiSelectPicklist");
  auto const boxes = choice_field("customfield_2", "options", {{"21", "Mail"}, {"22", "Phone"}, {"23", "Web"}}, "multiselect");
  auto const both = make(channels, boxes)->merge(json::Value("1"), json::Value("1,2"), value_of(R"([{"id":"23"}])"));
  REQUIRE(both);
  CHECK(outcome(both->field) == R"([{"id":"23"},{"id":"22"}])");
  CHECK(outcome(both->column) == R"("2,3")");
  CHECK_FALSE(
      make(column("t", "String"), field("customfield_7", "string"))->merge(json::Value("a"), json::Value("b"), json::Value("c")));
}
