// Undo of a run: what goes back, what is left and why, and what later cycles make of it (SPEC E5, R1, R7; decision 0030).
#include <catch2/catch.hpp>

#include "scenario/pairs.hpp"

#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/undo/undo.hpp>

using namespace tandem;
using namespace tandem::test;
namespace undo = sync::undo;

namespace {

struct Took {
  undo::Prepared prepared;
  undo::Undone done;
  std::string run;  // the undo's own
};

Took take_back(Story& story, undo::Question const& question, sync::RunOptions options = {}) {
  Took out;
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    sync::RunContext own(run.in, options, "undo-" + std::to_string(story.requests()));
    out.run = own.run_id;
    REQUIRE(undo::settle_first(own, items).has_value());
    auto prepared = undo::prepare_undo(own, items, question);
    if (!prepared) FAIL(prepared.error().to_line());
    auto done = undo::undo(own, items, *prepared, question);
    if (!done) FAIL(done.error().to_line());
    out.prepared = std::move(*prepared);
    out.done = std::move(*done);
  });
  return out;
}

// What is left, as "field: reason".
std::vector<std::string> reasons(std::vector<undo::Left> const& left) {
  std::vector<std::string> out;
  for (auto const& one : left) out.push_back(fmt::format("{}: {}", one.of.field, code_of(one.report.reason)));
  return out;
}

// The marks follow the record's new title; then nothing more is written, and each cycle asks the same few things (SPEC R4, E6).
void stays(Pairs& pair) {
  pair.pass(15min);
  pair.story.forget_requests();
  pair.story.run_well();
  CHECK(pair.field_writes().empty());
  std::size_t before = 0;
  for (int i = 0; i < 4; ++i) {
    pair.pass(15min);
    pair.story.forget_requests();
    pair.story.run_well();
    CHECK(pair.story.writes().empty());
    std::size_t requests = 0;
    for (auto const& entry : pair.story.world().log().entries()) requests += entry.service == ServiceName::entra ? 0 : 1;
    if (i > 1) CHECK(requests == before);
    before = requests;
  }
}

using Reasons = std::vector<std::string>;

std::string item_with_status(std::string const& mode) {
  return fmt::format(
      R"({{ "name": "support-cases", "mode": "{}", "jira": {{ "project": "SUP", "issueType": "Task" }},
    "dynamics": {{ "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }},
    "autoCreate": true, "status": {{ "enabled": true, "map": [{{ "dynamics": "On Hold", "jira": "Waiting" }}] }},
    "comments": {{ "enabled": true }}, "mappings": [{{ "column": "title", "field": "summary" }}] }})",
      mode);
}

}  // namespace

TEST_CASE("an undone run's value goes back and stays, until its source is edited again [E5][R4][R7]") {
  std::string const mode = GENERATE("one-way", "two-way");
  CAPTURE(mode);
  Pairs pair(mode == "two-way" ? two_way() : example_item());
  auto const before = pair.summary();
  pair.in_dynamics(R"({"title":"A mistake","prioritycode":3})");
  pair.story.run_well();
  REQUIRE(pair.summary() == "A mistake");
  pair.pass(5min);

  auto const took = take_back(pair.story, {.run = "last"});
  CHECK(took.prepared.steps().size() == 2);
  CHECK(took.done.done.size() == 2);
  CHECK(took.done.not_done.empty());
  CHECK(pair.summary() == before);
  CHECK(pair.title() == "A mistake");
  auto const entry = pair.last("edited-issue");
  CHECK(entry.run == took.run);
  CHECK(entry.reason == "undone");
  CHECK(entry.undoes == took.prepared.run);
  stays(pair);
  pair.story.run_well({.sweep = true});
  CHECK(pair.summary() == before);

  pair.in_dynamics(R"({"title":"Meant this way"})");
  pair.story.run_well();
  CHECK(pair.summary() == "Meant this way");
  CHECK(pair.story.store_faults(pair.story.issues().size()) == "");
}

