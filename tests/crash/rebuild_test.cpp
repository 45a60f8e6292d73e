// The store is deleted at every point of several stories, and the links come back from both systems (SPEC D11, E4).
//
// For each point a story runs until the process dies before or after that request or commit; what was on its way is lost or executed late, the store is
// deleted, `link rebuild` and one cycle follow (or the cycle alone, on an empty store). Both systems must then be as at the end of the
// uninterrupted story, with the same links and kinds and nothing doubled, and one more cycle must write nothing.
#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <functional>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/rebuild.hpp>

#include "crash/link_commands.hpp"
#include "crash/status_edits.hpp"
#include "support/lost_store.hpp"
#include "support/talk.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;
using sync::Prefer;

namespace {

enum class After { rebuild, cycle_alone };

struct Setting {
  std::string name;
  std::string item;
  std::function<void(Story&)> prepare;  // up to the run that dies
  std::function<std::string(Story&)> outcome;  // what must be equal at the end
  Prefer prefer = Prefer::neither;
  After after = After::rebuild;
};

std::string two_way_item() {
  auto text = example_item();
  std::string const from = R"("mode": "one-way")";
  return text.replace(text.find(from), from.size(), R"("mode": "two-way")");
}

void edit_dynamics(Story& story) {
  story.run_well();
  story.world().advance(20min);
  auto const ids = linked(story);
  in_dynamics(story, ids.at(0), R"({"title":"First edit"})");
  in_dynamics(story, ids.at(3), R"({"prioritycode":3,"followupby":"2026-12-24T09:00:00Z"})");
  in_dynamics(story, ids.at(5), R"({"title":"Second edit","description":"Now\nlonger"})");
}

void edit_jira(Story& story) {
  story.run_well();
  story.world().advance(20min);
  auto const ids = linked(story);
  in_jira(story, ids.at(1), R"({"summary":"Edited in Jira","duedate":"2026-12-24"})");
  in_jira(story, ids.at(4), R"({"priority":{"name":"Low"}})");
}

void edit_both(Story& story) {
  edit_dynamics(story);
  auto const ids = linked(story);
  in_jira(story, ids.at(0), R"({"priority":{"name":"Low"}})");
  in_jira(story, ids.at(1), R"({"summary":"Edited in Jira","duedate":"2026-12-24"})");
}

void statuses_in_dynamics(Story& story) {
  story.run_well();
  story.world().advance(20min);
  auto const ids = linked(story);
  in_dynamics(story, ids.at(3), R"({"statecode":2,"statuscode":6})");
  in_dynamics(story, ids.at(4), R"({"statuscode":2})");
}

void statuses_in_jira(Story& story) {
  story.run_well();
  story.world().advance(20min);
  auto const ids = linked(story);
  transit(story, ids.at(0), "31");
  transit(story, ids.at(2), "21");
}

// Notes and comments of every kind, copied and not yet copied.
void talk(Story& story) {
  story.run_well();
  story.world().advance(20min);
  Talk const here{story, story.cases().front().id};
  here.note({{"notetext", "Old note"}, {"filename", "old.txt"}, {"documentbody", to_base64("old")}});
  here.comment("Old comment");
  here.attach("older.bin", "older");
  story.run_well();
  story.world().advance(20min);
  here.edit_comment(here.comment_with("Old comment"), "Edited comment");
  here.edit_note(here.note_with("Old note"), {{"notetext", "Edited note"}});
  here.note({{"notetext", "One"}});
  here.note({{"notetext", "Two"}, {"filename", "two.txt"}, {"documentbody", to_base64("two")}});
  here.comment("Three");
  here.attach("four.bin", "four");
}

Story::Worked rebuild(Story& story, Prefer prefer, CrashPoint* crash = nullptr) {
  return story.work(
      [&](sync::RunContext& run, sync::LinkItems const& items) {
        auto const plan = sync::plan_rebuild(run, items.items.front(), prefer, {});
        INFO((plan ? "" : plan.error().to_line()));
        if (crash == nullptr) REQUIRE(plan.has_value());
        if (!plan) return;
        auto const done = sync::commit_rebuild(run, items.items.front(), *plan, prefer);
        INFO((done ? "" : done.error().to_line()));
        if (crash == nullptr) REQUIRE(done.has_value());
      },
      crash);
}

// The process dies at that step, what it was sending comes late or never, and the store is gone.
void lose_at(Story& story, std::uint64_t step, bool late) {
  CrashPoint crash(step);
  auto const ran = story.run({}, &crash);
  REQUIRE(crash.dead());
  story.world().advance(60s);
  if (late) {
    for (auto const& request : ran.late) story.world().send(request.service, request.request);
  }
  story.world().advance(200s);
  lose_store(story);
}

struct End {
  std::string outcome, links;
  std::size_t issues = 0;
  std::uint64_t steps = 0;
};

End uninterrupted(Setting const& setting) {
  Story story({.item_text = setting.item});
  if (setting.prepare) setting.prepare(story);
  CrashPoint never;
  auto const ran = story.run({}, &never);
  REQUIRE(ran.record.has_value());
  REQUIRE(ran.record->exit == 0);
  return {setting.outcome(story), links_text(story, IssueKeys::left_out), story.issues().size(), ran.steps};
}

void stays(Story& story) {
  story.world().advance(15min);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

void lost_at(Setting const& setting, std::uint64_t step, bool late, End const& end) {
  INFO(setting.name << ", lost at step " << step << (late ? ", the request on its way came late" : ""));
  Story story({.item_text = setting.item});
  if (setting.prepare) setting.prepare(story);
  lose_at(story, step, late);
  if (setting.after == After::rebuild) rebuild(story, setting.prefer);
  story.run_well();
  CHECK(setting.outcome(story) == end.outcome);
  CHECK(links_text(story, IssueKeys::left_out) == end.links);
  CHECK(story.issues().size() == end.issues);
  CHECK(held(story) == 0);
  auto const links = static_cast<std::size_t>(std::count(end.links.begin(), end.links.end(), '\n'));
  CHECK(story.store_faults(links) == "");
  stays(story);
}

std::uint64_t lose_everywhere(Setting const& setting) {
  auto const end = uninterrupted(setting);
  for (std::uint64_t step = 1; step <= end.steps; ++step) {
    for (bool const late : {false, true}) lost_at(setting, step, late, end);
  }
  std::printf("points at which the store is lost, %s: %llu\n", setting.name.c_str(), static_cast<unsigned long long>(end.steps));
  return end.steps;
}

std::string marks_and_fields(Story& story) { return story.outcome(); }

}  // namespace

TEST_CASE("the store is lost at any point: after a rebuild and a cycle all is as if nothing had happened [D11][R1]") {
  std::uint64_t points = 0;
  for (auto const& setting :
       {Setting{"first cycle", example_item(), {}, marks_and_fields},
        Setting{"edits in Dynamics, which is preferred", two_way_item(), edit_dynamics, marks_and_fields, Prefer::dynamics},
        Setting{"edits in Jira, which is preferred", two_way_item(), edit_jira, marks_and_fields, Prefer::jira},
        Setting{"statuses in Dynamics, which is preferred", kStatusItem, statuses_in_dynamics, statuses, Prefer::dynamics},
        Setting{"statuses in Jira, which is preferred", kStatusItem, statuses_in_jira, statuses, Prefer::jira}})
    points += lose_everywhere(setting);
  std::printf("the store was lost at %llu points, and its links rebuilt\n", static_cast<unsigned long long>(points));
  CHECK(points > 150);
}

TEST_CASE("a fresh store with an old baseline adopts what its predecessor made, wherever that one was lost [E4][D11]") {
  std::uint64_t points = 0;
  for (auto const& setting :
       {Setting{"first cycle, no rebuild", example_item(), {}, marks_and_fields, Prefer::neither, After::cycle_alone},
        Setting{"edits in Dynamics, no rebuild", two_way_item(), edit_dynamics, marks_and_fields, Prefer::neither,
                After::cycle_alone}})
    points += lose_everywhere(setting);
  CHECK(points > 80);
}

TEST_CASE("the store is lost amid edits on both sides: what is equal agrees, the rest is held as it stands [D11]") {
  std::uint64_t steps = 0;
  {
    Story story({.item_text = two_way_item()});
    edit_both(story);
    CrashPoint never;
    steps = story.run({}, &never).steps;
  }
  auto const values = [](Story& story) {
    std::string out;
    for (auto const& one : story.cases()) {
      auto const issue = story.issue_of(one.id);
      for (auto const* name : {"title", "description", "prioritycode", "followupby"}) out += json::to_text(one.row[name]) + " ";
      for (auto const* name : {"summary", "description", "duedate"}) out += json::to_text(issue["fields"][name]) + " ";
      out += std::string(issue["fields"]["priority"]["name"].text()) + "\n";
    }
    return out;
  };
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO("lost at step " << step);
    Story story({.item_text = two_way_item()});
    edit_both(story);
    lose_at(story, step, true);
    auto const before = values(story);
    rebuild(story, Prefer::neither);
    auto const waiting = held(story);
    static_cast<void>(story.run());
    CHECK(values(story) == before);
    CHECK(held(story) == waiting);
    stays(story);
  }
  std::printf("points at which the store is lost, edits on both sides: %llu\n", static_cast<unsigned long long>(steps));
}

