// Metadata that change while an item is at work: noticed by a cycle, named by the mapping, and used without a new `items apply` (SPEC B4, C2, E6).
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "scenario/pairs.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr char const* kTickets = R"({"name":"tickets","mode":"two-way","jira":{"project":"SUP","issueType":"Task"},
  "dynamics":{"module":"custom","entity":"new_ticket","filter":"new_name ne 'Nothing filled'"},"autoCreate":true,
  "mappings":[{"column":"new_name","field":"summary"},{"column":"new_area","field":"Region"}]})";

void change(Story& story, std::string const& which, std::string const& what) { story.configure(which, *json::parse(what)); }

json::Value ticket(Story& story) {
  auto const state = story.world().dataverse().state();
  for (auto const& row : state["rows"]["new_ticket"].items()) {
    if (row["new_name"].text() != "Nothing filled") return row;
  }
  return {};
}

std::string path(Story& story) { return "/api/data/v9.2/new_tickets(" + std::string(ticket(story)["new_ticketid"].text()) + ")"; }

// Both sides get the same new option, as two administrators would add it.
void add_east(Story& story) {
  change(story, "dataverse.change", R"({"table":"new_ticket","column":"new_area","option":{"value":4,"label":"East"}})");
  change(story, "jira.change", R"({"field":"customfield_10055","option":{"id":"10199","value":"East"}})");
}

std::uint64_t without_tokens(Story& story) {
  std::uint64_t count = 0;
  for (auto const& entry : story.world().log().entries()) count += entry.service == ServiceName::entra ? 0U : 1U;
  return count;
}

}  // namespace

TEST_CASE("an option that was added on both sides is used by the cycle that meets it, in either direction [C2]") {
  Story story({.item_text = kTickets});
  story.run_well();
  story.world().advance(20min);
  add_east(story);
  SECTION("from Dynamics") { story.edit("alice", ServiceName::dataverse, "PATCH", path(story), R"({"new_area":4})"); }
  SECTION("from Jira") {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(story.issues().front()["key"].text()),
               R"({"fields":{"customfield_10055":{"value":"East"}}})");
  }
  story.run_well();
  CHECK(story.issues().front()["fields"]["customfield_10055"]["value"].text() == "East");
  CHECK(ticket(story)["new_area"].integer() == 4);
  story.world().advance(20min);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

TEST_CASE("a mapped column that was removed stops its item by the mapping's name, and it goes on when the column is back [E8]") {
  auto const text = two_way("", kLabels);
  auto more = std::string(kTickets);
  Story story({.item_text = text, .more_items = {more}});
  story.run_well();
  story.world().advance(20min);
  change(story, "dataverse.change", R"({"table":"incident","dropColumn":"productserialnumber"})");
  auto const record = story.cases().front().id;
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")", R"({"title":"Meanwhile"})");
  story.edit("alice", ServiceName::dataverse, "PATCH", path(story), R"({"new_name":"Others go on"})");
  for (int i = 0; i < 2; ++i) {
    auto const ran = story.run();
    REQUIRE(ran.record.has_value());
    CHECK(ran.record->exit == 3);
    REQUIRE(ran.record->items.size() == 2);
    CHECK(ran.record->items[0].error.find("metadata-changed") != std::string::npos);
    CHECK(ran.record->items[0].error.find("productserialnumber -> labels") != std::string::npos);
    CHECK(ran.record->items[0].error.find("tandem items validate") != std::string::npos);
    CHECK(ran.record->items[1].error.empty());
    story.world().advance(5min);
  }
  auto const shows = [&](std::string const& summary) {
    auto const issues = story.issues();
    return std::any_of(issues.begin(), issues.end(), [&](auto const& one) { return one["fields"]["summary"].text() == summary; });
  };
  CHECK(shows("Others go on"));
  CHECK_FALSE(shows("Meanwhile"));
  change(story, "dataverse.change", "null");
  story.run_well();
  CHECK(shows("Meanwhile"));
}

TEST_CASE("metadata are read again once a day, and a cycle at rest asks for none [E6]") {
  Pairs pairs;
  pairs.stays();
  pairs.pass(25h);
  pairs.story.run_well();  // the sweep, and the metadata
  pairs.pass(15min);
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(without_tokens(pairs.story) == 2);
  // A removed mapping field shows by the next day although nobody edited anything.
  change(pairs.story, "jira.change", R"({"screenField":"duedate","project":"SUP"})");
  pairs.pass(25h);
  auto const ran = pairs.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 3);
  CHECK(ran.record->items.at(0).error.find("followupby -> duedate") != std::string::npos);
  change(pairs.story, "jira.change", "null");
  pairs.story.run_well();
  pairs.stays();
}

TEST_CASE("a value that no metadata explains is told, and the metadata are not read again for it each cycle [C4][E6]") {
  Pairs pairs;
  change(pairs.story, "dataverse.change", R"({"table":"incident","column":"prioritycode","option":{"value":9,"label":"Odd"}})");
  pairs.in_dynamics(R"({"prioritycode":9})");
  auto const first = pairs.story.run();
  REQUIRE(first.record.has_value());
  CHECK(first.record->items.at(0).values_left > 0);
  for (int i = 0; i < 3; ++i) {
    pairs.pass(15min);
    pairs.story.forget_requests();
    static_cast<void>(pairs.story.run());
    CHECK(pairs.story.writes().empty());
    if (i > 0) CHECK(without_tokens(pairs.story) == 2);
  }
}
