// The main job when something goes wrong: lost answers, refusals, limits, a lost store (SPEC R, E8, D9).
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>

#include "support/faults.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

std::string incident(std::string const& id) { return "/api/data/v9.2/incidents(" + id + ")"; }

}  // namespace

TEST_CASE("a bulk create whose answer is lost is found at once and nothing is made twice [R1][R2]") {
  Story story;
  auto const when = GENERATE(Fault::When::after, Fault::When::body);
  story.world().set_faults({fault(when, Fault::Do::drop, "POST", "/rest/api/3/issue/bulk")});
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a create that was never executed waits until enough of Jira's time has passed, then is made once [R2]") {
  Story story;
  story.world().set_faults({fault(Fault::When::before, Fault::Do::drop, "POST", "/rest/api/3/issue/bulk")});
  auto const first = story.run();
  REQUIRE(first.record.has_value());
  CHECK(first.record->exit == 6);
  CHECK(first.record->items.at(0).waiting == 12);
  CHECK(story.issues().empty());
  story.world().advance(60s);
  // What earlier runs left waiting is told, but does not fail this run.
  CHECK(story.run_well().items.at(0).skipped.at("open-intent") == 12);
  CHECK(story.issues().empty());
  story.world().advance(61s);
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE(
    "a create that executes a minute after its answer was given up is recognised, also when the search lags ten minutes "
    "[R1][R2]") {
  Story story;
  story.configure("jira.searchLag", "10m");
  auto late = fault(Fault::When::before, Fault::Do::hold, "POST", "/rest/api/3/issue/bulk");
  late.hold_for = 60s;
  story.world().set_faults({late});
  CHECK(story.run().record->exit == 6);
  story.world().advance(5min);
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("an edit whose answer is lost is settled by what the issue shows [R2]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"New title"})");
  auto const when = GENERATE(Fault::When::before, Fault::When::after, Fault::When::body);
  story.world().set_faults({fault(when, Fault::Do::drop, "PUT", "/rest/api/3/issue/")});
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == (when == Fault::When::before ? 6 : 0));
  story.world().advance(3min);
  story.run_well();
  std::size_t shown = 0;
  for (auto const& issue : story.issues()) shown += issue["fields"]["summary"].text() == "New title" ? 1U : 0U;
  CHECK(shown == 1);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("what Jira refuses is retried after a growing pause and does not stop the others' marks [E8]") {
  Story story;
  story.world().set_faults({jira_refuses("POST", "/rest/api/3/issue/bulk", "The project is being moved.")});
  auto const first = story.run();
  REQUIRE(first.record.has_value());
  CHECK(first.record->exit == 6);
  CHECK(first.record->items.at(0).failed == 12);
  story.world().advance(1min);
  auto const second = story.run_well();
  CHECK(second.items.at(0).created == 0);
  CHECK(second.items.at(0).skipped.at("retry-later") == 12);
  story.world().advance(5min);
  CHECK(story.run_well().items.at(0).created == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a record that fails five times is parked until it is asked for or changes [E8]") {
  Story story;
  story.world().set_faults({jira_refuses("POST", "/rest/api/3/issue/bulk", "No.", std::nullopt)});
  for (int i = 0; i < 5; ++i) {
    CHECK(story.run().record->exit == 6);
    story.world().advance(7h);
  }
  story.world().set_faults({});
  auto const left = story.run_well();
  CHECK(left.items.at(0).created == 0);
  CHECK(left.items.at(0).skipped.at("parked") == 12);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(story.cases().front().id), R"({"title":"Mended"})");
  CHECK(story.run_well().items.at(0).created == 1);
  CHECK(story.run_well({.retry_parked = true}).items.at(0).created == 11);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("without the right to write notes links are made all the same, and the notes follow when it is granted [D9]") {
  Story story;
  story.configure("dataverse.revokePrivilege", "prvCreateNote");
  auto const first = story.run();
  REQUIRE(first.record.has_value());
  CHECK(first.record->exit == 0);
  CHECK(first.record->items.at(0).created == 12);
  CHECK(first.record->items.at(0).skipped.at("link-note-refused") == 12);
  CHECK(story.link_notes().empty());
  story.configure("dataverse.grantPrivilege", "prvCreateNote");
  story.run_well();
  CHECK(story.link_notes().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a lost store adopts what its predecessor made instead of making it again [E4][D11]") {
  Story story;
  story.run_well();
  auto const before = story.outcome();
  std::filesystem::remove_all(story.store_path() / "store");
  story.world().advance(20min);
  auto const run = story.run_well();
  CHECK(run.items.at(0).created == 0);
  CHECK(run.items.at(0).adopted == 12);
  CHECK(story.issues().size() == 12);
  CHECK(story.outcome() == before);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("an adopted issue that differs follows Dynamics [D3]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  std::filesystem::remove_all(story.store_path() / "store");
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"While nobody looked"})");
  story.run_well();
  story.run_well();
  std::size_t shown = 0;
  for (auto const& issue : story.issues()) shown += issue["fields"]["summary"].text() == "While nobody looked" ? 1U : 0U;
  CHECK(shown == 1);
  CHECK(story.issues().size() == 12);
}

TEST_CASE("limits and short outages of reads are waited out and cost nothing [R5]") {
  Story story;
  auto limited = fault(Fault::When::before, Fault::Do::status, "POST", "/rest/api/3/issue/bulk");
  limited.status = 429;
  limited.headers = {{"Retry-After", "7"}, {"RateLimit-Reason", "jira-burst-based"}};
  auto away = fault(Fault::When::before, Fault::Do::status, "GET", "/api/data/v9.2/incidents");
  away.status = 503;
  auto broken = fault(Fault::When::after, Fault::Do::drop, "POST", "/rest/api/3/issue/bulkfetch");
  story.world().set_faults({limited, away, broken});
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("an unreachable service ends the run with nothing lost, and the next run continues [R5]") {
  auto const [method, path] = GENERATE(table<std::string, std::string>({{"GET", "/api/data/v9.2/incidents"},
                                                                        {"POST", "/rest/api/3/search/jql"},
                                                                        {"POST", "/rest/api/3/issue/10003/remotelink"},
                                                                        {"POST", "/api/data/v9.2/$batch"},
                                                                        {"POST", "/rest/api/3/issue/bulkfetch"}}));
  CAPTURE(method, path);
  Story story;
  story.world().set_faults({fault(Fault::When::before, Fault::Do::drop, method, path, std::nullopt)});
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 5);
  story.world().set_faults({});
  story.world().advance(3min);
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("a case that changes while its create is not settled is brought up to date afterwards [R2][E5]") {
  Story story;
  auto late = fault(Fault::When::before, Fault::Do::hold, "POST", "/rest/api/3/issue/bulk");
  late.hold_for = 60s;
  story.world().set_faults({late});
  CHECK(story.run().record->exit == 6);
  auto const one = story.cases().front();
  story.world().advance(10s);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Changed meanwhile"})");
  story.run_well();
  story.world().advance(15min);
  story.run_well();
  std::size_t shown = 0;
  for (auto const& issue : story.issues()) shown += issue["fields"]["summary"].text() == "Changed meanwhile" ? 1U : 0U;
  CHECK(shown == 1);
  CHECK(story.issues().size() == 12);
  CHECK(story.store_faults(12) == "");
}