TEST_CASE(
    "the store is lost amid a conversation: nothing that was said is doubled, and copies follow their originals [D11][H3]") {
  auto const after = GENERATE(After::rebuild, After::cycle_alone);
  auto const item = talking_item(example_item());
  std::vector<std::string> end;
  std::uint64_t steps = 0;
  {
    Story story({.item_text = item});
    talk(story);
    CrashPoint never;
    steps = story.run({}, &never).steps;
    end = Talk{story, story.cases().front().id}.shown();
  }
  for (std::uint64_t step = 1; step <= steps; ++step) {
    for (bool const late : {false, true}) {
      INFO("lost at step " << step << (late ? ", the request on its way came late" : ""));
      Story story({.item_text = item});
      talk(story);
      Talk const here{story, story.cases().front().id};
      lose_at(story, step, late);
      auto const copies = here.shown().size();
      if (after == After::rebuild) rebuild(story, Prefer::neither);
      story.run_well();
      auto const shown = here.shown();
      CHECK(shown.size() == copies);  // what had no copy is older than the rebuild
      CHECK(std::includes(end.begin(), end.end(), shown.begin(), shown.end()));
      CHECK(story.store_faults(12) == "");
      stays(story);
      here.note({{"notetext", "After all"}});
      story.run_well();
      CHECK(here.comment_with("After all") != "");
      CHECK(here.shown().size() == copies + 2);
    }
  }
  std::printf("points at which the store is lost, conversation: %llu\n", static_cast<unsigned long long>(steps));
}

