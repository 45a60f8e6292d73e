// What the base holds of a pair that was linked by hand (SPEC D3, G1), by what the plan then does with it.
#include <catch2/catch.hpp>

#include <tandem/sync/first_contact.hpp>

#include "unit/sync/records.hpp"

using namespace tandem;
using namespace tandem::sync;
using namespace tandem::test;

namespace {

using mapping::parse_item;

std::string two_way_text(std::string const& mappings) {
  return R"({"name":"cases","mode":"two-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"customer-service","entity":"incident"},"mappings":)" +
         mappings + "}";
}

constexpr char const* kMappings = R"([{"column":"title","field":"summary"},{"column":"description","field":"description"}])";

std::string changes_of(mapping::CompiledItem const& item, dataverse::Record const& row, jira::Issue const& one, Initial initial) {
  auto const plan = plan_update(item, first_contact(item, row, one, initial), row, one);
  std::string out;
  for (auto const& change : plan.changes)
    out += (change.side == Side::jira ? change.field : change.column) + "=" + change.after + " ";
  return out;
}

}  // namespace

TEST_CASE("both ways, an empty value replaces nothing whichever side is taken, and is filled from the other [D3]") {
  auto const [initial, expected] = GENERATE(table<Initial, std::string>({
      {Initial::dynamics, "summary=A description=x "},
      {Initial::jira, "title=B description=x "},
      {Initial::none, ""},
  }));
  auto two_way = parse_item(two_way_text(kMappings));
  auto const item = *mapping::compile(*two_way.item, case_schema());
  auto const row = record(R"({"title":"A","description":"x","statecode":0,"statuscode":1})");
  auto const one = issue(R"({"summary":"B","description":null,"status":{"id":"3"}})");
  CHECK(changes_of(*item, row, one, initial) == expected);
  auto const emptied = record(R"({"title":"A","description":null,"statecode":0,"statuscode":1})");
  auto const full = issue(R"({"summary":"A","description":"kept","status":{"id":"3"}})");
  CHECK(changes_of(*item, emptied, full, initial) == (initial == Initial::none ? "" : "description=kept "));
}

TEST_CASE("first contact does what was chosen, and never empties a value [D3]") {
  auto const [initial, title, summary, description, text, expected] =
      GENERATE(table<Initial, std::string, std::string, std::string, std::string, std::string>({
          {Initial::dynamics, R"("A")", R"("B")", "null", "null", "summary=A "},
          {Initial::dynamics, R"("A")", R"("A")", "null", R"("kept")", ""},
          {Initial::none, R"("A")", R"("B")", R"("x")", "null", ""},
          {Initial::jira, R"("A")", R"("B")", "null", "null", ""},  // one way: Jira's value cannot go anywhere
          {Initial::dynamics, R"("A")", R"("B")", R"("x")", "null", "summary=A description=x "},
      }));
  CAPTURE(title, summary, description, text);
  auto const item = case_item(kMappings);
  auto const row = record(R"({"title":)" + title + R"(,"description":)" + description + R"(,"statecode":0,"statuscode":1})");
  auto const one = issue(R"({"summary":)" + summary + R"(,"description":)" + text + R"(,"status":{"id":"3"}})");
  auto const base = first_contact(*item, row, one, initial);
  CHECK(base.status.jira_status == "3");
  CHECK(base.status.dynamics_status.integer() == 1);
  CHECK(changes_of(*item, row, one, initial) == expected);
}
