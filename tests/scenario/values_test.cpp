// A field of every type, from a table with a column of every type (SPEC C2, C4, C6, C7), as both sides show it.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

constexpr char const* kAliceAccount = "5b10ac8d82e05b22cc7d4ef5";

std::string item_text(std::string const& users, std::string const& more = "") {
  return R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"timeZone":"Europe/Berlin","users":)" +
         users + R"(,"mappings":[
    {"column":"new_name","field":"summary"},
    {"column":"new_richtext","field":"description"},
    {"column":"new_text","field":"Customer notes"},
    {"column":"new_url","field":"Record link"},
    {"column":"new_customerid","field":"Case number"},
    {"column":"new_big","field":"Estimated cost"},
    {"column":"new_reportedat","field":"Follow-up at"},
    {"column":"new_visit","field":"Contract end"},
    {"column":"new_duedate","field":"duedate"},
    {"column":"new_area","field":"Region"},
    {"column":"new_area","field":"priority","values":{"1":"High","2":"Medium","3":"Low"}},
    {"column":"new_area","field":"Product","values":{"North":"Printer / Laser","South":"Ink","West":"Scanner"}},
    {"column":"new_area","field":"components","values":{"1":"Hardware","2":"Software","3":"Software"}},
    {"column":"new_area","field":"fixVersions","values":{"1":"1.0","2":"2.0","3":"2.0"}},
    {"column":"new_channels","field":"Channels","values":{"1":"Email","2":"Phone","3":"Web"}},
    {"column":"new_urgent","field":"Escalated"},
    {"column":"new_text","field":"Topics"},
    {"column":"ownerid","field":"assignee"})" +
         more + "]}";
}

constexpr char const* kByEmail = R"({"byEmail":true})";

json::Value ticket_row(Story& story, std::string_view name) {
  auto const state = story.world().dataverse().state();
  for (auto const& row : state["rows"]["new_ticket"].items()) {
    if (row["new_name"].text().starts_with(name)) return row;
  }
  return {};
}

json::Value fields_of(Story& story, std::string const& record) {
  for (auto const& issue : story.issues()) {
    if (issue["properties"]["tandem.link"]["links"]["tickets"]["record"].text() == record) return issue["fields"];
  }
  return {};
}

std::string owned_by(std::string const& user) {
  return json::to_text(json::Object{{"ownerid@odata.bind", "/systemusers(" + user + ")"}});
}

std::string ticket(std::string const& id) { return "/api/data/v9.2/new_tickets(" + id + ")"; }

void idle(Story& story, int cycles) {
  for (int i = 0; i < cycles; ++i) {
    story.world().advance(20min);
    story.forget_requests();
    story.run_well();
    CAPTURE(i);
    CHECK(story.writes().empty());
  }
}

// Alice's address is the same on both sides from here on.
void give_alice_her_address(Story& story) {
  auto const state = story.world().dataverse().state();
  for (auto const& row : state["rows"]["systemuser"].items()) {
    if (row["fullname"].text() != "Alice Ciccu") continue;
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/systemusers(" + row["systemuserid"].scalar_text() + ")",
               R"({"internalemailaddress":"Alice@Example.com"})");
    return;
  }
  FAIL("the world has no Alice");
}

std::string user_id(Story& story, std::string_view name) {
  auto const state = story.world().dataverse().state();
  for (auto const& row : state["rows"]["systemuser"].items()) {
    if (row["fullname"].text() == name) return row["systemuserid"].scalar_text();
  }
  return {};
}

}  // namespace

