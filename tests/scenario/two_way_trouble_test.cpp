// Two ways in trouble: edits in the moment of a write, refusals, rules that undo, a lagging index, deleted and restored pairs (SPEC R, E7, E12).
#include <catch2/catch.hpp>

#include <utility>

#include "scenario/pairs.hpp"

using namespace tandem;
using namespace tandem::test;
using sandbox::Fault;

TEST_CASE("a record that somebody edits in the moment of our write is planned anew, and neither edit is lost [R2][R3]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  // The first PATCH is held long enough for a person's edit of another column to come first.
  int edits = 0;
  pairs.story.before_request("PATCH /api/data/v9.2/incidents", [&] {
    if (edits++ == 0) pairs.in_dynamics(R"({"prioritycode":1})");
  });
  pairs.story.run_well();
  pairs.story.before_request("", {});
  CHECK(edits == 2);
  CHECK(pairs.title() == "From Jira");
  CHECK(pairs.column("prioritycode").integer() == 1);
  CHECK(pairs.field("priority")["name"].text() == "High");
  pairs.stays();
}

TEST_CASE("a record that is edited each time we write is busy, and tried again later [R2]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  int edits = 0;
  pairs.story.before_request("PATCH /api/data/v9.2/incidents",
                             [&] { pairs.in_dynamics(fmt::format(R"({{"description":"edit {}"}})", ++edits)); });
  auto const ran = pairs.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.failures.size() == 1);
  CHECK(ran.told.failures.front().reason == Reason::busy);
  pairs.story.before_request("", {});
  pairs.pass(7h);
  pairs.story.run_well();
  CHECK(pairs.title() == "From Jira");
  CHECK(edits == 3);
}

TEST_CASE("an edit in Jira between our look and our write is put back, and then travels as the later one [R3]") {
  Pairs pairs;
  pairs.in_dynamics(R"({"title":"From Dynamics"})");
  int edits = 0;
  pairs.story.before_request("PUT /rest/api/3/issue", [&] {
    if (edits++ == 0) pairs.in_jira(R"({"summary":"Meanwhile in Jira"})");
  });
  static_cast<void>(pairs.story.run());
  pairs.story.before_request("", {});
  pairs.pass(10min);
  static_cast<void>(pairs.story.run());
  CHECK(pairs.summary() == "Meanwhile in Jira");
  CHECK(pairs.title() == "Meanwhile in Jira");
  bool put_back = false;
  for (auto const& entry : pairs.history()) put_back = put_back || entry.action == "put-back";
  CHECK(put_back);
  pairs.stays();
}

TEST_CASE("a rich text edited in Jira between our look and our write is held with what was replaced [R3]") {
  Pairs pairs;
  pairs.in_dynamics(R"({"description":"From Dynamics"})");
  auto const text = [](std::string const& words) {
    return R"({"description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":")" +
           words + R"("}]}]}})";
  };
  int edits = 0;
  pairs.story.before_request("PUT /rest/api/3/issue", [&] {
    if (edits++ == 0) pairs.in_jira(text("Meanwhile in Jira"));
  });
  auto const ran = pairs.story.run();
  pairs.story.before_request("", {});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "overwrote-concurrent-edit");
  CHECK(pairs.held().front().kept == "Meanwhile in Jira");
  // It waits for a person, whatever either side does.
  pairs.in_jira(text("Again in Jira"));
  pairs.pass(10min);
  pairs.story.run_well();
  CHECK(pairs.column("description").text() == "From Dynamics");
  sync::RunOptions options;
  options.only_issue = pairs.key();
  options.take["description"] = sync::Side::jira;
  pairs.story.run_well(options);
  CHECK(pairs.column("description").text() == "Again in Jira");
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("an edit in Jira before a new issue is read back is found, also where only its second line differs [E5]") {
  Pairs pairs;
  pairs.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
                   fmt::format(R"x({{"title":"Brand new","casetypecode":2,"customerid_account@odata.bind":"/accounts({})",
                                   "description":"The first line\n\nFrom Dynamics"}})x",
                               pairs.column("_customerid_value").text()));
  auto const the_issue = [&] {
    for (auto const& one : pairs.story.issues()) {
      if (one["fields"]["summary"].text() == "Brand new") return one;
    }
    return json::Value();
  };
  bool edited = false;
  pairs.story.before_request("POST /rest/api/3/issue/bulkfetch", [&] {
    if (!the_issue().is_object() || std::exchange(edited, true)) return;
    auto const body = replaced(json::to_text(the_issue()["fields"]["description"]), "From Dynamics", "Behind it in Jira");
    pairs.story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(the_issue()["key"].text()),
                     R"({"fields":{"description":)" + body + "}}");
  });
  pairs.story.run_well();
  pairs.story.before_request("", {});
  REQUIRE(edited);
  pairs.pass(10min);
  pairs.story.run_well();
  std::string found;
  for (auto const& one : pairs.story.cases()) {
    if (one.row["title"].text() == "Brand new") found = std::string(one.row["description"].text());
  }
  CHECK(found == "The first line\n\nBehind it in Jira");
  auto const shown = pairs.last("updated-record").fields.at(0);
  CHECK(shown.before == "… From Dynamics");
  CHECK(shown.after == "… Behind it in Jira");
  pairs.stays();
}

