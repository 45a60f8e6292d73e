// The main job: Dynamics cases become Jira issues and are followed (SPEC E), as an administrator would see it on both sides.
#include <catch2/catch.hpp>

#include <fstream>
#include <set>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

std::string incident(std::string const& id) { return "/api/data/v9.2/incidents(" + id + ")"; }

std::string file_bytes(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("twelve new cases become exactly twelve issues with all marks, and a second cycle writes nothing [E4][D9][D10][R4]") {
  Story story;
  auto const first = story.run_well();
  CHECK(first.items.at(0).created == 12);
  REQUIRE(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
  std::set<std::string> records;
  for (auto const& issue : story.issues()) {
    CHECK(issue["remoteLinks"].items().size() == 1);
    records.insert(std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text()));
  }
  CHECK(records.size() == 12);
  CHECK(story.store_faults(12) == "");

  story.forget_requests();
  auto const second = story.run_well();
  CHECK(second.items.at(0).created == 0);
  CHECK(story.writes().empty());
  CHECK(story.issues().size() == 12);
}

TEST_CASE("each issue shows the mapped columns of its case [C1][C2]") {
  Story story;
  story.run_well();
  std::map<std::string, std::string> const priorities{{"1", "High"}, {"2", "Medium"}, {"3", "Low"}};
  for (auto const& one : story.cases()) {
    CAPTURE(one.number);
    auto const issue = story.issue_of(one.id);
    REQUIRE(issue.is_object());
    CHECK(issue["fields"]["summary"].text() == one.title);
    CHECK(issue["fields"]["priority"]["name"].text() == priorities.at(one.row["prioritycode"].scalar_text()));
    CHECK(issue["fields"]["description"].is_null() == one.row["description"].is_null());
    CHECK(issue["fields"]["duedate"].is_null() == one.row["followupby"].is_null());
    CHECK(json::to_text(issue["fields"]["labels"]) == R"(["dynamics"])");
  }
}

TEST_CASE("an edited case changes only the edited field of its issue [E5]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited by Alice"})");
  auto const before = story.issue_of(one.id);
  story.forget_requests();
  auto const run = story.run_well();
  CHECK(run.items.at(0).updated == 1);
  auto const after = story.issue_of(one.id);
  CHECK(after["fields"]["summary"].text() == "Edited by Alice");
  for (auto const* name : {"description", "priority", "labels", "duedate"})
    CHECK(after["fields"][name] == before["fields"][name]);
  auto const& changelog = after["changelog"].items();
  REQUIRE_FALSE(changelog.empty());
  bool named = false;
  for (auto const& entry : changelog) named = named || entry["historyMetadata"]["type"].text() == "tandem";
  CHECK(named);
  // The edit, and the remote link whose title shows the case's title.
  auto const writes = story.writes();
  CHECK(writes.size() == 2);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

TEST_CASE("a case that is resolved is shown as resolved by its remote link, and nothing else changes [D10]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"statecode":2,"statuscode":6})");
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().size() == 1);
  CHECK(story.issue_of(one.id)["remoteLinks"].at(0)["object"]["status"]["resolved"].truthy());
}

TEST_CASE("a dry run tells every field of every issue and changes neither the store nor a system [E9]") {
  Story story;
  story.run_well({.dry_run = true});  // makes the empty store only
  auto const data = file_bytes(story.store_path() / "store" / "data.mdb");
  auto const world = json::to_canonical(story.world().state());
  story.forget_requests();
  auto const ran = story.run({.dry_run = true});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 0);
  REQUIRE(ran.told.plans.size() == 12);
  for (auto const& plan : ran.told.plans) {
    CHECK(plan.action == sync::Action::create_issue);
    CHECK(plan.fields.find("summary") != nullptr);
    CHECK(plan.fields.find("priority") != nullptr);
  }
  CHECK(story.writes().empty());
  CHECK(file_bytes(story.store_path() / "store" / "data.mdb") == data);
  CHECK(json::to_canonical(story.world().state()) == world);
}

