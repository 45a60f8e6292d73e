// Status changes, killed before and after every request and every commit, and resumed (SPEC R1, R2): no transition and no resolution twice, none lost.
#include <catch2/catch.hpp>

#include <cstdio>
#include <vector>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/status/rehearse.hpp>

#include "crash/status_edits.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

enum class OnItsWay { lost, late };

// One of each: done and cancelled in Jira, put on hold there; cancelled, and reopened over two transitions, in Dynamics.
std::vector<std::string> prepare(Story& story) {
  story.run_well();
  auto const ids = linked(story);
  story.world().advance(20min);
  transit(story, ids.at(4), "31");
  story.run_well();
  story.world().advance(20min);
  in_jira(story, ids.at(0), R"({"summary":"Before closing"})");
  transit(story, ids.at(0), "31");
  transit(story, ids.at(1), "31", R"({"resolution":{"name":"Won't Do"}})");
  transit(story, ids.at(2), "21");
  in_dynamics(story, ids.at(3), R"({"statecode":2,"statuscode":6})");
  in_dynamics(story, ids.at(4), R"({"statecode":0,"statuscode":1})");
  return ids;
}

}  // namespace

TEST_CASE("status changes that are killed at any point happen once each [R1] [R2]") {
  std::string expected;
  std::uint64_t steps = 0;
  {
    Story story({.item_text = kStatusItem});
    prepare(story);
    CrashPoint never;
    auto const ran = story.run({}, &never);
    REQUIRE(ran.record.has_value());
    REQUIRE(ran.record->exit == 0);
    expected = statuses(story);
    steps = ran.steps;
  }
  INFO(expected);
  for (auto const way : {OnItsWay::lost, OnItsWay::late}) {
    for (std::uint64_t step = 1; step <= steps; ++step) {
      INFO((way == OnItsWay::late ? "executed late" : "lost") << ", killed at step " << step);
      Story story({.item_text = kStatusItem});
      prepare(story);
      CrashPoint crash(step);
      auto const ran = story.run({}, &crash);
      REQUIRE(crash.dead());
      if (way == OnItsWay::late) {
        story.world().advance(60s);
        for (auto const& request : ran.late) story.world().send(request.service, request.request);
      }
      story.world().advance(200s);
      story.run_well();
      CHECK(statuses(story) == expected);
      CHECK(story.store_faults(story.issues().size()) == "");
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
    }
  }
  std::printf("interruption points, status: %llu\n", static_cast<unsigned long long>(steps));
  CHECK(steps > 20);
}

namespace {

// One pair, so that many points cost little.
constexpr char const* kOneCase =
    R"({ "name": "support-cases", "mode": "two-way", "jira": { "project": "SUP", "issueType": "Task" },
  "dynamics": { "module": "customer-service", "entity": "incident", "filter": "title eq 'The one'" }, "autoCreate": true,
  "status": { "enabled": true }, "mappings": [{ "column": "title", "field": "summary" }] })";

std::string one_case(Story& story) {
  auto const first = story.cases().front().id;
  in_dynamics(story, first, R"({"title":"The one"})");
  story.run_well();
  story.world().advance(20min);
  return first;
}

// Both sides, and what the store holds of the pair.
std::string standing(Story& story, std::string const& record) {
  auto const issue = story.issue_of(record);
  std::string out;
  for (auto const& one : story.cases()) {
    if (one.id == record) out = fmt::format("{} {}", one.row["statecode"].scalar_text(), one.row["statuscode"].scalar_text());
  }
  out += fmt::format(" | {} {}", issue["fields"]["status"]["name"].text(), issue["fields"]["resolution"]["name"].text());
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const link, link::find_by_record(reader, "support-cases", record));
    TANDEM_TRY(auto const base, link::find_base(reader, link->id));
    out += fmt::format(" | {} {} {}", base->status.dynamics_state.scalar_text(), base->status.dynamics_status.scalar_text(),
                       base->status.jira_status);
    return Unit{};
  }));
  return out;
}

Story::Worked rehearse(Story& story, std::string const& record, CrashPoint& crash) {
  return story.work(
      [&](sync::RunContext& run, sync::LinkItems const& items) {
        static_cast<void>([&]() -> Result<Unit> {
          auto const& item = items.items.front();
          TANDEM_TRY(auto const link, sync::find_rehearsal_pair(run, items, item, record));
          TANDEM_TRY(auto const earlier, sync::put_back_earlier(run, item, link));
          static_cast<void>(earlier);
          TANDEM_TRY(auto const prepared, sync::prepare_rehearsal(run, item, link));
          TANDEM_TRY(auto const done, sync::rehearse(run, prepared, {}));
          if (!crash.dead()) CHECK(done.all_ok());
          return Unit{};
        }());
      },
      &crash);
}

}  // namespace

TEST_CASE("a rehearsal that is killed at any point ends as it began, by the next cycle or the next rehearsal [G8] [R1] [R2]") {
  std::uint64_t steps = 0;
  {
    Story story({.item_text = kOneCase});
    auto const record = one_case(story);
    auto const before = standing(story, record);
    CrashPoint never;
    steps = rehearse(story, record, never).steps;
    CHECK(standing(story, record) == before);
  }
  for (auto const way : {OnItsWay::lost, OnItsWay::late}) {
    for (std::uint64_t step = 1; step <= steps; ++step) {
      INFO((way == OnItsWay::late ? "executed late" : "lost") << ", killed at step " << step);
      Story story({.item_text = kOneCase});
      auto const record = one_case(story);
      auto const before = standing(story, record);
      CrashPoint crash(step);
      auto const worked = rehearse(story, record, crash);
      REQUIRE(crash.dead());
      if (way == OnItsWay::late) {
        story.world().advance(60s);
        for (auto const& request : worked.late) story.world().send(request.service, request.request);
      }
      story.world().advance(200s);
      if (step % 2 == 0) {
        CrashPoint never;
        rehearse(story, record, never);
      } else {
        story.run_well();
      }
      CHECK(standing(story, record) == before);
      CHECK(story.store_faults(story.issues().size()) == "");
      story.world().advance(10min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
      CHECK(standing(story, record) == before);
    }
  }
  std::printf("interruption points, rehearsal: %llu\n", static_cast<unsigned long long>(steps));
  CHECK(steps > 100);
}
