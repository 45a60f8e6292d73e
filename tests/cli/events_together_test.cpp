// Many at once, and nobody home: no event is lost or handled twice, whoever runs beside it, dies, or cannot reach a system (SPEC F3, R6).
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "background.hpp"
#include "synced.hpp"

using namespace tandem;
using namespace cli_test;
using namespace std::chrono_literals;

namespace {

constexpr int kTogether = 50;

// What a receiver collected: events of real issues in turn, and of strangers.
std::string line_of(int number, json::Array const& issues) {
  auto const at = static_cast<std::size_t>(number);
  json::Value const stranger = json::Object{{"id", std::to_string(900'000 + number)}, {"key", "OPS-" + std::to_string(number)}};
  auto const body = updated(number % 10 == 0 ? issues.at(at / 10 % issues.size()) : stranger);
  return json::to_text(
             json::Object{{"headers", json::Object{{"X-Atlassian-Webhook-Identifier", "delivery-" + std::to_string(number)}}},
                          {"body", body}}) +
         "\n";
}

std::vector<std::string> outcomes(Ran const& ran) {
  std::vector<std::string> out;
  auto const told = json::parse(ran.out);
  INFO(ran.err);
  REQUIRE(told.has_value());
  for (auto const& event : (*told)["events"].items()) out.emplace_back(event["outcome"].text());
  return out;
}

}  // namespace

TEST_CASE("fifty push-event and fifty sync-once at a time: each edit arrives once, and push-event never exits 8 [F3][R6]") {
  Synced const world;
  auto const state = world.sandbox.get("state");
  auto const& issues = state["jira"]["issues"].items();
  for (std::size_t i = 0; i < issues.size(); ++i) world.retitle(issues[i], "Together " + std::to_string(i));
  auto const edits = world.edits();
  world.sandbox.configure("latencyMs", json::Object{{"jira", 20}, {"dataverse", 20}});
  auto const environment = world.environment();
  std::vector<std::unique_ptr<Background>> pushes, cycles;
  for (std::size_t i = 0; i < kTogether; ++i) {
    auto const payload = world.file("p" + std::to_string(i), updated(issues[i % issues.size()]));
    pushes.push_back(std::make_unique<Background>(
        TANDEM_PROGRAM, Call{{"push-event", "--delivery-id", "d" + std::to_string(i), payload}, environment, ""}));
    cycles.push_back(std::make_unique<Background>(TANDEM_PROGRAM, Call{{"sync-once"}, environment, ""}));
  }
  int busy = 0;
  for (auto& push : pushes) CHECK(push->wait().code == 0);
  for (auto& cycle : cycles) {
    auto const code = cycle->wait().code;
    CHECK((code == 0 || code == 8));
    busy += code == 8 ? 1 : 0;
  }
  CHECK(busy > 0);
  CHECK(world.waiting() == 0);  // whoever came late was seen by the holder, without another run
  CHECK(world.edits() == edits + static_cast<std::int64_t>(issues.size()));
  auto const after = world.sandbox.get("state");
  REQUIRE(after["jira"]["issues"].items().size() == issues.size());
  for (std::size_t i = 0; i < issues.size(); ++i)
    CHECK(after["jira"]["issues"].at(i)["fields"]["summary"].text() == "Together " + std::to_string(i));
  CHECK(world.ann.tandem({"status", "--check"}).code == 0);
}

TEST_CASE("a second sync-once exits 8 while one is at work, and an event that comes meanwhile is handled by it [F3][R6]") {
  Synced const world;
  auto const issue = world.issue(0);
  world.retitle(issue, "While it runs");
  world.sandbox.configure("latencyMs", json::Object{{"dataverse", 700}});
  Background first(TANDEM_PROGRAM, Call{{"sync-once"}, world.environment(), ""});
  std::this_thread::sleep_for(300ms);
  CHECK(world.ann.tandem({"sync-once"}).code == 8);
  auto const pushed = world.ann.tandem({"push-event", "--issue", std::string(issue["key"].text())});
  CHECK(pushed.code == 0);
  CHECK_THAT(pushed.err, Catch::Contains("another run is at work"));
  CHECK(first.wait().code == 0);
  CHECK(world.waiting() == 0);
}

TEST_CASE("an event that comes while the holder lets go is handled without waiting for cron, at whatever moment it comes [F3]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const payload = world.file("payload", updated(issue));
  auto const began = std::chrono::steady_clock::now();
  CHECK(Background(TANDEM_PROGRAM, Call{{"sync-once"}, world.environment(), ""}).wait().code == 0);
  auto const takes = std::chrono::steady_clock::now() - began;
  for (int i = 0; i < 24; ++i) {
    Background holder(TANDEM_PROGRAM, Call{{"sync-once"}, world.environment(), ""});
    std::this_thread::sleep_for(takes * i / 20);
    Background push(TANDEM_PROGRAM, Call{{"push-event", payload}, world.environment(), ""});
    CHECK(push.wait().code == 0);
    auto const code = holder.wait().code;
    CHECK((code == 0 || code == 8));
    CAPTURE(i);
    CHECK(world.waiting() == 0);
  }
}

TEST_CASE("any command that held the lock looks at the outbox when it lets go [F3]") {
  Synced const world;
  auto const issue = world.issue(2);
  world.retitle(issue, "Seen by the other command");
  world.sandbox.configure("latencyMs", json::Object{{"entra", 800}, {"dataverse", 100}});
  Background other(TANDEM_PROGRAM, Call{{"items", "remove", "nobody"}, world.environment(), ""});
  CHECK(other.wait().code == 9);
  // Proving new credentials takes its time, under the lock.
  auto environment = world.environment();
  environment["SECRET"] = world.sandbox.value("clientSecret");
  Background set(TANDEM_PROGRAM, Call{{"auth", "set", "--client-secret-env", "SECRET"}, environment, ""});
  std::this_thread::sleep_for(400ms);
  auto const pushed = world.ann.tandem({"push-event", "--issue", std::string(issue["key"].text())});
  CHECK(pushed.code == 0);
  CHECK_THAT(pushed.err, Catch::Contains("another run is at work"));
  CHECK(set.wait().code == 0);
  CHECK(world.waiting() == 0);
  CHECK(world.issue(2)["fields"]["summary"].text() == "Seen by the other command");
}

TEST_CASE(
    "with both systems unreachable events are taken, survive SIGKILL at any moment, and are all applied later [F2][F3][R1]") {
  auto const total = std::getenv("TANDEM_LONG") != nullptr ? 10'000 : 2'000;
  int const at_once = total / 10;
  Synced const world;
  auto const state = world.sandbox.get("state");
  auto const& issues = state["jira"]["issues"].items();
  for (std::size_t i = 0; i < issues.size(); ++i) world.retitle(issues[i], "Later " + std::to_string(i));
  auto const edits = world.edits();
  world.sandbox.post("faults", json::Array{json::Object{{"when", "before"}, {"match", ""}, {"do", "drop"}}});
  std::minstd_rand random(20261102);
  auto const pause = [&](int most) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % static_cast<unsigned>(most)));
  };
  int kills = 0;
  for (int from = 0; from < total; from += at_once) {
    std::string lines;
    for (int i = from; i < from + at_once; ++i) lines += line_of(i, issues);
    auto const file = world.file("lines", lines);
    for (int tries = 0; tries < 3; ++tries) {
      Background push(TANDEM_PROGRAM, Call{{"push-event", "--ndjson", "--enqueue-only", file}, world.environment(), ""});
      pause(40);
      kills += push.running() ? 1 : 0;
      push.kill();
      CHECK(world.ann.tandem({"status", "--check"}).code == 0);
    }
    // The receiver sends again what it has no answer for.
    auto const done = world.ann.tandem({"push-event", "--ndjson", "--enqueue-only", "--output", "json", file});
    CHECK(done.code == 0);
    CHECK(outcomes(done).size() == static_cast<std::size_t>(at_once));
  }
  CHECK(world.waiting() >= total * 9 / 10);
  // Single processes too, some of which try the systems, and some of which are killed.
  for (int i = 0; i < 20; ++i) {
    auto const payload = world.file("single", updated(issues[static_cast<std::size_t>(i) % issues.size()]));
    Background push(TANDEM_PROGRAM,
                    Call{{"push-event", "--deadline", "1s", "--delivery-id", "single-" + std::to_string(i), payload},
                         world.environment(),
                         ""});
    if (i % 4 == 0) {
      CHECK(push.wait().code == 0);
    } else {
      pause(60);
      kills += push.running() ? 1 : 0;
      push.kill();
    }
  }
  CHECK(world.ann.tandem({"status", "--check"}).code == 0);
  CHECK(world.waiting() >= static_cast<std::int64_t>(issues.size()));  // a stranger's event ends without any request
  // Every delivery is known: not one is taken twice.
  for (int from = 0; from < total; from += at_once) {
    std::string lines;
    for (int i = from; i < from + at_once; ++i) lines += line_of(i, issues);
    auto const again =
        outcomes(world.ann.tandem({"push-event", "--ndjson", "--enqueue-only", "--output", "json", world.file("lines", lines)}));
    CHECK(std::set<std::string>(again.begin(), again.end()) == std::set<std::string>{"repeated"});
  }
  CHECK(world.edits() == edits);
  world.sandbox.post("faults", json::Array{});
  auto const applied = world.ann.tandem({"push-event", "--issue", std::string(issues.front()["key"].text())});
  CHECK(applied.code == 0);
  CHECK(world.waiting() == 0);
  auto const after = world.sandbox.get("state");
  for (std::size_t i = 0; i < issues.size(); ++i)
    CHECK(after["jira"]["issues"].at(i)["fields"]["summary"].text() == "Later " + std::to_string(i));
  CHECK(world.edits() == edits + static_cast<std::int64_t>(issues.size()));
  std::printf("events: %d taken with both systems unreachable, %d processes killed meanwhile, all applied later\n", total, kills);
}
