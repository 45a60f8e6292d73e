// Every request of the product against the published contracts. Stories check themselves (support/contract_watch.hpp); here is what no story
// does: proving a connection, reading metadata of every table and project, each call of the two clients.
#include <catch2/catch.hpp>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/connection/prove.hpp>

#include "contract/skip.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;

namespace {

// What the client answers is its unit tests' matter; here it only has to have asked.
template <class T>
void asked(Result<T> const& result) {
  if (!result) INFO(result.error().to_line());
  CHECK(result.has_value());
}

}  // namespace

TEST_CASE("a story's requests and answers are as the published contracts have them, and none is left out [contract]") {
  if (contracts_or_skip() == nullptr) return;
  Story story;
  story.run_well();
  story.world().advance(16min);
  story.edit("alice", sandbox::ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + story.cases().front().id + ")",
             R"({"title":"New"})");
  story.run_well();
  CHECK(story.contracts().checked() >= story.requests());
  CHECK(story.contracts().checked() > 40);
  CHECK(story.contracts().report() == "");
}

TEST_CASE("proving a connection asks as the published contracts say [contract, A4]") {
  if (contracts_or_skip() == nullptr) return;
  Story story;
  auto const before = story.contracts().checked();
  auto const connection = story.connection();
  auto const proof = connection::prove(*connection);
  CHECK_FALSE(proof.error.has_value());
  CHECK(story.contracts().checked() > before + 5);
  CHECK(story.contracts().report() == "");
}

TEST_CASE("metadata of every table and project is asked for as the published contracts say [contract, B4]") {
  if (contracts_or_skip() == nullptr) return;
  Story story;
  auto const connection = story.connection();
  auto const tables = connection->dataverse().entity_names();
  REQUIRE(tables.has_value());
  for (auto const& table : *tables) asked(connection->dataverse().entity(table.logical_name));
  for (auto const* const project : {"SUP", "NOPE"}) asked(connection::fetch_schema(*connection, "incident", project, "Task"));
  CHECK(story.contracts().report() == "");
}

TEST_CASE("each call of the clients asks as the published contracts say [contract]") {
  if (contracts_or_skip() == nullptr) return;
  Story story;
  story.run_well();
  auto const connection = story.connection();
  auto& jira = connection->jira();
  auto& dataverse = connection->dataverse();
  auto const issue = story.issues().front()["id"].text_or("");
  auto const one = story.cases().front();

  asked(jira.myself());
  asked(jira.server_time());
  asked(jira.get(issue, {"summary", "status"}, {"tandem.link"}));
  asked(jira.get("99999", {"summary"}, {}));
  asked(jira.property(issue, "tandem.link"));
  asked(jira.put_property(issue, "tandem.origin", json::Object{{"v", 1}}));
  asked(jira.remove_remote_link(issue, "system=none&id=1"));
  asked(jira.statuses("SUP", "10001"));
  asked(jira.my_permissions("SUP", {"BROWSE_PROJECTS", "CREATE_ISSUES"}));

  asked(dataverse.who_am_i());
  dataverse::Query query;
  query.set_name = "incidents";
  query.primary_id = "incidentid";
  query.select = {"title", "modifiedon"};
  query.filter = "statecode eq 0 and contains(title,'a') and modifiedon ge 2020-01-01T00:00:00Z";
  query.order_by = "modifiedon asc,incidentid asc";
  query.page_size = 5;
  auto const page = dataverse.query(query);
  REQUIRE(page.has_value());
  REQUIRE_FALSE(page->next_link.empty());
  asked(dataverse.next(*page, query));
  asked(dataverse.get("incidents", "incidentid", one.id, {"title"}));
  asked(dataverse.update("incidents", "incidentid", one.id, "", json::Object{{"title", "Other"}}, {"title"}));
  auto const note = random_uuid();
  json::Object const body{{"subject", "s"}, {"notetext", "t"}, {"objectid_incident@odata.bind", "/incidents(" + one.id + ")"}};
  asked(dataverse.create_with_id("annotations", note, body));
  asked(dataverse.create_many_with_id({{"annotations", random_uuid(), body}, {"annotations", note, body}}));
  asked(dataverse.remove("annotations", note));
  CHECK(story.contracts().report() == "");
}