TEST_CASE("what was written to Dynamics goes back, and an edit on either side is copied as ever [E5][R7]") {
  Pairs pair;
  auto const before = pair.title();
  pair.in_jira(R"({"summary":"Written over"})");
  pair.story.run_well();
  REQUIRE(pair.title() == "Written over");
  pair.pass(5min);
  take_back(pair.story, {.run = "last"});
  CHECK(pair.title() == before);
  CHECK(pair.summary() == "Written over");
  stays(pair);
  SECTION("an edit of the source") {
    pair.in_jira(R"({"summary":"Written anew"})");
    pair.story.run_well();
    CHECK(pair.title() == "Written anew");
  }
  SECTION("an edit of what went back") {
    pair.in_dynamics(R"({"title":"Edited after the undo"})");
    pair.story.run_well();
    CHECK(pair.summary() == "Edited after the undo");
  }
  pair.pass(20min);
  stays(pair);
}

TEST_CASE("an undo is a run of its own, can be undone, and asked for twice it writes nothing [R4][R7]") {
  Pairs pair;
  auto const before = pair.summary();
  pair.in_dynamics(R"({"title":"Changed"})");
  pair.story.run_well();
  auto const first = take_back(pair.story, {.run = "last"});
  pair.story.forget_requests();
  auto const again = take_back(pair.story, {.run = first.prepared.run});
  CHECK(again.prepared.already == 1);
  CHECK(again.prepared.steps().empty());
  CHECK(pair.story.writes().empty());
  CHECK(pair.summary() == before);

  auto const back = take_back(pair.story, {.run = first.run});
  CHECK(back.prepared.undoes == first.prepared.run);
  CHECK(pair.summary() == "Changed");
  pair.pass(20min);
  stays(pair);
}

TEST_CASE("nobody's edit is overwritten by an undo: not of the value, nor of its source, nor by a later run [R3]") {
  Pairs pair;
  pair.in_dynamics(R"({"title":"One"})");
  pair.story.run_well();
  auto const run = pair.last("edited-issue").run;
  pair.pass(5min);
  SECTION("the value was edited") {
    pair.in_jira(R"({"summary":"By Bob"})");
    auto const took = take_back(pair.story, {.run = run});
    CHECK(reasons(took.prepared.left) == Reasons{"summary: edited-since"});
    CHECK(took.prepared.left[0].now == "By Bob");
    CHECK(pair.summary() == "By Bob");
  }
  SECTION("its source was edited, which the next run copies") {
    pair.in_dynamics(R"({"title":"Two"})");
    auto const took = take_back(pair.story, {.run = run});
    CHECK(reasons(took.prepared.left) == Reasons{"summary: edited-since"});
    CHECK(took.prepared.left[0].report.detail.find("Dynamics") != std::string::npos);
    pair.story.run_well();
    CHECK(pair.summary() == "Two");
  }
  SECTION("a later run wrote it: that one first") {
    pair.in_dynamics(R"({"title":"Two"})");
    pair.story.run_well();
    auto const later = pair.last("edited-issue").run;
    auto const took = take_back(pair.story, {.run = run});
    REQUIRE(took.prepared.left.size() == 1);
    CHECK(took.prepared.left[0].report.detail.find(later) != std::string::npos);
    take_back(pair.story, {.run = later});
    CHECK(pair.summary() == "One");
    auto const second = take_back(pair.story, {.run = run});
    CHECK(second.done.done.size() == 1);
    CHECK(pair.summary() != "One");
  }
}

TEST_CASE("an edit that comes while an undo is under way is left alone [R2][R3]") {
  Pairs pair;
  SECTION("in Dynamics: the update is bound to the version that was read") {
    pair.in_jira(R"({"summary":"From Jira"})");
    pair.story.run_well();
    bool once = false;
    pair.story.before_request("PATCH /api/data/v9.2/incidents", [&] {
      if (!std::exchange(once, true)) pair.in_dynamics(R"({"title":"By Alice"})");
    });
    auto const took = take_back(pair.story, {.run = "last"});
    pair.story.before_request("", {});
    CHECK(took.done.done.empty());
    CHECK(reasons(took.done.not_done) == Reasons{"title: edited-since"});
    CHECK(pair.title() == "By Alice");
  }
  SECTION("in Jira: what was lost is put back") {
    pair.in_dynamics(R"({"title":"From Dynamics"})");
    pair.story.run_well();
    pair.pass(5min);
    bool once = false;
    pair.story.before_request("PUT /rest/api/3/issue", [&] {
      if (!std::exchange(once, true)) pair.in_jira(R"({"summary":"By Bob"})");
    });
    auto const took = take_back(pair.story, {.run = "last"});
    pair.story.before_request("", {});
    CHECK(took.done.done.empty());
    CHECK(pair.summary() == "By Bob");
    pair.pass(20min);
    pair.story.run_well();
    CHECK(pair.title() == "By Bob");
  }
}

