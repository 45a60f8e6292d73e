// Reasons that a run gives for records and marks, one by one (SPEC X4); those of values, events and trouble have their own files.
#include <catch2/catch.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>

#include "support/faults.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

std::string example_with(std::string_view member, json::Value value) {
  auto item = json::parse(example_item(), {.comments = true}).value();
  json::Object out;
  for (auto const& [name, held] : item.members()) out.set(name, held);
  out.set(std::string(member), std::move(value));
  return json::to_text(out);
}

std::size_t told(Story::Ran const& ran, Reason reason) {
  auto const is = [&](sync::Skipped const& one) { return one.reason == reason; };
  return static_cast<std::size_t>(std::count_if(ran.told.left.begin(), ran.told.left.end(), is) +
                                  std::count_if(ran.told.failures.begin(), ran.told.failures.end(), is));
}

}  // namespace

TEST_CASE("auto-create-off: new records are told with that reason, and nothing is made [B5][X4]") {
  Story story({.item_text = example_with("autoCreate", false)});
  auto const ran = story.run();
  CHECK(told(ran, Reason::auto_create_off) >= 12);
  CHECK(story.writes().empty());
}

TEST_CASE("skip-closed: a record that is closed already is left out where the item says so [E4][X4]") {
  Story story({.item_text = example_with("create", json::Object{{"skipClosed", true}})});
  auto const one = story.cases().front();
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + one.id + ")",
             R"({"statecode":2,"statuscode":6})");
  auto const before = told(story.run(), Reason::skip_closed);
  CHECK(before >= 1);
  CHECK(story.issues().size() == 11);
}

TEST_CASE("remote-link-refused: the issue stays linked, and its web link is owed and told [D10][X4]") {
  Story story;
  story.world().set_faults({jira_refuses("POST", "/rest/api/3/issue/*/remotelink", "The link cannot be stored.")});
  auto const ran = story.run();
  CHECK(told(ran, Reason::remote_link_refused) == 1);
  CHECK(story.issues().size() == 12);
  story.run_well();
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("not-executed: an edit that was proved not to have happened waits with that reason to be planned anew [R2][X4]") {
  Story story;
  story.run_well();
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + story.cases().front().id + ")",
             R"({"title":"Second try"})");
  story.world().set_faults({fault(Fault::When::before, Fault::Do::drop, "PUT", "/rest/api/3/issue/")});
  CHECK(story.run().record->exit == 6);
  story.world().advance(3min);
  // A run for events alone settles, and leaves the records to the next cycle.
  story.run_well({.drain_events = true, .only_events = true});
  std::vector<sync::Retry> queued;
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(queued, sync::retries_of(reader, "support-cases", "", 10));
    return Unit{};
  }));
  REQUIRE(queued.size() == 1);
  CHECK(queued[0].reason == code_of(Reason::not_executed));
  story.run_well();
  CHECK(story.store_faults(12) == "");
}

TEST_CASE("duplicate-issue: of two issues with one marker the older keeps the link, the other is told and stays [R2][X4]") {
  Story story;
  story.world().set_faults({fault(Fault::When::before, Fault::Do::drop, "POST", "/rest/api/3/issue/bulk")});
  CHECK(story.run().record->exit == 6);
  std::vector<sync::Intent> intents;
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(intents, sync::open_intents(reader));
    return Unit{};
  }));
  REQUIRE(intents.size() == 12);
  auto const& intent = intents.front();
  link::Link link;
  link.id = intent.id;
  link.item = intent.item;
  link.entity = intent.entity;
  link.record = intent.record;
  auto const organisation = story.connection()->dataverse().who_am_i().value().organization_id;
  for (int i = 0; i < 2; ++i) {
    json::Array const properties{
        json::Object{{"key", link::kIssueProperty}, {"value", link::issue_property(link, organisation)}}};
    json::Object const fields{
        {"project", json::Object{{"key", "SUP"}}}, {"issuetype", json::Object{{"name", "Task"}}}, {"summary", "Made twice"}};
    story.edit("alice", ServiceName::jira, "POST", "/rest/api/3/issue",
               json::to_text(json::Object{{"fields", fields}, {"properties", properties}}));
  }
  story.world().advance(3min);
  auto const ran = story.run();
  CHECK(told(ran, Reason::duplicate_issue) == 1);
  CHECK(ran.record->exit == 6);
  CHECK(ran.record->items.at(0).failed == 1);
  CHECK(story.issues().size() == 13);
  CHECK(story.run_well().items.at(0).created == 0);
}

