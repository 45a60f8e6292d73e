// World files (L1): what extends a built-in world, and that the example of the README is one.
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

#include "unit/sandbox/box.hpp"
#include "world/make_world.hpp"

using namespace sandbox_test;

namespace {

std::string readme_example() {
  std::ifstream in(TANDEM_SOURCE_DIR "/apps/sandbox/worlds/README.md");
  std::string const text(std::istreambuf_iterator<char>(in), {});
  constexpr std::string_view kOpen = "```json\n";
  auto const from = text.find(kOpen);
  REQUIRE(from != std::string::npos);
  return text.substr(from + kOpen.size(), text.find("\n```", from) - from - kOpen.size());
}

}  // namespace

TEST_CASE("the README's example is a world with a table of its own [L1]") {
  Box box(readme_example());
  auto const rows = box.get_json("new_projects?$select=new_name,new_phase,new_budget,_new_account_value&$orderby=new_name",
                                 {{"Prefer", "odata.include-annotations=\"*\""}})["value"];
  REQUIRE(rows.items().size() == 2);
  CHECK(rows.at(0)["new_name"].text() == "Bridge");
  CHECK(rows.at(0)["new_phase@OData.Community.Display.V1.FormattedValue"].text() == "Running");
  CHECK(rows.at(0)["_new_account_value"].text() == sandbox::dataverse::id_of_alias("account", "fabrikam"));
  CHECK(rows.at(1)["new_budget"].scalar_text() == "250000.5000");
  CHECK(box.ask("POST", "new_projects", R"({"new_name":"Tower"})", {{"Content-Type", "application/json"}}).status == 204);
  CHECK(box.get_json("EntityDefinitions(LogicalName='new_project')?$select=EntitySetName")["EntitySetName"].text() ==
        "new_projects");
  CHECK(box.get_json("incidents?$select=title")["value"].items().size() == 12);  // the world that it extends
}

TEST_CASE("what extends a world adds, merges and replaces by name [L1]") {
  auto const world = sandbox::parse_world(
      R"({"extends":"support","entra":{"tenantDomain":"other.example","applications":[{"clientId":"5b1de0c4-3f7a-4c52-9e1b-7a0c62d4f8a1"}]},
          "dataverse":{"records":{"incident":[{"@id":"case-01","title":"changed"},{"@id":"case-99","title":"new"}]},"people":{"carol":"alice"}}})");
  REQUIRE(world);
  auto const base = *sandbox::built_in_world("support");
  CHECK_FALSE(world->has("extends"));
  CHECK((*world)["entra"]["tenantId"] == base["entra"]["tenantId"]);
  CHECK((*world)["entra"]["tenantDomain"].text() == "other.example");
  CHECK((*world)["entra"]["applications"].items().size() == base["entra"]["applications"].items().size());
  CHECK_FALSE((*world)["entra"]["applications"].at(0).has("secrets"));
  auto const& cases = (*world)["dataverse"]["records"]["incident"];
  CHECK(cases.items().size() == base["dataverse"]["records"]["incident"].items().size() + 1);
  CHECK(cases.at(0)["title"].text() == "changed");
  CHECK((*world)["dataverse"]["people"].members().size() == base["dataverse"]["people"].members().size() + 1);
}

TEST_CASE("a world file that cannot be used says why [L1]") {
  auto const fails_with = [](std::string const& text) {
    sandbox::WorldOptions options;
    options.fixed_now = kStart;
    options.file_text = text;
    auto const made = sandbox::make_world(options);
    return made ? std::string("made") : made.error().message;
  };
  CHECK_THAT(fails_with("[]"), Catch::Contains("expected an object"));
  CHECK_THAT(fails_with(R"({"extends":"supprot"})"), Catch::Contains("no built-in world 'supprot'; there are: support"));
  CHECK_THAT(fails_with("{}"), Catch::Contains("tenantId"));
  CHECK_THAT(fails_with(R"({"extends":"support","entra":{"tenantId":"x"}})"), Catch::Contains("tenantId must be a GUID"));
  CHECK_THAT(fails_with(R"({"extends":"support","entra":{"resources":[{"url":"x","refusal":1}]}})"), Catch::Contains("AADSTS"));
  CHECK_THAT(fails_with(R"({"extends":"support","entra":{"issuers":{"x":["y"]}}})"), Catch::Contains("PEM"));
}