TEST_CASE(
    "the store is lost amid link add, replace and remove: the command took place or it did not, and no removed link is back "
    "[D11][D6]") {
  for (auto const which : {LinkCommand::add, LinkCommand::replace, LinkCommand::remove}) {
    ByHand whole(which, true);
    auto const before = whole.story.outcome();
    CrashPoint never;
    auto const steps = whole.give(which, &never).steps;
    auto const after = whole.story.outcome();
    REQUIRE(before != after);
    bool took_place = false;
    for (std::uint64_t step = 1; step <= steps; ++step) {
      for (bool const late : {false, true}) {
        INFO(name_of(which) << ", lost at step " << step << (late ? ", the request on its way came late" : ""));
        ByHand scene(which, true);
        CrashPoint crash(step);
        auto const worked = scene.give(which, &crash);
        REQUIRE(crash.dead());
        scene.story.world().advance(60s);
        if (late) {
          for (auto const& request : worked.late) scene.story.world().send(request.service, request.request);
        }
        scene.story.world().advance(200s);
        lose_store(scene.story);
        rebuild(scene.story, Prefer::dynamics);
        scene.story.run_well();
        auto const now = scene.story.outcome();
        CHECK((now == before || now == after));
        if (took_place && !late) CHECK(now == after);  // once begun it is not taken back
        if (!late && now == after) took_place = true;
        stays(scene.story);
      }
    }
    CHECK(took_place);
    std::printf("points at which the store is lost, link %s: %llu\n", name_of(which), static_cast<unsigned long long>(steps));
  }
}

TEST_CASE("a rebuild that is killed anywhere goes on when it is given again [D11][R1]") {
  auto const item = talking_item(example_item());
  auto const ready = [&](Story& story) {
    talk(story);
    story.run_well();
    lose_store(story);
    story.world().advance(5min);
  };
  std::uint64_t steps = 0;
  std::string links;
  std::vector<std::string> said;
  {
    Story story({.item_text = item});
    talk(story);
    story.run_well();
    links = links_text(story, IssueKeys::left_out);
    said = Talk{story, story.cases().front().id}.shown();
    lose_store(story);
    CrashPoint never;
    steps = rebuild(story, Prefer::neither, &never).steps;
  }
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO("killed at step " << step);
    Story story({.item_text = item});
    ready(story);
    CrashPoint crash(step);
    rebuild(story, Prefer::neither, &crash);
    REQUIRE(crash.dead());
    rebuild(story, Prefer::neither);
    CHECK(links_text(story, IssueKeys::left_out) == links);
    stays(story);
    CHECK(Talk{story, story.cases().front().id}.shown() == said);
  }
  std::printf("points at which a rebuild is killed: %llu\n", static_cast<unsigned long long>(steps));
}
