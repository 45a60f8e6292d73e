// A large table: memory that does not grow with it, and a resting cycle that costs the same (SPEC E6, E12).
#include <catch2/catch.hpp>

#include <cstdio>

#include <tandem/base/json/parse.hpp>

#include "background.hpp"
#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

// A sanitizer keeps what was freed in quarantine.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kPeakMeansSomething = false;
#else
constexpr bool kPeakMeansSomething = true;
#endif

struct Measured {
  long peak_kilobytes = 0;
  std::int64_t at_rest = 0;  // requests of a cycle 15 minutes later
};

Measured backfilled(int records) {
  Sandbox const sandbox({"--records", std::to_string(records - 12)});
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(
      ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json", "--baseline", "all"})
          .code == 0);
  std::map<std::string, std::string> const environment{
      {"TANDEM_STATE_DIR", ann.state()}, {"XDG_CONFIG_HOME", ann.folder().path("config")}, {"HOME", ann.folder().path("home")}};
  Background program(TANDEM_PROGRAM, {{"sync-once", "--allow-mass-change", "--deadline", "30m"}, environment, ""});
  auto const end = program.wait();
  REQUIRE(end.code == 0);
  auto const status = ann.tandem({"status", "--output", "json"});
  CHECK((*json::parse(status.out))["items"].at(0)["links"].integer() == records);
  REQUIRE(ann.tandem({"sync-once"}).code == 0);
  sandbox.post("clock", json::Object{{"advance", "15m"}});
  auto const before = sandbox.get("requests")["total"].integer().value_or(0);
  REQUIRE(ann.tandem({"sync-once"}).code == 0);
  return {end.peak_kilobytes, sandbox.get("requests")["total"].integer().value_or(0) - before};
}

}  // namespace

TEST_CASE(
    "a table of twenty thousand records is backfilled in memory that does not grow with them, and cost at rest what 20 do "
    "[E6][E12]") {
  auto const few = backfilled(20);
  auto const some = backfilled(2'000);
  auto const many = backfilled(20'000);
  std::printf("backfill: peak %ld KB with 20, %ld KB with 2,000, %ld KB with 20,000 records; at rest %lld, %lld, %lld requests\n",
              few.peak_kilobytes, some.peak_kilobytes, many.peak_kilobytes, static_cast<long long>(few.at_rest),
              static_cast<long long>(some.at_rest), static_cast<long long>(many.at_rest));
  CHECK(many.at_rest == few.at_rest);
  // What one commit touches of the mapped store grows with its depth; what is held per record would be a hundred megabytes.
  if (kPeakMeansSomething) CHECK(many.peak_kilobytes < some.peak_kilobytes + 40 * 1024);
}
