// The matrix of modes and options, cell by cell, by both triggers (SPEC B5, F4): what travels, and that nothing else does.
#include <catch2/catch.hpp>

#include <tandem/sync/event/outbox.hpp>

#include "scenario/pairs.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

enum class Trigger : std::uint8_t { cycle, event };

struct Switches {
  bool auto_create = true, fields = true, status = true, comments = true, attachments = true;
};

constexpr char const* kMappings = R"([{"column":"title","field":"summary"}])";

std::string item_text(std::string const& mode, Switches const& on) {
  auto const flag = [](bool value) { return value ? "true" : "false"; };
  bool const shows = mode == "display-only";
  return fmt::format(
      R"({{"name":"support-cases","mode":"{}","jira":{{"project":"SUP","issueType":"Task"}},)"
      R"("dynamics":{{"module":"customer-service","entity":"incident","filter":"casetypecode eq 2"}},)"
      R"("autoCreate":{},"fields":{},"status":{{"enabled":{}}},"comments":{{"enabled":{}}},"attachments":{{"enabled":{}}},"mappings":{}}})",
      mode, flag(on.auto_create), flag(on.fields), flag(on.status), flag(on.comments), flag(on.attachments),
      shows ? "[]" : kMappings);
}

// Everything that can happen on both sides of one pair happens; then one trigger.
class World {
 public:
  World(std::string const& mode, Switches const& on) : pairs(item_text("one-way", {true, true, false, false, false})) {
    key_ = pairs.key();
    auto& story = pairs.story;
    auto choice = on;
    if (mode == "display-only") choice = {false, false, false, false, false};
    story.apply(item_text(mode, choice));
    static_cast<void>(story.run());
    pairs.pass(20min);
    static_cast<void>(story.run());
    pairs.pass(20min);
  }

  void trigger(Trigger by) {
    pairs.pass(5min);
    if (by == Trigger::cycle) {
      static_cast<void>(pairs.story.run());
      pairs.pass(5min);
      static_cast<void>(pairs.story.run());
      return;
    }
    auto opened = store::LmdbStore::open(pairs.story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const kept = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      sync::event::QueuedHint hint;
      hint.issue = pairs.issue()["id"].text();
      hint.issue_key = key_;
      hint.kinds = {std::string(jira::webhook::name_of(jira::webhook::Kind::issue_updated))};
      hint.events = 1;
      return sync::event::append(writer, hint) ? Result<Unit>(Unit{}) : Result<Unit>(fail(ErrorKind::store, "not kept"));
    });
    REQUIRE(kept.has_value());
    opened->reset();
    static_cast<void>(pairs.story.run({.drain_events = true, .only_events = true}));
  }

  void comment_in_jira() {
    pairs.story.edit(
        "bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key_ + "/comment",
        R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Hi"}]}]}})");
  }
  void file_in_jira() {
    sandbox::Request const upload{
        "POST",
        "/rest/api/3/issue/" + key_ + "/attachments",
        {{"Content-Type", "multipart/form-data; boundary=b"}, {"X-Atlassian-Token", "no-check"}},
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n"};
    REQUIRE(pairs.story.world().edit("bob", ServiceName::jira, upload).status == 200);
  }
  // `columns`: those of the note besides its record.
  void note_in_dynamics(std::string const& columns) {
    pairs.story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations",
                     fmt::format(R"x({{"objectid_incident@odata.bind":"/incidents({})",{}}})x", pairs.record(), columns));
  }

  std::size_t notes() {
    auto const state = pairs.story.world().dataverse().state();
    std::size_t count = 0;
    for (auto const& note : state["rows"]["annotation"].items())
      count += note["_objectid_value"].text() == pairs.record() ? 1 : 0;
    return count;
  }

  Pairs pairs;

 private:
  std::string key_;
};

// One cell of the matrix; each case is run for all of them.
struct Cell {
  std::string mode;
  bool on = false;
  Trigger by = Trigger::cycle;
  [[nodiscard]] bool synchronises() const { return mode != "display-only" && on; }
};
Cell any_cell() {
  return {GENERATE(as<std::string>{}, "display-only", "one-way", "two-way"), GENERATE(true, false),
          GENERATE(Trigger::cycle, Trigger::event)};
}

}  // namespace

