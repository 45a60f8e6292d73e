// Large tables: pages count rows looked at, not time (contract: dataverse.md §7, §8, §10).
#include <catch2/catch.hpp>

#include "dataverse/query.hpp"
#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

struct Counted {
  std::size_t rows = 0, looked_at = 0;
};

Counted run(Box& box, std::string const& query, std::size_t limit) {
  std::string target = "/?";
  for (char const c : query) target += c == ' ' ? std::string("%20") : std::string(1, c);
  auto const& engine = box.dataverse->engine();
  auto const& table = *engine.schema.table("incident");
  auto const options = sandbox::dataverse::options_of(Request{"GET", target, {}, ""}, table, engine.context());
  REQUIRE(options);
  Counted out;
  auto const page = sandbox::dataverse::run_query(
      table, *options, limit,
      [&](sandbox::dataverse::Row const&) -> sandbox::dataverse::Truth {
        ++out.looked_at;
        return true;
      },
      engine.context());
  REQUIRE(page);
  out.rows = page->rows.size();
  return out;
}

}  // namespace

TEST_CASE("with 20,000 cases a page reads little more than its own rows [L1]") {
  Box box;
  REQUIRE(box.dataverse->grow(20'000));
  CHECK(run(box, "$orderby=modifiedon,incidentid", 100).looked_at == 101);
  CHECK(run(box, "$orderby=modifiedon desc", 100).looked_at == 101);
  CHECK(run(box, "$filter=modifiedon ge 2020-01-01T00:00:00Z&$orderby=modifiedon desc,incidentid", 100).looked_at == 101);
  CHECK(run(box, "", 100).looked_at == 101);
  CHECK(run(box, "$filter=incidentid eq " + case_id(3), 100).looked_at == 1);
  auto const sorted = run(box, "$orderby=title", 100);  // no index: once over the table
  CHECK(sorted.rows == 100);
  CHECK(sorted.looked_at == 20'012);
}

TEST_CASE("a table of 20,000 rows is walked in the order of its titles, and its delta holds only what changed [L1]") {
  Box box;
  REQUIRE(box.dataverse->grow(20'000));
  std::string target = "incidents?$select=title&$orderby=title";
  std::size_t rows = 0;
  std::string last;
  while (!target.empty()) {
    auto const page = box.get_json(target);
    for (auto const& row : page["value"].items()) {
      rows += 1;
      last = row["title"].text_or("");
    }
    auto const next = page["@odata.nextLink"].text_or("");
    target = next.empty() ? "" : next.substr((box.world.urls().dataverse + "/api/data/v9.2/").size());
  }
  CHECK(rows == 20'012);
  auto page = box.get_json("incidents?$select=title", {{"Prefer", "odata.track-changes"}});
  while (page.has("@odata.nextLink"))
    page = box.get_json(page["@odata.nextLink"].text_or("").substr((box.world.urls().dataverse + "/api/data/v9.2/").size()),
                        {{"Prefer", "odata.track-changes"}});
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(1) + ")", R"j({"title":"x"})j").status == 204);
  auto const delta =
      box.get_json(page["@odata.deltaLink"].text_or("").substr((box.world.urls().dataverse + "/api/data/v9.2/").size()));
  CHECK(delta["value"].items().size() == 1);
}
