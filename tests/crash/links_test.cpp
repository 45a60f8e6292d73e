// Links by hand, killed before and after every request and every commit of `link add` and `link remove` (SPEC R1, D3, D6).
//
// Either the command had not begun (then there is no trace of it on either side, and giving it again does it), or the next cycle brings it to
// its end by itself.
#include <catch2/catch.hpp>

#include <cstdio>

#include <tandem/link/link_table.hpp>

#include "support/links.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;

namespace {

enum class Command { add, replace, remove };

struct Scene {
  Story story;
  std::string key, other;
  std::string record, second;

  explicit Scene(Command command)
      : story([] {
          StoryOptions options;
          options.item_text = manual_item();
          return options;
        }()) {
    key = make_issue(story, "By hand");
    other = make_issue(story, "Another");
    auto const cases = story.cases();
    record = cases.at(0).id;
    second = cases.at(1).id;
    if (command == Command::add) {
      story.run_well();
    } else {
      story.work(
          [&](sync::RunContext& run, sync::LinkItems const& items) { REQUIRE(link_add(run, items, key, record).has_value()); });
    }
    story.world().advance(200s);
  }

  Story::Worked command(Command which, CrashPoint* crash) {
    return story.work(
        [&](sync::RunContext& run, sync::LinkItems const& items) {
          AttachOptions replace;
          replace.replace = true;
          switch (which) {
            case Command::add: static_cast<void>(link_add(run, items, key, record)); break;
            case Command::replace: static_cast<void>(link_add(run, items, key, second, replace)); break;
            case Command::remove: static_cast<void>(link_remove(run, items, key)); break;
          }
        },
        crash);
  }

  // Whether the store says that the command took place.
  bool committed(Command which) {
    bool first = false, replaced = false;
    auto const read = story.with_store([&](store::Reader& reader) {
      return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
        first = first || link.record == record;
        replaced = replaced || link.record == second;
        return true;
      });
    });
    REQUIRE(read.has_value());
    if (which == Command::remove) return !first;
    return which == Command::add ? first : replaced;
  }
};

char const* name_of(Command command) {
  switch (command) {
    case Command::add: return "add";
    case Command::replace: return "add --replace";
    case Command::remove: break;
  }
  return "remove";
}

}  // namespace

TEST_CASE("killed anywhere, link add and link remove are finished by the next cycle or have not begun [R1][D3][D6]") {
  std::uint64_t points = 0;
  for (auto const which : {Command::add, Command::replace, Command::remove}) {
    Scene whole(which);
    auto const before = whole.story.outcome();
    CrashPoint never;
    auto const steps = whole.command(which, &never).steps;
    auto const after = whole.story.outcome();
    std::size_t const links = which == Command::remove ? 0 : 1;
    REQUIRE(whole.story.store_faults(links) == "");
    REQUIRE(after != before);
    for (std::uint64_t step = 1; step <= steps; ++step) {
      for (bool const late : {false, true}) {
        INFO(name_of(which) << ", killed at step " << step << (late ? ", the request on its way came late" : ""));
        Scene scene(which);
        CrashPoint crash(step);
        auto const worked = scene.command(which, &crash);
        REQUIRE(crash.dead());
        if (late) {
          scene.story.world().advance(60s);
          for (auto const& request : worked.late) scene.story.world().send(request.service, request.request);
        }
        scene.story.world().advance(200s);
        bool const began = scene.committed(which);
        scene.story.run_well();
        if (!began) {
          CHECK(scene.story.outcome() == before);
          scene.command(which, nullptr);
        }
        CHECK(scene.story.outcome() == after);
        CHECK(scene.story.store_faults(links) == "");
        scene.story.forget_requests();
        scene.story.run_well();
        CHECK(scene.story.writes().empty());
      }
    }
    points += steps;
    std::printf("interruption points, link %s: %llu\n", name_of(which), static_cast<unsigned long long>(steps));
  }
  CHECK(points > 60);
}
