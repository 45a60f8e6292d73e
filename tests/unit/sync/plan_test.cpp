#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>

#include "unit/sync/records.hpp"

using namespace tandem;
using namespace tandem::sync;
using namespace tandem::test;

namespace {

std::string const kTitle = R"([{"column":"title","field":"summary"}])";
std::string const kTitleAndTags = R"([{"column":"title","field":"summary"},{"column":"new_tags","field":"labels"}])";

link::Base agreed(mapping::CompiledItem const& item, dataverse::Record const& at, jira::Issue const& shown) {
  auto base = base_of(item, at);
  take_issue(base, item, shown);
  return base;
}

std::vector<Reason> reasons(Plan const& plan) {
  std::vector<Reason> out;
  for (auto const& field : plan.left) out.push_back(field.report.reason);
  return out;
}

}  // namespace

TEST_CASE("a new record becomes an issue with mapped fields and the item's defaults [E4]") {
  auto const item = case_item(kTitle);
  auto const plan = plan_create(*item, record(R"({"title":"Printer on fire","ticketnumber":"CAS-1"})"));
  CHECK(plan.action == Action::create_issue);
  CHECK(plan.fields.find("summary")->text() == "Printer on fire");
  CHECK(json::to_text(*plan.fields.find("labels")) == R"(["dynamics"])");
  CHECK(plan.number == "CAS-1");
  // The dry run tells the defaults too: every field of the issue to be made.
  REQUIRE(plan.changes.size() == 2);
  CHECK(plan.changes.back().field == "labels");
  CHECK(plan.changes.back().after == "dynamics");
}

TEST_CASE("where no summary is mapped the record's primary name is the summary, on one line [E4]") {
  auto const item = case_item("[]");
  auto const plan = plan_create(*item, record(R"({"title":"Two\nlines","ticketnumber":"CAS-1"})"));
  CHECK(plan.fields.find("summary")->text() == "Two lines");
}

TEST_CASE("a list in both defaults and mapping holds the entries of both, once [E4]") {
  auto const item = case_item(kTitleAndTags);
  auto const plan = plan_create(*item, record(R"({"title":"t","new_tags":"red, dynamics"})"));
  CHECK(json::to_text(*plan.fields.find("labels")) == R"(["dynamics","red"])");
}

TEST_CASE("a value that cannot be converted costs that value and not the record [C4]") {
  auto const item = case_item(R"([{"column":"title","field":"summary"},{"column":"prioritycode","field":"priority"}])");
  auto const plan = plan_create(*item, record(R"({"title":"t","prioritycode":99})"));
  CHECK(plan.fields.find("summary") != nullptr);
  CHECK(plan.fields.find("priority") == nullptr);
  REQUIRE(plan.left.size() == 1);
  CHECK(plan.values_lost() == 1);
}

TEST_CASE("only what changed since the base is written [E5]") {
  auto const item = case_item(R"([{"column":"title","field":"summary"},{"column":"description","field":"description"}])");
  auto const before = record(R"({"title":"old","description":"same"})");
  auto const shown = issue(R"({"summary":"old","description":null})");
  auto const base = agreed(*item, before, shown);
  auto const now = record(R"({"title":"new","description":"same"})", "W/\"2\"");
  CHECK(needs_issue(*item, now, base));
  auto const plan = plan_update(*item, base, now, shown);
  CHECK(plan.action == Action::edit_issue);
  REQUIRE(plan.changes.size() == 1);
  CHECK(plan.changes[0].field == "summary");
  CHECK(plan.changes[0].before == "old");
  CHECK(plan.changes[0].after == "new");
  CHECK(plan.fields.size() == 1);
}

TEST_CASE("a record that moved in columns that are not mapped needs no look at its issue [E6]") {
  auto const item = case_item(kTitle);
  auto const base = agreed(*item, record(R"({"title":"old"})"), issue(R"({"summary":"old"})"));
  CHECK_FALSE(needs_issue(*item, record(R"({"title":"old","statuscode":2})", "W/\"9\""), base));
}

TEST_CASE("a Jira-only edit is left alone in one-way mode and overwritten when Dynamics next changes that field [E5]") {
  auto const item = case_item(R"([{"column":"title","field":"summary"},{"column":"description","field":"description"}])");
  auto const base =
      agreed(*item, record(R"({"title":"old","description":"a"})"), issue(R"({"summary":"old","description":null})"));
  auto const edited = issue(R"({"summary":"edited in jira","description":null})");
  auto const other = plan_update(*item, base, record(R"({"title":"old","description":"b"})"), edited);
  CHECK(other.fields.find("summary") == nullptr);
  CHECK(reasons(other) == std::vector{Reason::direction});
  auto const again = plan_update(*item, base, record(R"({"title":"new","description":"a"})"), edited);
  REQUIRE(again.fields.find("summary") != nullptr);
  CHECK(again.fields.find("summary")->text() == "new");
}