TEST_CASE("an update that kept HTML, and whose answer was lost, is known again by what was sent [R2][C8]") {
  Pairs pairs;
  // Neither side's text converts to the other's: Jira has no form for a heading in a quote, HTML none for a panel.
  std::string const html = R"(<div><blockquote><h2>Title</h2></blockquote><p style="color:red">broken</p></div>)";
  pairs.in_dynamics(json::to_text(json::Object{{"description", html}}));
  pairs.story.run_well();
  pairs.pass(10min);
  auto document = json::to_text(pairs.field("description"));
  document = replaced(document, "broken", "repaired");
  document.insert(document.size() - 2,
                  R"(,{"type":"panel","attrs":{"panelType":"info"},"content":[{"type":"paragraph","content":[)"
                  R"({"type":"text","text":"Note"}]}]})");
  pairs.in_jira(R"({"description":)" + document + "}");
  Fault lost;
  lost.when = Fault::When::after;
  lost.what = Fault::Do::drop;
  lost.match.method = "PATCH";
  lost.match.path = "/api/data/v9.2/incidents";
  lost.nth = 1;
  pairs.story.world().set_faults({lost});
  static_cast<void>(pairs.story.run());
  pairs.pass(10min);
  static_cast<void>(pairs.story.run());
  CHECK(pairs.column("description").text() ==
        replaced(html, R"(<p style="color:red">broken</p>)", "<p>repaired</p><blockquote><p>Note</p></blockquote>"));
  CHECK(pairs.last("updated-record").fields.size() == 1);
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a rule that keeps undoing our write is noticed, and the field is held [R6]") {
  Pairs pairs(two_way("dynamics"));
  for (int i = 0; i < 12; ++i) {
    pairs.pass(2min);
    pairs.in_dynamics(R"({"title":"ours"})");
    pairs.in_jira(R"({"summary":"the rule's"})");
    static_cast<void>(pairs.story.run());
  }
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "flipping");
  pairs.story.forget_requests();
  pairs.pass(2min);
  pairs.in_jira(R"({"summary":"once more"})");
  static_cast<void>(pairs.story.run());
  CHECK(pairs.story.writes().empty());
}

TEST_CASE("the search lags, and the edit in Jira still arrives with the next cycles [E2][E6]") {
  Pairs pairs;
  pairs.story.configure("jira.searchLag", "6m");
  pairs.in_jira(R"({"summary":"Edited in Jira"})");
  pairs.pass(1min);
  pairs.story.run_well();
  CHECK(pairs.title() != "Edited in Jira");
  pairs.pass(5min);
  pairs.story.run_well();
  pairs.pass(5min);
  pairs.story.run_well();
  CHECK(pairs.title() == "Edited in Jira");
  pairs.stays();
}

TEST_CASE("the sweep finds what neither feed nor search told, and the links of what was deleted [E7][D12]") {
  Pairs pairs;
  pairs.story.configure("jira.searchLag", "30d");
  pairs.in_jira(R"({"summary":"Edited in Jira"})");
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() != "Edited in Jira");
  pairs.story.run_well({.sweep = true});
  CHECK(pairs.title() == "Edited in Jira");
  auto const other = pairs.story.cases().at(3).id;
  pairs.story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + other + ")");
  auto const run = pairs.story.run_well({.sweep = true});
  CHECK(run.items.at(0).broken == 1);
  CHECK(pairs.last("broke-link").reason == "record-missing");
  // By itself once a day.
  pairs.in_jira(R"({"summary":"Edited again"})");
  pairs.pass(25h);
  pairs.story.run_well();
  CHECK(pairs.title() == "Edited again");
}

