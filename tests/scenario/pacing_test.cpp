// A large backfill under the services' documented limits, on the virtual clock: counts of requests, never of time (SPEC R5).
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;

namespace {

// TANDEM_BACKFILL says another number.
std::size_t records() {
  auto const* wanted = std::getenv("TANDEM_BACKFILL");
  return wanted != nullptr ? static_cast<std::size_t>(std::strtoull(wanted, nullptr, 10)) : 2'000;
}

struct Counted {
  std::uint64_t requests = 0, throttled = 0;
  int runs = 0;
  Millis took{0};  // by the services' clock
};

// Runs until everything is linked. A request takes a millisecond, much less than a real one: what holds back is the pacing.
Counted backfill(std::size_t count, std::function<void(Story&)> const& before) {
  Story story({.records = count - 12});
  story.configure("limits", "documented");
  if (before) before(story);
  story.each_request([&story] { story.world().clock().advance(1ms); });
  Counted counted;
  story.forget_requests();
  auto const began = story.world().now();
  for (int i = 0; i < 60; ++i) {
    ++counted.runs;
    auto const ran = story.run({.retry_parked = true, .allow_mass_change = true});
    REQUIRE(ran.record.has_value());
    for (auto const& entry : story.world().log().entries()) {
      ++counted.requests;
      counted.throttled += entry.status == 429 ? 1U : 0U;
    }
    story.forget_requests();
    counted.took = story.world().now() - began;
    if (ran.record->exit == 0) break;
    story.world().advance(2min);
  }
  CHECK(story.store_faults(count) == "");
  return counted;
}

}  // namespace

TEST_CASE("a backfill stays below the documented limits: no request is ever answered with 429 [R5]") {
  auto const counted = backfill(records(), {});
  CHECK(counted.throttled == 0);
  CHECK(counted.runs == 1);
  std::printf("pacing: %zu records by %llu requests in %lld s of the services' time, %llu answered with 429\n", records(),
              static_cast<unsigned long long>(counted.requests), static_cast<long long>(counted.took.count() / 1000),
              static_cast<unsigned long long>(counted.throttled));
}

TEST_CASE("the points of an hour are not spent to the last: the run waits or the next one goes on, without a 429 [R5]") {
  auto const counted = backfill(300, [](Story& story) {
    story.configure("jira.pointsFor", "everybody");
    story.configure("jira.pointsPerHour", 1500);
  });
  CHECK(counted.throttled == 0);
}

TEST_CASE("a storm of 429s costs little more than the requests of a calm run [R5]") {
  std::size_t const count = 600;
  auto const calm = backfill(count, {});
  auto const [name, probability, wait] =
      GENERATE(table<std::string, double, std::string>({{"now and then", 0.08, "5"}, {"a wall", 1.0, "30"}}));
  auto const storm = backfill(count, [&, probability = probability, wait = wait](Story& story) {
    std::vector<Fault> plan;
    for (auto const service : {sandbox::ServiceName::jira, sandbox::ServiceName::dataverse}) {
      Fault fault;
      fault.service = service;
      fault.what = Fault::Do::status;
      fault.status = 429;
      fault.headers = {{"Retry-After", wait}, {"RateLimit-Reason", "jira-quota-global-based"}};
      fault.probability = probability;
      if (probability >= 1) {  // each twentieth request begins one that lasts for two more
        fault.every = 20;
        fault.times = 40;
      }
      plan.push_back(fault);
    }
    story.world().set_faults(std::move(plan));
  });
  CAPTURE(name, calm.requests, storm.requests, storm.throttled, storm.runs);
  CHECK(storm.throttled > 20);
  CHECK(static_cast<double>(storm.requests) <= 1.15 * static_cast<double>(calm.requests));
  std::printf("pacing: a storm (%s) takes %llu requests, %llu of them answered with 429; the calm run %llu\n", name.c_str(),
              static_cast<unsigned long long>(storm.requests), static_cast<unsigned long long>(storm.throttled),
              static_cast<unsigned long long>(calm.requests));
}
