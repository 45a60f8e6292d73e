// Comments and files, killed before and after every request and every commit, and resumed (SPEC R1, R2, H, I).
#include <catch2/catch.hpp>

#include <cstdio>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/sync/conversation/journal.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

enum class OnItsWay { lost, late };

StoryOptions talking() {
  StoryOptions options;
  options.item_text = example_item();
  for (std::string const name : {"comments", "attachments"}) {
    auto const off = fmt::format(R"("{}": {{ "enabled": false }})", name);
    options.item_text.replace(options.item_text.find(off), off.size(), fmt::format(R"("{}": {{ "enabled": true }})", name));
  }
  return options;
}

json::Value adf(std::string const& text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }

// The issue of the first case.
json::Value issue_of(Story& story) {
  auto const record = story.cases().front().id;
  for (auto const& one : story.issues()) {
    if (one["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == record) return one;
  }
  return {};
}

void note(Story& story, json::Object columns) {
  columns.set("objectid_incident@odata.bind", "/incidents(" + story.cases().front().id + ")");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
}

// Two notes, one of them with a file, two comments and an attachment, new on both sides; and the edit of what was copied before.
void prepare(Story& story) {
  story.run_well();
  story.world().advance(20min);
  auto const key = std::string(issue_of(story)["key"].text());
  auto const comment = [&](std::string const& text) {
    return story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key + "/comment",
                      json::to_text(json::Object{{"body", adf(text)}}));
  };
  note(story, {{"notetext", "Old note"}});
  auto const old = comment("Old comment");
  story.run_well();
  story.world().advance(20min);
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key + "/comment/" + std::string(old["id"].text()),
             json::to_text(json::Object{{"body", adf("Edited comment")}}));
  auto const rows = story.world().dataverse().state();
  for (auto const& row : rows["rows"]["annotation"].items()) {
    if (row["notetext"].text() == "Old note")
      story.edit("alice", ServiceName::dataverse, "PATCH",
                 "/api/data/v9.2/annotations(" + std::string(row["annotationid"].text()) + ")", R"({"notetext":"Edited note"})");
  }
  note(story, {{"notetext", "One"}});
  note(story, {{"notetext", "Two"}, {"filename", "two.txt"}, {"documentbody", to_base64("two")}});
  comment("Three");
  comment("Four");
  json::Object const file{{"filename", "five.bin"}, {"base64", to_base64("five")}};
  story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + key + "/attachments",
             json::to_text(json::Object{{"files", json::Array{file}}}));
}

// A note that grew from one part to three and one that shrank from two to one, a new long note and a new comment that is too long for one note.
void prepare_long(Story& story) {
  auto const lines = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("<p>Line {} of a long note.</p>", i);
    return text;
  };
  story.run_well();
  story.world().advance(20min);
  note(story, {{"notetext", "Grows"}});
  note(story, {{"notetext", lines(400) + "<p>Shrinks</p>"}});
  story.run_well();
  story.world().advance(20min);
  auto const rows = story.world().dataverse().state();
  for (auto const& row : rows["rows"]["annotation"].items()) {
    auto const text = row["notetext"].text();
    bool const grows = text == "Grows";
    if (!grows && !text.ends_with("<p>Shrinks</p>")) continue;
    story.edit("alice", ServiceName::dataverse, "PATCH",
               "/api/data/v9.2/annotations(" + std::string(row["annotationid"].text()) + ")",
               json::to_text(json::Object{{"notetext", grows ? lines(900) + "<p>Grown</p>" : "Shrunk"}}));
  }
  note(story, {{"notetext", lines(400) + "<p>New</p>"}});
  story.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + std::string(issue_of(story)["key"].text()) + "/comment",
             json::to_text(json::Object{{"body", adf("Long comment " + std::string(29'000, '&'))}}));
}

// What people see in both conversations, in order, without ids and times.
std::string shown(Story& story) {
  std::string out;
  auto const issue = issue_of(story);
  for (auto const& one : issue["comments"].items())
    out += "comment " + mapping::richtext::to_text(mapping::richtext::from_adf(one["body"]).document) + "\n";
  for (auto const& one : issue["attachments"].items())
    out += fmt::format("attachment {} {}\n", one["filename"].text(), one["sha256"].text());
  std::vector<std::string> notes;
  auto const state = story.world().dataverse().state();
  for (auto const& row : state["rows"]["annotation"].items()) {
    if (row["_objectid_value"].text() != story.cases().front().id) continue;
    notes.push_back(fmt::format("note {} {} {}\n", row["notetext"].text(), row["filename"].text(), row["documentbody"].text()));
  }
  std::sort(notes.begin(), notes.end());
  for (auto const& one : notes) out += one;
  return out;
}

std::size_t open_intents(Story& story) {
  std::size_t count = 0;
  auto const done = story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(count, sync::conversation::count_intents(reader));
    return Unit{};
  });
  REQUIRE(done.has_value());
  return count;
}

}  // namespace

TEST_CASE("a conversation that is killed at any request or commit ends as if nothing had happened [R1][R2]") {
  auto const on_its_way = GENERATE(OnItsWay::lost, OnItsWay::late);
  bool const in_parts = GENERATE(false, true);
  auto const set_up = in_parts ? prepare_long : prepare;
  std::string expected;
  std::uint64_t steps = 0;
  {
    Story story(talking());
    set_up(story);
    CrashPoint never;
    auto const ran = story.run({}, &never);
    REQUIRE(ran.record.has_value());
    REQUIRE(ran.record->exit == 0);
    expected = shown(story);
    steps = ran.steps;
  }
  std::vector<std::string> all{"Edited note", "Edited comment", "One", "Two", "Three", "Four", "two.txt", "five.bin"};
  if (in_parts) all = {"(3/3)", "Grown", "Shrunk", "no longer used", "New", "(2/2)", "Long comment"};
  for (auto const& part : all) REQUIRE(expected.find(part) != std::string::npos);
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO((on_its_way == OnItsWay::late ? "executed late" : "lost") << ", killed at step " << step);
    Story story(talking());
    set_up(story);
    CrashPoint crash(step);
    auto const ran = story.run({}, &crash);
    REQUIRE(crash.dead());
    if (on_its_way == OnItsWay::late) {
      story.world().advance(60s);
      for (auto const& request : ran.late) story.world().send(request.service, request.request);
    }
    story.world().advance(200s);
    story.run_well();
    CHECK(shown(story) == expected);
    CHECK(open_intents(story) == 0);
    CHECK(story.store_faults(12) == "");
    story.forget_requests();
    story.world().advance(15min);
    story.run_well();
    CHECK(story.writes().empty());
  }
  std::printf("killed at %llu points of a conversation%s, each resumed and compared\n", static_cast<unsigned long long>(steps),
              in_parts ? " with texts in parts" : "");
}