TEST_CASE("records from before the baseline are left, told and counted; what is made after it becomes an issue [B7]") {
  StoryOptions options;
  options.baseline = parse_instant("2026-11-02T09:00:00Z");
  Story story(options);
  auto const first = story.run_well();
  CHECK(first.items.at(0).created == 0);
  CHECK(first.items.at(0).older == 12);
  CHECK(story.issues().empty());
  story.world().advance(30s);
  auto const customer = story.cases().front().row["_customerid_value"].text_or("");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
             "{\"title\":\"New one\",\"casetypecode\":2,\"customerid_account@odata.bind\":\"/accounts(" + customer + ")\"}");
  CHECK(story.run_well().items.at(0).created == 1);
  REQUIRE(story.issues().size() == 1);
  CHECK(story.issues().front()["fields"]["summary"].text() == "New one");
}

TEST_CASE("an older record that is edited stays before the baseline [B7]") {
  StoryOptions options;
  options.baseline = parse_instant("2026-11-02T09:00:00Z");
  Story story(options);
  story.run_well();
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(story.cases().front().id), R"({"title":"Edited"})");
  auto const run = story.run_well();
  CHECK(run.items.at(0).created == 0);
  CHECK(run.items.at(0).skipped.at("before-baseline") == 1);
}

TEST_CASE("the filter decides which records become issues, and linked ones are followed either way [B8]") {
  Story story;
  auto const outside = story.cases().back();
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(outside.id), R"({"casetypecode":1})");
  auto const run = story.run_well();
  CHECK(run.items.at(0).created == 11);
  CHECK(run.items.at(0).skipped.at("filtered-out") == 1);
  auto const inside = story.cases().front();
  story.world().advance(1min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(inside.id), R"({"casetypecode":1,"title":"Followed"})");
  story.run_well();
  CHECK(story.issue_of(inside.id)["fields"]["summary"].text() == "Followed");
}

TEST_CASE("a Jira edit is left alone in one-way mode until Dynamics changes that field [E5]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  auto const key = story.issue_of(one.id)["key"].text_or("");
  story.edit("alice", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key, R"({"fields":{"summary":"Mine"}})");
  story.world().advance(1min);
  story.edit("bob", ServiceName::dataverse, "PATCH", incident(one.id), R"({"prioritycode":1})");
  story.run_well();
  CHECK(story.issue_of(one.id)["fields"]["summary"].text() == "Mine");
  story.world().advance(1min);
  story.edit("bob", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Theirs"})");
  story.run_well();
  CHECK(story.issue_of(one.id)["fields"]["summary"].text() == "Theirs");
}

TEST_CASE("a new mapping fills its field on every linked issue once [E3]") {
  Story story;
  story.run_well();
  auto text = example_item();
  auto const at = text.find("\"mappings\": [");
  REQUIRE(at != std::string::npos);
  text.insert(at + 13, R"( { "column": "ticketnumber", "field": "customfield_10050" }, )");
  story.apply(text);
  auto const run = story.run_well();
  CHECK(run.items.at(0).updated == 12);
  auto const one = story.cases().front();
  CHECK(story.issue_of(one.id)["fields"]["customfield_10050"].text() == one.number);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

TEST_CASE("more new records than the brake allows stop the item before its first write [E12]") {
  StoryOptions options;
  options.records = 600;
  Story story(options);
  auto const stopped = story.run();
  REQUIRE(stopped.record.has_value());
  CHECK(stopped.record->exit == 7);
  CHECK(stopped.record->items.at(0).error.find("--allow-mass-change") != std::string::npos);
  CHECK(story.writes().empty());
  auto const run = story.run_well({.allow_mass_change = true});
  CHECK(run.items.at(0).created == 612);
  CHECK(story.issues().size() == 612);
  CHECK(story.link_notes().size() == 612);
}

TEST_CASE("at rest a cycle makes as many requests with many links as with few [E6]") {
  auto const at_rest = [](std::size_t records) {
    StoryOptions options;
    options.records = records;
    Story story(options);
    story.run_well({.allow_mass_change = true});
    story.run_well();
    story.world().advance(15min);
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
    return story.requests();
  };
  auto const few = at_rest(8);
  CHECK(few <= 3);
  CHECK(at_rest(1000) == few);
}
