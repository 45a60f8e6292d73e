// Links by hand of synchronised items take part like automatic ones: status,
// comments and files, by the cycle and by events (SPEC D8, F4, G1, H1).
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/store/lmdb_store.hpp>

#include "support/links.hpp"
#include "support/talk.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

constexpr char const* kItem =
    R"({ "name": "support-cases", "mode": "MODE", "jira": { "project": "SUP", "issueType": "Task" },
  "dynamics": { "module": "customer-service", "entity": "incident" }, "autoCreate": false,
  "status": { "enabled": true }, "comments": { "enabled": true }, "attachments": { "enabled": true },
  "mappings": [{ "column": "title", "field": "summary" }] })";

enum class Trigger { cycle, event };

// One issue and one open case that a person linked.
struct ByHand {
  Story story;
  Trigger trigger;
  std::string key;
  Talk talk;

  ByHand(std::string const& mode, Trigger how)
      : story([&] {
          StoryOptions options;
          options.item_text = kItem;
          options.item_text.replace(options.item_text.find("MODE"), 4, mode);
          return options;
        }()),
        trigger(how),
        key(make_issue(story, "By hand")),
        talk{story, open_case()} {
    story.run_well();
    story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key + "/comment",
               json::to_text(json::Object{{"body", Talk::adf("Before the link")}}));
    talk.note({{"notetext", "Also before the link"}});
    story.world().advance(1min);
    story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
      REQUIRE(link_add(run, items, key, talk.record).has_value());
    });
    story.run_well();
    story.world().advance(20min);
  }
  std::string open_case() {
    for (auto const& one : story.cases()) {
      if (one.row["statecode"].integer() == 0) return one.id;
    }
    return "";
  }
  json::Value column(char const* name) {
    for (auto const& one : story.cases()) {
      if (one.id == talk.record) return one.row[name];
    }
    return {};
  }
  std::string status() { return std::string(talk.issue()["fields"]["status"]["name"].text()); }
  // A cycle, or only what an event of the issue leads to.
  void follow() {
    sync::RunOptions options;
    if (trigger == Trigger::event) {
      auto const payload = fmt::format(
          R"({{"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_updated","issue":{{"id":"{}","key":"{}"}}}})",
          talk.issue()["id"].text(), key);
      auto const reading = jira::webhook::read_payload(payload);
      REQUIRE(reading.has_value());
      auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
      REQUIRE(opened.has_value());
      REQUIRE((*opened)
                  ->write([&](store::Writer& writer) -> Result<Unit> {
                    for (auto const& hint : reading->hints) TANDEM_CHECK(sync::event::append(writer, sync::event::queued(hint)));
                    return Unit{};
                  })
                  .has_value());
      options.drain_events = options.only_events = true;
    }
    story.run_well(options);
  }
};

} // namespace

TEST_CASE(
    "status, comments and files follow on a link by hand, from Jira by "
    "cycle and by event, from what came after it [D8][H1][F4]") {
  auto const trigger = GENERATE(Trigger::cycle, Trigger::event);
  auto const* mode = GENERATE("two-way", "one-way");
  ByHand scene(mode, trigger);
  auto const& talk = scene.talk;
  CHECK(talk.shown().size() == 2); // what was said before the link stays where it was
  auto const at_link = scene.status();
  talk.comment("After the link");
  talk.attach("after.bin", "after");
  scene.story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + scene.key + "/transitions",
                   R"({"transition":{"id":"31"}})");
  scene.follow();
  CHECK(scene.column("statecode").integer() == 1);
  CHECK(talk.note_with("After the link") != "");
  CHECK(talk.shown().size() == 6);
  scene.story.forget_requests();
  scene.follow();
  scene.story.world().advance(15min);
  scene.story.run_well();
  CHECK(scene.story.writes().empty());
  CHECK(scene.status() != at_link);
}

TEST_CASE(
    "status, notes and files follow on a link by hand from Dynamics, and "
    "the link stays manual [D8][G1]") {
  auto const* mode = GENERATE("two-way", "one-way");
  ByHand scene(mode, Trigger::cycle);
  auto const& talk = scene.talk;
  talk.note({{"notetext", "After the link"}, {"filename", "after.txt"}, {"documentbody", to_base64("after")}});
  scene.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + talk.record + ")",
                   R"({"statecode":2,"statuscode":6})");
  scene.story.run_well();
  CHECK(scene.status() == "Done");
  CHECK(talk.comment_with("After the link") != "");
  CHECK(talk.issue()["attachments"].items().size() == 1);
  CHECK(talk.issue()["properties"]["tandem.link"]["links"]["support-cases"]["kind"].text() == "manual");
  CHECK(talk.shown().size() == 5);
  scene.story.forget_requests();
  scene.story.world().advance(15min);
  scene.story.run_well();
  CHECK(scene.story.writes().empty());
}

TEST_CASE(
    "linking by hand changes neither status, and only the side that "
    "leaves its status from then on leads [D8][G1][D3]") {
  ByHand scene("two-way", Trigger::cycle);
  auto const status = scene.status();
  CHECK(scene.column("statecode").integer() == 0);
  // Something else changes: the statuses, which never agreed, stay apart.
  scene.story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + scene.talk.record + ")",
                   R"({"title":"Edited"})");
  scene.story.run_well();
  CHECK(scene.talk.issue()["fields"]["summary"].text() == "Edited");
  CHECK(scene.status() == status);
  CHECK(scene.column("statecode").integer() == 0);
}
