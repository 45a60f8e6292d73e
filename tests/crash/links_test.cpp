// Links by hand, killed before and after every request and every commit of `link add` and `link remove` (SPEC R1, D3, D6).
//
// Either the command had not begun (then there is no trace of it on either side, and giving it again does it), or the next cycle brings it to
// its end by itself.
#include <catch2/catch.hpp>

#include <cstdio>

#include <tandem/link/link_table.hpp>

#include "crash/link_commands.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;

namespace {

// Whether the store says that the command took place.
bool committed(ByHand& scene, LinkCommand which) {
  bool first = false, replaced = false;
  auto const read = scene.story.with_store([&](store::Reader& reader) {
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      first = first || link.record == scene.record;
      replaced = replaced || link.record == scene.second;
      return true;
    });
  });
  REQUIRE(read.has_value());
  if (which == LinkCommand::remove) return !first;
  return which == LinkCommand::add ? first : replaced;
}

}  // namespace

TEST_CASE("killed anywhere, link add and link remove are finished by the next cycle or have not begun [R1][D3][D6]") {
  std::uint64_t points = 0;
  for (auto const which : {LinkCommand::add, LinkCommand::replace, LinkCommand::remove}) {
    ByHand whole(which, which == LinkCommand::add);
    auto const before = whole.story.outcome();
    CrashPoint never;
    auto const steps = whole.give(which, &never).steps;
    auto const after = whole.story.outcome();
    std::size_t const links = which == LinkCommand::remove ? 0 : 1;
    REQUIRE(whole.story.store_faults(links) == "");
    REQUIRE(after != before);
    for (std::uint64_t step = 1; step <= steps; ++step) {
      for (bool const late : {false, true}) {
        INFO(name_of(which) << ", killed at step " << step << (late ? ", the request on its way came late" : ""));
        ByHand scene(which, which == LinkCommand::add);
        CrashPoint crash(step);
        auto const worked = scene.give(which, &crash);
        REQUIRE(crash.dead());
        if (late) {
          scene.story.world().advance(60s);
          for (auto const& request : worked.late) scene.story.world().send(request.service, request.request);
        }
        scene.story.world().advance(200s);
        bool const began = committed(scene, which);
        scene.story.run_well();
        if (!began) {
          CHECK(scene.story.outcome() == before);
          scene.give(which, nullptr);
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