TEST_CASE("a sweep that finds more than a fifth of the links gone breaks none [E12]") {
  Pairs pairs;
  for (std::size_t i = 0; i < 3; ++i) {
    pairs.story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + pairs.story.cases().at(1).id + ")");
  }
  auto const ran = pairs.story.run({.sweep = true});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
  CHECK(ran.record->items.at(0).broken == 0);
  CHECK(ran.record->items.at(0).error.find(code_of(Reason::mass_gone)) != std::string::npos);
  auto const allowed = pairs.story.run_well({.allow_mass_change = true, .sweep = true});
  CHECK(allowed.items.at(0).broken == 3);
}

TEST_CASE("too many edits in Jira stop the item before the first write [E12]") {
  auto const text = replaced(two_way(), R"("maxUpdates": 5000)", R"("maxUpdates": 2)");
  Story story({.item_text = text});
  story.run_well();
  story.world().advance(20min);
  for (auto const& issue : story.issues()) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
               R"({"fields":{"summary":"Mass edit"}})");
  }
  story.forget_requests();
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
  CHECK(story.writes().empty());
  auto const allowed = story.run_well({.allow_mass_change = true});
  CHECK(allowed.items.at(0).records == 12);
}

TEST_CASE("a value that Dynamics refuses costs only itself [C4][E8]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"Fine","priority":{"name":"Low"}})");
  Fault fault;
  fault.match = *sandbox::RequestPattern::parse("PATCH /api/data/v9.2/incidents");
  fault.what = Fault::Do::status;
  fault.status = 400;
  fault.nth = 1;
  auto second = fault;
  second.nth = 2;
  pairs.story.world().set_faults({fault, second});
  auto const ran = pairs.story.run();
  pairs.story.world().set_faults({});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.failures.size() == 1);
  CHECK(ran.told.failures.front().reason == Reason::rejected);
  CHECK(pairs.title() != "Fine");
  CHECK(pairs.column("prioritycode").integer() == 3);
  pairs.pass(7h);
  pairs.story.run_well();
  CHECK(pairs.title() == "Fine");
  pairs.stays();
}

TEST_CASE("a record that the role may not write fails alone, with what is to be granted [E8]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  Fault fault;
  fault.match = *sandbox::RequestPattern::parse("PATCH /api/data/v9.2/incidents");
  fault.what = Fault::Do::status;
  fault.status = 403;
  pairs.story.world().set_faults({fault});
  auto const ran = pairs.story.run();
  pairs.story.world().set_faults({});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.failures.size() == 1);
  CHECK(ran.told.failures.front().reason == Reason::no_privilege);
  pairs.story.run_well({.retry_parked = true});
  pairs.pass(7h);
  pairs.story.run_well();
  CHECK(pairs.title() == "From Jira");
}

TEST_CASE("a record that is older than it was stops its item until a person has looked [R9]") {
  Pairs pairs;
  pairs.change_base([](link::Base& base) { base.etag = R"(W/"999999999")"; });
  auto const ran = pairs.story.run({.sweep = true});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
  CHECK(ran.record->items.at(0).error.find(code_of(Reason::went_back)) != std::string::npos);
  pairs.story.run_well({.allow_mass_change = true, .sweep = true});
  pairs.stays();
}

TEST_CASE("where nothing is known of what both sides agreed on, a field can be held instead of following one side [D3][D11]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"Another"})");
  pairs.change_base([](link::Base& base) { base.fields.clear(); });
  sync::RunOptions options;
  options.only_issue = pairs.key();
  options.first_contact = sync::FirstContact::hold;
  auto const ran = pairs.story.run(options);
  REQUIRE(ran.record.has_value());
  REQUIRE(ran.told.holds.size() == 1);
  CHECK(ran.told.holds.front().reason == Reason::unknown_base);
  options.take["title"] = sync::Side::dynamics;
  pairs.story.run_well(options);
  CHECK(pairs.summary() == pairs.title());
  CHECK(pairs.held().empty());
  pairs.stays();
}