TEST_CASE("a cycle makes issues for new records where the mode and the option allow it [B5]") {
  auto const mode = GENERATE(as<std::string>{}, "display-only", "one-way", "two-way");
  bool const on = GENERATE(true, false);
  CAPTURE(mode, on);
  Switches switches;
  switches.auto_create = on;
  World world(mode, switches);
  auto& story = world.pairs.story;
  auto const before = story.issues().size();
  story.edit("bob", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
             fmt::format(R"x({{"title":"New","casetypecode":2,"customerid_account@odata.bind":"/accounts({})"}})x",
                         story.cases().front().row["_customerid_value"].text()));
  world.trigger(Trigger::cycle);
  CHECK(story.issues().size() == before + (mode != "display-only" && on ? 1 : 0));
}

TEST_CASE("mapped fields travel from Dynamics to Jira where the mode and the option allow it, by both triggers [B5][F4]") {
  auto const cell = any_cell();
  CAPTURE(cell.mode, cell.on, static_cast<int>(cell.by));
  Switches switches;
  switches.fields = cell.on;
  World world(cell.mode, switches);
  world.pairs.in_dynamics(R"({"title":"From Dynamics"})");
  world.trigger(cell.by);
  CHECK((world.pairs.summary() == "From Dynamics") == cell.synchronises());
}

TEST_CASE("mapped fields travel from Jira to Dynamics in two-way items alone, by both triggers [B5][F4]") {
  auto const cell = any_cell();
  CAPTURE(cell.mode, cell.on, static_cast<int>(cell.by));
  Switches switches;
  switches.fields = cell.on;
  World world(cell.mode, switches);
  world.pairs.in_jira(R"({"summary":"From Jira"})");
  world.trigger(cell.by);
  CHECK((world.pairs.title() == "From Jira") == (cell.mode == "two-way" && cell.on));
}

TEST_CASE("the status travels both ways in one-way and two-way items alike, where it is on, by both triggers [B5][F4]") {
  auto const cell = any_cell();
  CAPTURE(cell.mode, cell.on, static_cast<int>(cell.by));
  Switches switches;
  switches.status = cell.on;
  {
    World world(cell.mode, switches);
    auto const before = world.pairs.field("status")["id"].scalar_text();
    world.pairs.in_dynamics(R"({"statecode":2,"statuscode":6})");  // Cancelled
    world.trigger(cell.by);
    CHECK((world.pairs.field("status")["id"].scalar_text() != before) == cell.synchronises());
  }
  World world(cell.mode, switches);
  auto& story = world.pairs.story;
  auto const offered =
      story.edit("bob", ServiceName::jira, "GET", "/rest/api/3/issue/" + world.pairs.key() + "/transitions")["transitions"];
  for (auto const& transition : offered.items()) {
    if (transition["to"]["statusCategory"]["key"].text() != "done") continue;
    story.edit(
        "bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + world.pairs.key() + "/transitions",
        fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{{"resolution":{{"name":"Done"}}}}}})", transition["id"].text()));
    break;
  }
  REQUIRE(world.pairs.field("status")["statusCategory"]["key"].text() == "done");
  world.trigger(cell.by);
  CHECK((world.pairs.column("statecode").integer() != 0) == cell.synchronises());
}

TEST_CASE("comments and notes travel both ways where they are on, in every mode but display-only, by both triggers [B5][F4]") {
  auto const cell = any_cell();
  CAPTURE(cell.mode, cell.on, static_cast<int>(cell.by));
  Switches switches;
  switches.comments = cell.on;
  World world(cell.mode, switches);
  auto const notes = world.notes();
  auto const comments = world.pairs.issue()["comments"].items().size();
  world.comment_in_jira();
  world.note_in_dynamics(R"("notetext":"A note")");
  world.trigger(cell.by);
  auto const expected = cell.synchronises() ? 1U : 0U;
  CHECK(world.notes() - notes == 1 + expected);
  CHECK(world.pairs.issue()["comments"].items().size() - comments == 1 + expected);
}

TEST_CASE("files travel both ways where they are on, in every mode but display-only, by both triggers [B5][F4]") {
  auto const cell = any_cell();
  CAPTURE(cell.mode, cell.on, static_cast<int>(cell.by));
  Switches switches;
  switches.attachments = cell.on;
  World world(cell.mode, switches);
  auto const notes = world.notes();
  auto const files = world.pairs.issue()["attachments"].items().size();
  world.file_in_jira();
  world.note_in_dynamics(R"("filename":"b.txt","isdocument":true,"mimetype":"text/plain","documentbody":"aGVsbG8=")");
  world.trigger(cell.by);
  auto const expected = cell.synchronises() ? 1U : 0U;
  CHECK(world.notes() - notes == 1 + expected);
  CHECK(world.pairs.issue()["attachments"].items().size() - files == 1 + expected);
}