namespace {

std::string const kTwoWay = [] {
  auto text = example_item();
  std::string const one_way = R"("mode": "one-way")";
  return text.replace(text.find(one_way), one_way.size(), R"("mode": "two-way")");
}();

// What the store says the first link agreed on, changed behind the program's back.
void change_first_base(Story& story, std::function<void(link::Base&)> const& change) {
  auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
  REQUIRE(opened.has_value());
  auto const done = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::links_of_item(writer, "support-cases", "", 1));
    TANDEM_TRY(auto base, link::find_base(writer, links.at(0).id));
    change(*base);
    return link::put_base(writer, links.at(0).id, *base);
  });
  REQUIRE(done.has_value());
}

std::string first_record(Story& story) {
  std::string out;
  auto const done = story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::links_of_item(reader, "support-cases", "", 1));
    out = links.at(0).record;
    return Unit{};
  });
  REQUIRE(done.has_value());
  return out;
}

}  // namespace

TEST_CASE("mass-gone: a sweep that misses too many links names this reason, and breaks none [E12][X4]") {
  Story story;
  story.run_well();
  for (std::size_t i = 0; i < 3; ++i)
    story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + story.cases().at(1).id + ")");
  auto const ran = story.run({.sweep = true});
  CHECK(ran.record->exit == 7);
  CHECK_THAT(ran.record->items.at(0).error, Catch::Contains(std::string(code_of(Reason::mass_gone))));
}

TEST_CASE("went-back: a record with an older version than the one that was agreed on stops its item [R9][X4]") {
  Story story;
  story.run_well();
  change_first_base(story, [](link::Base& base) { base.etag = "W/\"999999999999\""; });
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + first_record(story) + ")",
             R"({"title":"Restored"})");
  auto const ran = story.run();
  CHECK(ran.record->exit == 7);
  CHECK_THAT(ran.record->items.at(0).error, Catch::Contains(std::string(code_of(Reason::went_back))));
}

TEST_CASE("no-privilege: a record that the role may not write is told with this reason, and the others are written [E8][X4]") {
  Story story({.item_text = kTwoWay});
  story.run_well();
  story.world().advance(1min);
  auto const key = std::string(story.issues().at(0)["key"].text());
  story.edit("alice", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key, R"({"fields":{"summary":"From Jira"}})");
  auto refusal = fault(Fault::When::before, Fault::Do::status, "PATCH", "/api/data/v9.2/incidents");
  refusal.status = 403;
  refusal.headers = {{"Content-Type", "application/json"}};
  refusal.body = R"({"error":{"code":"0x80040220","message":"Principal user is missing prvWriteIncident privilege."}})";
  story.world().set_faults({refusal});
  CHECK(told(story.run(), Reason::no_privilege) == 1);
}

TEST_CASE("unknown-base: sides that differ and never agreed are held where that is asked for [D3][D11][X4]") {
  Story story({.item_text = kTwoWay});
  story.run_well();
  story.world().advance(1min);
  change_first_base(story, [](link::Base& base) { base.fields.erase("title|summary"); });
  story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + first_record(story) + ")",
             R"({"title":"Another"})");
  story.run({.first_contact = sync::FirstContact::hold});
  std::vector<sync::Held> held;
  REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, sync::all_held(reader, 10));
    return Unit{};
  }));
  REQUIRE(held.size() == 1);
  CHECK(held[0].reason == code_of(Reason::unknown_base));
}