TEST_CASE("what the run of an event wrote goes back as that of a cycle does [F1][R7]") {
  Pairs pair;
  auto const before = pair.title();
  pair.in_jira(R"({"summary":"By webhook"})");
  auto const issue = pair.issue();
  auto const reading = jira::webhook::read_payload(
      json::to_text(json::Object{{"webhookEvent", "jira:issue_updated"},
                                 {"timestamp", 1790000000000},
                                 {"issue", json::Object{{"id", issue["id"]}, {"key", issue["key"]}}}}));
  REQUIRE(reading.has_value());
  {
    auto opened = store::LmdbStore::open(pair.story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    REQUIRE((*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& hint : reading->hints) TANDEM_CHECK(sync::event::append(writer, sync::event::queued(hint)));
      return Unit{};
    }));
  }
  pair.story.run_well({.drain_events = true, .only_events = true});
  REQUIRE(pair.title() == "By webhook");
  auto const took = take_back(pair.story, {.run = "last"});
  CHECK(took.prepared.run.starts_with("event-"));
  CHECK(took.done.done.size() == 1);
  CHECK(pair.title() == before);
  stays(pair);
}

TEST_CASE("sets, texts, choices and dates go back whole [C2][R7]") {
  Pairs pair(two_way("", kLabels));
  pair.in_dynamics(R"({"productserialnumber":"red, blue","description":"First line\nSecond line","prioritycode":1})");
  pair.story.run_well();
  pair.pass(20min);
  auto const before = pair.issue()["fields"];
  pair.in_jira(R"({"labels":["blue","green"]})");
  pair.in_dynamics(R"({"description":"First line\nAnother","prioritycode":3,"followupby":"2026-12-24T09:00:00Z"})");
  auto const record_before = pair.column("productserialnumber");
  pair.story.run_well();
  REQUIRE_FALSE(pair.field("description") == before["description"]);
  REQUIRE_FALSE(pair.column("productserialnumber") == record_before);
  auto const took = take_back(pair.story, {.run = "last"});
  CHECK(took.done.not_done.empty());
  CHECK(took.prepared.left.empty());
  for (auto const* field : {"description", "priority", "duedate"}) CHECK(pair.field(field) == before[field]);
  CHECK(pair.column("productserialnumber") == record_before);
  pair.pass(20min);
  stays(pair);
}

TEST_CASE("a lookup goes back to a row of any table that its metadata name [C2][R7]") {
  Pairs pair(two_way("", R"({"column":"parentcaseid","field":"Case number"},)"));
  auto const cases = pair.story.cases();
  auto const point_to = [&](std::size_t at) {
    pair.in_jira(fmt::format(R"({{"customfield_10050":"{}"}})", cases.at(at).title));
    pair.story.run_well();
    pair.pass(20min);
    return pair.column("_parentcaseid_value");
  };
  auto const first = point_to(1);
  REQUIRE(first.text() == cases.at(1).id);
  REQUIRE(point_to(2).text() == cases.at(2).id);

  SECTION("as the table is called") {
    auto const took = take_back(pair.story, {.run = "last"});
    CHECK(took.prepared.left.empty());
    CHECK(took.done.not_done.empty());
    CHECK(took.done.done.size() == 1);
    CHECK(pair.column("_parentcaseid_value") == first);
    pair.pass(20min);
    stays(pair);
  }
  SECTION("where the role may not read metadata, it is told, and nothing is written") {
    pair.story.world().set_faults(*sandbox::faults_from_json(*json::parse(
        R"([{"service":"dataverse","when":"before","match":"GET /api/data/v9.2/EntityDefinitions*","do":"status","status":403}])")));
    auto const took = take_back(pair.story, {.run = "last"});
    CHECK(reasons(took.prepared.left) == Reasons{"parentcaseid: not-looked-up"});
    CHECK(took.done.done.empty());
    CHECK(pair.column("_parentcaseid_value").text() == cases.at(2).id);
  }
}

