// A run that is asked to stop: it ends cleanly and soon, and the next one completes it (SPEC E10).
#include <catch2/catch.hpp>

#include <csignal>

#include "background.hpp"
#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

TEST_CASE("a signal ends a run cleanly with its own exit code, and the next run completes it [E10]") {
  // Slow enough that the signal meets the run at its work.
  Sandbox const sandbox({"--latency-ms", "jira=25,dataverse=25"});
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(
      ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json", "--baseline", "all"})
          .code == 0);
  std::map<std::string, std::string> const environment{
      {"TANDEM_STATE_DIR", ann.state()}, {"XDG_CONFIG_HOME", ann.folder().path("config")}, {"HOME", ann.folder().path("home")}};

  auto const [signal, code, requests] =
      GENERATE(table<int, int, int>({{SIGTERM, 143, 1}, {SIGINT, 130, 1}, {SIGTERM, 143, 4}, {SIGINT, 130, 4}}));
  CAPTURE(signal, requests);
  auto const total = [&] { return sandbox.get("requests")["total"].integer().value_or(0); };
  auto const before = total();
  Background program(TANDEM_PROGRAM, {{"sync-once", "--jobs", "1"}, environment, ""});
  while (program.running() && total() < before + requests) {
  }
  REQUIRE(program.running());
  program.send(signal);
  CHECK(program.wait().code == code);

  auto const next = ann.tandem({"sync-once"});
  CAPTURE(next.out, next.err);
  // A write that was on its way is settled when it is old enough to be certain.
  if (next.code != 0 || next.out.find("waiting") != std::string::npos) {
    sandbox.post("clock", json::Object{{"advance", "10m"}});
    REQUIRE(ann.tandem({"sync-once"}).code == 0);
  }
  auto const state = sandbox.get("state");
  CHECK(state["jira"]["issues"].items().size() == 12);
  for (auto const& issue : state["jira"]["issues"].items()) CHECK(issue["remoteLinks"].items().size() == 1);
}