TEST_CASE("a write is left out when the issue already shows the value, and the base moves [C7]") {
  auto const item = case_item(kTitle);
  auto const base = agreed(*item, record(R"({"title":"old"})"), issue(R"({"summary":"old"})"));
  auto const now = record(R"({"title":"new"})");
  auto const plan = plan_update(*item, base, now, issue(R"({"summary":"new"})"));
  CHECK(plan.action == Action::nothing);
  CHECK(reasons(plan) == std::vector{Reason::no_change});
  CHECK(plan.base_moved);
  CHECK_FALSE(needs_issue(*item, now, plan.base));
}

TEST_CASE("an explicit null clears, an absent column clears nothing [C6]") {
  auto const item = case_item(R"([{"column":"title","field":"summary"},{"column":"description","field":"description"}])");
  auto const shown = issue(
      R"({"summary":"t","description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}})");
  auto const base = agreed(*item, record(R"({"title":"t","description":"a"})"), shown);
  auto const cleared = plan_update(*item, base, record(R"({"title":"t","description":null})"), shown);
  REQUIRE(cleared.fields.find("description") != nullptr);
  CHECK(cleared.fields.find("description")->is_null());
  auto const absent = plan_update(*item, base, record(R"({"title":"t"})"), shown);
  CHECK(absent.action == Action::nothing);
  CHECK(reasons(absent) == std::vector{Reason::absent});
}

TEST_CASE("a required field is not cleared [C6]") {
  auto const item = case_item(kTitle);
  auto const shown = issue(R"({"summary":"t"})");
  auto const base = agreed(*item, record(R"({"title":"t"})"), shown);
  auto const plan = plan_update(*item, base, record(R"({"title":null})"), shown);
  CHECK(plan.action == Action::nothing);
  CHECK(reasons(plan) == std::vector{Reason::required_empty});
}

TEST_CASE("labels are added and removed one by one, and a person's own label stays [R3]") {
  auto const item = case_item(kTitleAndTags);
  auto const base = agreed(*item, record(R"({"title":"t","new_tags":"red, blue"})"),
                           issue(R"({"summary":"t","labels":["dynamics","red","blue"]})"));
  auto const plan = plan_update(*item, base, record(R"({"title":"t","new_tags":"blue, green"})"),
                                issue(R"({"summary":"t","labels":["dynamics","red","blue","mine"]})"));
  CHECK(plan.action == Action::edit_issue);
  CHECK(plan.fields.find("labels") == nullptr);
  REQUIRE(plan.update.find("labels") != nullptr);
  CHECK(json::to_text(*plan.update.find("labels")) == R"([{"add":"green"},{"remove":"red"}])");
}

TEST_CASE("a field without a base follows Dynamics, but an empty column empties nothing [D3]") {
  auto const item = case_item(R"([{"column":"title","field":"summary"},{"column":"description","field":"description"}])");
  link::Base base;
  base.fields["title|summary"] = {"t", "t"};
  auto const shown = issue(
      R"({"summary":"t","description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"kept"}]}]}})");
  auto const empty = plan_update(*item, base, record(R"({"title":"t","description":null})"), shown);
  CHECK(empty.action == Action::nothing);
  CHECK(empty.base.fields.contains("description|description"));
  auto const full = plan_update(*item, base, record(R"({"title":"t","description":"from dynamics"})"), shown);
  CHECK(full.fields.find("description") != nullptr);
}

TEST_CASE("a mapping for creation only writes nothing later [C1]") {
  auto const item = case_item(R"([{"column":"title","field":"summary","onCreateOnly":true}])");
  auto const at = record(R"({"title":"a"})");
  CHECK(plan_create(*item, at).fields.find("summary")->text() == "a");
  auto const base = agreed(*item, at, issue(R"({"summary":"a"})"));
  auto const plan = plan_update(*item, base, record(R"({"title":"b"})"), issue(R"({"summary":"a"})"));
  CHECK(plan.action == Action::nothing);
}

TEST_CASE("with fields off nothing is mapped, and a new issue still has a summary [B5]") {
  auto const item = case_item(kTitle, "");
  auto off = std::make_shared<mapping::CompiledItem>();
  off->item = item->item;
  off->item.fields = false;
  off->schema = item->schema;
  auto const plan = plan_create(*off, record(R"({"title":"t"})"));
  CHECK(plan.fields.find("summary")->text() == "t");
  CHECK_FALSE(needs_issue(*off, record(R"({"title":"other"})"), {}));
}

TEST_CASE("planning again after a clean write does nothing [R4]") {
  auto const item = case_item(kTitleAndTags);
  auto const now = record(R"({"title":"new","new_tags":"a b, c"})");
  auto const created = plan_create(*item, now);
  jira::Issue shown{"1", "SUP-1", created.fields, {}};
  auto const base = agreed(*item, now, shown);
  CHECK_FALSE(needs_issue(*item, now, base));
  CHECK(plan_update(*item, base, now, shown).action == Action::nothing);
}
