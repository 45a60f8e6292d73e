// The real program, killed by SIGKILL while its n-th request is before or after its effect, for every n of the main job (SPEC R1).
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <set>
#include <thread>

#include "background.hpp"
#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::string const kItem = std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json";

struct Ends {
  std::size_t issues = 0, notes = 0, remote_links = 0, records = 0;
};

Ends ends(Sandbox const& sandbox) {
  auto const state = sandbox.get("state");
  Ends out;
  std::set<std::string> records;
  for (auto const& issue : state["jira"]["issues"].items()) {
    ++out.issues;
    out.remote_links += issue["remoteLinks"].items().size();
    records.insert(std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text()));
  }
  for (auto const& note : state["dataverse"]["rows"]["annotation"].items()) {
    out.notes += note["notetext"].text().find("Issue ID: ") != std::string_view::npos ? 1U : 0U;
  }
  out.records = records.size();
  return out;
}

std::uint64_t writes(Sandbox const& sandbox) {
  std::uint64_t count = 0;
  auto const requests = sandbox.get("requests");
  for (auto const& [endpoint, times] : requests["counts"].members()) {
    bool const reads = endpoint.starts_with("GET ") || endpoint.find("bulkfetch") != std::string::npos ||
                       endpoint.find("search/jql") != std::string::npos || endpoint.find("/token") != std::string::npos;
    if (!reads) count += static_cast<std::uint64_t>(times.integer().value_or(0));
  }
  return count;
}

// True when the n-th request was reached and the program was killed there.
bool killed_at(std::string const& when, int nth) {
  Sandbox const sandbox;
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kItem, "--baseline", "all"}).code == 0);
  sandbox.post("faults", json::Array{json::Object{{"when", when}, {"match", ""}, {"nth", nth}, {"do", "hold"}, {"for", "1m"}}});
  sandbox.post("config", json::Object{{"jira.searchLag", "10m"}});
  auto const before = sandbox.get("requests")["total"].integer().value_or(0);
  std::map<std::string, std::string> const environment{
      {"TANDEM_STATE_DIR", ann.state()}, {"XDG_CONFIG_HOME", ann.folder().path("config")}, {"HOME", ann.folder().path("home")}};
  Background program(TANDEM_PROGRAM, {{"sync-once", "--jobs", "1"}, environment, ""});
  bool held = false;
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (program.running() && !held && std::chrono::steady_clock::now() < until) {
    held = sandbox.get("requests")["total"].integer().value_or(0) - before >= nth;
    if (!held) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  if (held) std::this_thread::sleep_for(std::chrono::milliseconds{5});  // after "after": its effect
  bool const alive = program.running();
  program.kill();
  if (!alive) return false;

  sandbox.post("faults", json::Array{});
  sandbox.post("clock", json::Object{{"advance", "4m"}});
  auto const resumed = ann.tandem({"sync-once"});
  CAPTURE(when, nth, resumed.out, resumed.err);
  CHECK(resumed.code == 0);
  auto const end = ends(sandbox);
  CHECK(end.issues == 12);
  CHECK(end.records == 12);
  CHECK(end.notes == 12);
  CHECK(end.remote_links == 12);
  auto const written = writes(sandbox);
  CHECK(ann.tandem({"sync-once"}).code == 0);
  CHECK(writes(sandbox) == written);
  CHECK(ann.tandem({"status", "--check"}).code == 0);
  return true;
}

}  // namespace

TEST_CASE("SIGKILL before and after every request of the main job ends with exactly twelve issues and link notes [R1]") {
  int points = 0;
  for (auto const* when : {"before", "after"}) {
    int nth = 1;
    while (killed_at(when, nth)) ++nth;
    points += nth - 1;
  }
  std::printf("SIGKILL at %d points, each resumed and compared\n", points);
  CHECK(points >= 30);
}