TEST_CASE("an undo is narrowed by item, link, side and field, and only that goes back [R7]") {
  Pairs pair;
  auto const before = pair.summary();
  pair.in_dynamics(R"({"title":"Both","prioritycode":3})");
  pair.story.run_well();
  auto const priority = pair.field("priority");
  CHECK(take_back(pair.story, {.run = "last", .side = sync::Side::dynamics}).prepared.steps().empty());
  CHECK(take_back(pair.story, {.run = "last", .link = sync::HistoryLink{"SUP-999", ""}}).prepared.steps().empty());
  auto const took = take_back(pair.story, {.run = "last", .field = "title", .link = sync::HistoryLink{pair.key(), ""}});
  CHECK(took.done.done.size() == 1);
  CHECK(pair.summary() == before);
  CHECK(pair.field("priority") == priority);
}

TEST_CASE("statuses go back over the workflow's ways, and a resolved case is opened again [G3][G4][R7]") {
  Pairs pair(item_with_status("two-way"));
  auto const status = [&] { return std::string(pair.field("status")["name"].text()); };
  auto const transit = [&](std::string const& id) {
    pair.story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + pair.key() + "/transitions",
                    R"({"transition":{"id":")" + id + R"("}})");
  };
  SECTION("an issue's") {
    transit("11");
    pair.story.run_well();
    pair.pass(20min);
    auto const before = status();
    pair.in_dynamics(R"({"statuscode":2})");
    pair.story.run_well();
    REQUIRE(status() == "Waiting");
    auto const took = take_back(pair.story, {.run = "last"});
    CHECK(took.done.done.size() == 1);
    CHECK(status() == before);
    CHECK(pair.column("statuscode").integer() == 2);
    pair.pass(20min);
    stays(pair);
    pair.in_dynamics(R"({"statuscode":1})");
    pair.story.run_well();
    pair.in_dynamics(R"({"statuscode":2})");
    pair.story.run_well();
    CHECK(status() == "Waiting");
  }
  SECTION("a record's, with a field that is written once it is open") {
    pair.in_jira(R"({"summary":"Last words"})");
    transit("31");
    auto const title = pair.title();
    pair.story.run_well();
    REQUIRE(pair.column("statecode").integer() == 1);
    REQUIRE(pair.title() == "Last words");
    auto const took = take_back(pair.story, {.run = "last"});
    CHECK(took.done.done.size() == 2);
    CHECK(pair.column("statecode").integer() == 0);
    CHECK(pair.title() == title);
    CHECK(status() == "Done");
    pair.pass(20min);
    stays(pair);
    // A record is closed once more by nobody but a person, or its issue.
    auto const back = take_back(pair.story, {.run = took.run});
    CHECK(reasons(back.prepared.left) == Reasons{"statuscode: would-close-again"});
    CHECK(pair.column("statecode").integer() == 0);
  }
}

TEST_CASE("a status without a way back is told before anything is written, and the rest goes back [G3]") {
  Pairs pair(item_with_status("two-way"));
  pair.in_dynamics(R"({"statuscode":2,"title":"With a title"})");
  auto const before = pair.summary();
  pair.story.run_well();
  auto const took = take_back(pair.story, {.run = "last"});
  CHECK(reasons(took.prepared.left) == Reasons{"status: no-transition"});
  CHECK(took.done.done.size() == 1);
  CHECK(took.done.not_done.empty());
  CHECK(pair.summary() == before);
  stays(pair);
}

TEST_CASE("what a system refuses of an undo is told, the rest goes back, and the next cycle is not troubled by it [C4][E8]") {
  Pairs pair(item_with_status("two-way"));
  pair.in_jira(R"({"summary":"From Jira"})");
  pair.story.run_well();
  sandbox::Fault refuse;
  refuse.what = sandbox::Fault::Do::status;
  refuse.match.method = "PATCH";
  refuse.match.path = "/api/data/v9.2/incidents";
  refuse.status = 400;
  refuse.body = R"({"error":{"code":"0x80040265","message":"A plug-in says no"}})";
  pair.story.world().set_faults({refuse});
  auto const took = take_back(pair.story, {.run = "last"});
  pair.story.world().set_faults({});
  CHECK(took.done.done.empty());
  CHECK(reasons(took.done.not_done) == Reasons{"title: rejected"});
  CHECK(pair.title() == "From Jira");
  pair.pass(24h);
  pair.story.run_well();
  CHECK(pair.story.store_faults(pair.story.issues().size()) == "");
}

