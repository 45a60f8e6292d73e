// The main job, killed before and after every request and every commit, and resumed (SPEC R1).
//
// For each point the story runs from a fresh world until the process dies there; then, past `settleAfter` on the virtual clock, one further run must
// bring both systems and the store to the end of the uninterrupted story, and one more must write nothing. A request that was being sent when
// the process died is either lost, or executed a minute later.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

enum class OnItsWay { lost, late };

struct Setting {
  std::string name{};
  bool edits = false;  // the run that dies is the one after two cases were edited
  bool search_lags = false;  // by ten minutes
  OnItsWay on_its_way = OnItsWay::lost;
  std::uint64_t again = 0;  // the resuming run dies too, at this step; 0 = it does not
  bool both_ways = false;  // edits on both sides, of one pair too, under a two-way item
};

// The example in both directions, with a set that both sides change.
std::string two_way() {
  auto text = example_item();
  for (auto const& [from, to] : {std::pair<std::string, std::string>{R"("mode": "one-way")", R"("mode": "two-way")"},
                                 {R"("mappings": [)", R"("mappings": [{"column":"productserialnumber","field":"labels"},)"}}) {
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

StoryOptions options_of(Setting const& setting) {
  return setting.both_ways ? StoryOptions{.item_text = two_way()} : StoryOptions{};
}

void prepare(Story& story, Setting const& setting) {
  if (setting.search_lags) story.configure("jira.searchLag", "10m");
  if (!setting.edits) return;
  story.run_well();
  story.world().advance(20min);
  auto const cases = story.cases();
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + cases.at(0).id + ")",
             R"({"title":"First edit"})");
  story.edit("bob", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + cases.at(5).id + ")",
             R"({"prioritycode":3,"description":null})");
  if (!setting.both_ways) return;
  auto const key_of = [&](std::string const& record) {
    for (auto const& issue : story.issues()) {
      if (issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == record)
        return std::string(issue["key"].text());
    }
    return std::string();
  };
  auto const in_jira = [&](std::size_t at, std::string const& body) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key_of(cases.at(at).id), body);
  };
  in_jira(0, R"({"fields":{"priority":{"name":"Low"}}})");
  in_jira(3, R"({"fields":{"summary":"Edited in Jira","duedate":"2026-12-24"}})");
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + cases.at(4).id + ")",
             R"({"productserialnumber":"red, blue"})");
  in_jira(4, R"({"update":{"labels":[{"add":"mine"}]}})");
}

struct End {
  std::string outcome;
  std::uint64_t steps = 0;
};

End uninterrupted(Setting const& setting) {
  Story story(options_of(setting));
  prepare(story, setting);
  CrashPoint never;
  auto const ran = story.run({}, &never);
  REQUIRE(ran.record.has_value());
  REQUIRE(ran.record->exit == 0);
  REQUIRE(story.store_faults(12) == "");
  return {story.outcome(), ran.steps};
}

void killed_at(Setting const& setting, std::uint64_t step, std::string const& expected) {
  INFO(setting.name << ", killed at step " << step);
  Story story(options_of(setting));
  prepare(story, setting);
  CrashPoint crash(step);
  auto const ran = story.run({}, &crash);
  REQUIRE(crash.dead());
  if (setting.on_its_way == OnItsWay::late) {
    story.world().advance(60s);
    for (auto const& request : ran.late) story.world().send(request.service, request.request);
  }
  story.world().advance(200s);
  if (setting.again > 0) {
    CrashPoint second(setting.again);
    static_cast<void>(story.run({}, &second));
    story.world().advance(200s);
  }
  story.run_well();
  CHECK(story.outcome() == expected);
  CHECK(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
  CHECK(story.store_faults(12) == "");
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

}  // namespace

TEST_CASE("killed before and after every request and commit, later runs end as if nothing had happened [R1]") {
  std::vector<Setting> settings{{"first cycle"},
                                {"first cycle, search lags", false, true},
                                {"first cycle, executed late", false, false, OnItsWay::late},
                                {"first cycle, search lags, executed late", false, true, OnItsWay::late},
                                {"two edits", true},
                                {"two edits, executed late", true, true, OnItsWay::late},
                                {"edits on both sides", true, false, OnItsWay::lost, 0, true},
                                {"edits on both sides, executed late", true, false, OnItsWay::late, 0, true}};
  // Killed again while resuming: at some steps, or with TANDEM_LONG=1 at every one.
  std::uint64_t const stride = std::getenv("TANDEM_LONG") != nullptr ? 1 : 9;
  for (std::uint64_t again = 1; again <= 60; again += stride) {
    settings.push_back({fmt::format("first cycle, again at {}", again), false, false, OnItsWay::late, again});
  }
  std::uint64_t points = 0;
  for (auto const& setting : settings) {
    auto const end = uninterrupted(setting);
    for (std::uint64_t step = 1; step <= end.steps; ++step) killed_at(setting, step, end.outcome);
    points += end.steps;
    std::printf("interruption points, %s: %llu\n", setting.name.c_str(), static_cast<unsigned long long>(end.steps));
  }
  std::printf("killed at %llu points, each resumed and compared\n", static_cast<unsigned long long>(points));
  CHECK(points > 500);
}
