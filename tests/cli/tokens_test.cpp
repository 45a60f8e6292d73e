// Access tokens across runs: asked for once while valid, renewed in the middle of a cycle (SPEC A9).
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::int64_t token_requests(Sandbox const& sandbox) {
  std::int64_t count = 0;
  auto const requests = sandbox.get("requests");
  for (auto const& [endpoint, times] : requests["counts"].members()) {
    if (endpoint.find("oauth2/v2.0/token") != std::string::npos) count += times.integer().value_or(0);
  }
  return count;
}

void apply(Operator const& ann) {
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", TANDEM_SOURCE "/examples/items/support-cases.json", "--baseline", "all"}).code ==
          0);
}

}  // namespace

TEST_CASE("a hundred runs in a row ask for one token [A9]") {
  Sandbox const sandbox;
  Operator const ann(sandbox);
  apply(ann);
  REQUIRE(ann.tandem({"sync-once"}).code == 0);
  auto const before = token_requests(sandbox);
  for (int i = 0; i < 99; ++i) REQUIRE(ann.tandem({"sync-once"}).code == 0);
  CHECK(token_requests(sandbox) == before);
  CHECK(before >= 1);
}

TEST_CASE("a token that ends in the middle of a cycle costs a renewal and no record [A9]") {
  Sandbox const sandbox({"--records", "400"});
  sandbox.configure("entra.tokenLifetime", std::int64_t{1});
  Operator const ann(sandbox);
  apply(ann);
  auto const before = token_requests(sandbox);
  sandbox.configure("latencyMs", json::Object{{"jira", std::int64_t{60}}, {"dataverse", std::int64_t{60}}});
  auto const sync = ann.tandem({"sync-once", "--allow-mass-change", "-o", "json"});
  CAPTURE(sync.out, sync.err);
  CHECK(sync.code == 0);
  CHECK(token_requests(sandbox) > before + 1);
  CHECK(sandbox.get("state")["jira"]["issues"].items().size() == 412);
}