TEST_CASE("what was made stays, and is told with its reason; a run that is not known is not found [R7]") {
  Pairs pair(item_with_status("one-way"));
  pair.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations",
                  fmt::format(R"_({{"subject":"A note","notetext":"Said","objectid_incident@odata.bind":"/incidents({})"}})_",
                              pair.record()));
  pair.story.run_well();
  auto const of_note = take_back(pair.story, {.run = "last"});
  REQUIRE(of_note.prepared.stays.size() == 1);
  CHECK(of_note.prepared.stays[0].action == "added-comment");
  CHECK(of_note.prepared.stays[0].report.reason == Reason::made_stays);
  // Of an edited copy the history keeps the first words: it is told with them, and not taken back.
  auto const note = [&] {
    auto const rows = pair.story.world().dataverse().state()["rows"]["annotation"];
    for (auto const& row : rows.items()) {
      if (row["subject"].text() == "A note") return std::string(row["annotationid"].text());
    }
    return std::string();
  }();
  pair.pass(20min);
  pair.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/annotations(" + note + ")",
                  R"({"notetext":"Said otherwise"})");
  pair.story.run_well();
  auto const of_edit = take_back(pair.story, {.run = "last"});
  REQUIRE(of_edit.prepared.stays.size() == 1);
  CHECK(of_edit.prepared.stays[0].action == "edited-comment");
  CHECK(of_edit.prepared.stays[0].report.reason == Reason::not_kept_whole);
  CHECK(of_edit.prepared.stays[0].report.detail.find("Said\"") != std::string::npos);
  auto const issues = pair.story.issues().size();
  auto const made = take_back(pair.story, {.run = pair.last("created-issue").run});
  auto const created = std::count_if(made.prepared.stays.begin(), made.prepared.stays.end(),
                                     [](undo::Stays const& one) { return one.action == "created-issue"; });
  CHECK(static_cast<std::size_t>(created) == issues);
  CHECK(made.prepared.steps().empty());
  CHECK(pair.story.issues().size() == issues);
  pair.story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const none = undo::prepare_undo(run, items, {.run = "0123456789ab"});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().kind == ErrorKind::not_found);
  });
}

TEST_CASE("links, records, mappings and values that are gone are told with their reason [D6][X4]") {
  Pairs pair;
  pair.in_dynamics(R"({"title":"Changed"})");
  pair.story.run_well();
  pair.pass(20min);
  SECTION("the mapping") {
    pair.story.apply(replaced(two_way(), R"({ "column": "title", "field": "summary" },)", ""));
    CHECK(reasons(take_back(pair.story, {.run = "last"}).prepared.left) == Reasons{"summary: mapping-gone"});
  }
  SECTION("the issue") {
    pair.story.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + pair.key());
    CHECK(reasons(take_back(pair.story, {.run = "last"}).prepared.left) == Reasons{"summary: issue-missing"});
  }
  SECTION("the value, written by a version that kept less") {
    auto opened = store::LmdbStore::open(pair.story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto entry = pair.last("edited-issue");
    entry.run = "an-older-run";
    entry.issue_id.clear();
    for (auto& field : entry.fields) field.kept = field.rule = "";
    REQUIRE((*opened)->write([&](store::Writer& writer) { return sync::append_history(writer, entry); }).has_value());
    opened->reset();
    CHECK(reasons(take_back(pair.story, {.run = "an-older-run"}).prepared.left) == Reasons{"summary: not-kept-whole"});
  }
}

TEST_CASE("an undo of more links than the item's brake allows is refused before anything is written [E12]") {
  auto const text = replaced(two_way(), R"("maxUpdates": 5000)", R"("maxUpdates": 1)");
  Pairs pair(text);
  auto const cases = pair.story.cases();
  for (auto const& one : cases)
    pair.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + one.id + ")",
                    R"({"title":"All the same"})");
  pair.story.run_well({.allow_mass_change = true});
  pair.story.forget_requests();
  pair.story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const prepared = undo::prepare_undo(run, items, {.run = "last"});
    REQUIRE(prepared.has_value());
    auto const refused = undo::undo(run, items, *prepared, {.run = "last"});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::refused);
  });
  CHECK(pair.story.writes().empty());
  auto const took = take_back(pair.story, {.run = "last"}, {.allow_mass_change = true});
  CHECK(took.done.not_done.empty());
  CHECK(took.done.done.size() == took.prepared.steps().size());
  CHECK(took.done.done.size() > 1);
}