TEST_CASE("a field of every type shows its column, follows its edits, and five idle cycles write nothing [C2][C6][C7][R4]") {
  Story story({.item_text = item_text(kByEmail)});
  give_alice_her_address(story);
  auto const row = ticket_row(story, "Everything");
  auto const id = row["new_ticketid"].scalar_text();
  auto const alice = user_id(story, "Alice Ciccu");
  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id), owned_by(alice));
  story.run_well();
  auto fields = fields_of(story, id);
  REQUIRE(fields.is_object());
  CHECK(fields["summary"].text() == "Everything filled");
  CHECK(json::to_text(fields["description"]).find("Rich") != std::string::npos);
  CHECK(json::to_text(fields["customfield_10051"]).find("Line two") != std::string::npos);
  CHECK(fields["customfield_10058"].text() == "https://example.com/a?b=c");
  CHECK(fields["customfield_10050"].text() == "Fabrikam, Inc.");
  CHECK(fields["customfield_10052"].scalar_text() == "9007199254740993");
  CHECK(fields["customfield_10054"].text() == "2026-03-01");
  CHECK(fields["duedate"].text() == "2026-03-01");
  CHECK(fields["customfield_10053"].text() != "");
  CHECK(json::to_text(fields["customfield_10055"]).find("10121") != std::string::npos);
  CHECK(fields["priority"]["name"].text() == "Medium");
  CHECK(json::to_text(fields["customfield_10061"]).find("10162") != std::string::npos);
  CHECK(json::to_text(fields["components"]).find("10201") != std::string::npos);
  CHECK(json::to_text(fields["fixVersions"]).find("10301") != std::string::npos);
  CHECK(fields["customfield_10056"].items().size() == 2);
  CHECK(fields["customfield_10057"].items().size() == 1);
  CHECK(json::to_text(fields["customfield_10059"]) == R"(["Line-one","Line-two"])");
  CHECK(json::to_text(fields["assignee"]).find(kAliceAccount) != std::string::npos);
  idle(story, 5);

  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id),
             R"({"new_name":"Everything else","new_richtext":"<h2>New</h2><ul><li>one</li></ul>","new_text":"Only line",
                 "new_url":"https://example.com/z","new_big":-1,"new_reportedat":"2026-10-25T00:30:00Z",
                 "new_visit":"2026-12-31T23:59:00Z","new_duedate":"2026-02-28","new_area":1,"new_channels":"2","new_urgent":false})");
  auto const edited = story.run_well();
  CHECK(edited.items.at(0).updated == 1);
  fields = fields_of(story, id);
  CHECK(fields["summary"].text() == "Everything else");
  CHECK(fields["customfield_10052"].scalar_text() == "-1");
  CHECK(json::to_text(fields["customfield_10059"]) == R"(["Only-line"])");
  CHECK(fields["customfield_10054"].text() == "2026-12-31");
  CHECK(fields["duedate"].text() == "2026-02-28");
  CHECK(json::to_text(fields["customfield_10055"]).find("10120") != std::string::npos);
  CHECK(fields["priority"]["name"].text() == "High");
  CHECK(json::to_text(fields["customfield_10061"]).find("10161") != std::string::npos);
  CHECK(json::to_text(fields["components"]).find("10200") != std::string::npos);
  CHECK(json::to_text(fields["fixVersions"]).find("10300") != std::string::npos);
  CHECK(json::to_text(fields["customfield_10056"]).find("10130") != std::string::npos);
  CHECK(fields["customfield_10057"].items().empty());
  idle(story, 5);

  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id),
             R"({"new_richtext":null,"new_text":null,"new_url":null,"new_big":null,"new_reportedat":null,
                 "new_visit":null,"new_duedate":null,"new_area":null,"new_channels":null,"new_CustomerId@odata.bind":null})");
  story.run_well();
  fields = fields_of(story, id);
  for (auto const* name : {"description", "customfield_10051", "customfield_10058", "customfield_10050", "customfield_10052",
                           "customfield_10053", "customfield_10054", "duedate", "customfield_10055", "customfield_10061"}) {
    CAPTURE(name);
    CHECK(fields[name].is_null());
  }
  for (auto const* name : {"components", "fixVersions", "customfield_10056", "customfield_10059"}) {
    CAPTURE(name);
    CHECK(fields[name].items().empty());
  }
  CHECK(fields["summary"].text() == "Everything else");
  idle(story, 5);
}

TEST_CASE("a value that cannot be converted costs only itself, and its reason is told [C4]") {
  Story story({.item_text = item_text(kByEmail)});
  auto const id = ticket_row(story, "Everything")["new_ticketid"].scalar_text();
  auto const bob = user_id(story, "Bob Gage");
  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id), R"({"new_area":3,"new_url":"not an address"})");
  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id), owned_by(bob));
  auto const ran = story.run();
  REQUIRE(ran.record);
  CHECK(ran.record->exit == 0);
  CHECK(ran.record->items.at(0).created == 2);
  std::map<std::string, std::string> left;
  for (auto const& plan : ran.told.plans) {
    if (plan.record != id) continue;
    for (auto const& field : plan.left) left[field.field] = code_of(field.report.reason);
  }
  CHECK(left == std::map<std::string, std::string>{{"assignee", "unmatched-user"},
                                                   {"customfield_10055", "unmatched-value"},
                                                   {"customfield_10058", "not-convertible"}});
  auto const fields = fields_of(story, id);
  CHECK(fields["priority"]["name"].text() == "Low");
  CHECK(fields["assignee"].is_null());
  CHECK(fields["customfield_10058"].is_null());
  CHECK(fields["customfield_10052"].scalar_text() == "9007199254740993");
  idle(story, 5);
}

TEST_CASE("a value that Jira itself refuses costs only itself, at creation too, and is tried again [C4]") {
  Story story({.item_text = item_text(R"({"table":{"Alice Ciccu":"712020:nobody-has-this-id"}})")});
  auto const id = ticket_row(story, "Everything")["new_ticketid"].scalar_text();
  auto const alice = user_id(story, "Alice Ciccu");
  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id), owned_by(alice));
  auto const first = story.run();
  REQUIRE(first.record);
  CHECK(first.record->items.at(0).created == 2);
  CHECK(first.record->items.at(0).failed >= 1);
  CHECK(first.record->exit == 6);
  REQUIRE_FALSE(first.told.failures.empty());
  CHECK(first.told.failures.front().detail.find("assignee") != std::string::npos);
  CHECK(story.issues().size() == 2);
  CHECK(fields_of(story, id)["customfield_10052"].scalar_text() == "9007199254740993");
  CHECK(fields_of(story, id)["assignee"].is_null());

  story.apply(item_text(std::string(R"({"table":{"Alice Ciccu":")") + kAliceAccount + "\"}}"));
  story.world().advance(7h);
  story.run_well();
  CHECK(json::to_text(fields_of(story, id)["assignee"]).find(kAliceAccount) != std::string::npos);
  idle(story, 3);
}

TEST_CASE("an owner without a partner is left alone until the item's table names one [C2]") {
  Story story({.item_text = item_text(R"({"byEmail":true})")});
  auto const id = ticket_row(story, "Everything")["new_ticketid"].scalar_text();
  auto const alice = user_id(story, "Alice Ciccu");
  story.edit("alice", ServiceName::dataverse, "PATCH", ticket(id), owned_by(alice));
  story.run_well();
  CHECK(fields_of(story, id)["assignee"].is_null());
  story.apply(item_text(std::string(R"({"table":{"alice@contoso.example":")") + kAliceAccount + "\"}}"));
  story.world().advance(20min);
  story.run_well();
  CHECK(json::to_text(fields_of(story, id)["assignee"]).find(kAliceAccount) != std::string::npos);
  idle(story, 3);
}
