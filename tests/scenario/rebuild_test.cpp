// The store is lost: links come back from both systems (SPEC D11).
#include <catch2/catch.hpp>

#include <filesystem>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/moved_issues.hpp>
#include <tandem/sync/rebuild.hpp>

#include "support/links.hpp"
#include "support/lost_store.hpp"
#include "support/talk.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

std::string incident(std::string const& id) { return "/api/data/v9.2/incidents(" + id + ")"; }

struct Rebuilt {
  sync::RebuildPlan plan;
  sync::RebuildDone done;
};

Rebuilt rebuild(Story& story, sync::Prefer prefer = sync::Prefer::neither, std::size_t item = 0) {
  Rebuilt out;
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto plan = sync::plan_rebuild(run, items.items.at(item), prefer, {});
    INFO((plan ? "" : plan.error().to_line()));
    REQUIRE(plan.has_value());
    out.plan = std::move(*plan);
    auto const done = sync::commit_rebuild(run, items.items.at(item), out.plan, prefer);
    INFO((done ? "" : done.error().to_line()));
    REQUIRE(done.has_value());
    out.done = *done;
  });
  return out;
}

}  // namespace

TEST_CASE("after the store is lost, links and kinds are as before, nothing is doubled, and the next cycle writes nothing [D11]") {
  Story story;
  story.run_well();
  // One link by hand beside the automatic ones: its case was cut loose first.
  auto const one = story.cases().front();
  auto const key = make_issue(story, "By hand");
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    REQUIRE(link_remove(run, items, one.id).has_value());
    REQUIRE(link_add(run, items, key, one.id).has_value());
  });
  auto const before = links_text(story);
  auto const outcome = story.outcome();
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.plan.left.empty());
  CHECK(rebuilt.done.links == 12);
  CHECK(rebuilt.done.held == 0);
  CHECK(links_text(story) == before);
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  CHECK(story.outcome() == outcome);
  CHECK(story.store_faults(12) == "");
  CHECK(rebuild(story).plan.known == 12);
}

TEST_CASE("unequal values are held, or one side's are taken as told [D11]") {
  auto const prefer = GENERATE(sync::Prefer::neither, sync::Prefer::dynamics);
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited in Dynamics"})");
  lose_store(story);
  auto const rebuilt = rebuild(story, prefer);
  CHECK(rebuilt.done.links == 12);
  CHECK(rebuilt.done.held == (prefer == sync::Prefer::neither ? 1 : 0));
  static_cast<void>(story.run());
  CHECK(held(story) == (prefer == sync::Prefer::neither ? 1 : 0));
  std::string summary;
  for (auto const& issue : story.issues()) {
    if (issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == one.id)
      summary = issue["fields"]["summary"].text();
  }
  CHECK(summary == (prefer == sync::Prefer::neither ? one.title : "Edited in Dynamics"));
  CHECK(story.issues().size() == 12);
}

TEST_CASE("no removed link is rebuilt, and marks without a counterpart are told [D11][D6]") {
  StoryOptions options;
  options.item_text = manual_item();
  Story story(options);
  auto const cases = story.cases();
  std::vector<std::string> keys;
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    for (int i = 0; i < 4; ++i) {
      keys.push_back(make_issue(story, "By hand"));
      REQUIRE(link_add(run, items, keys.back(), cases.at(static_cast<std::size_t>(i)).id).has_value());
    }
    REQUIRE(link_remove(run, items, keys[0]).has_value());
  });
  // The second loses its property, the third its note; the fourth's note is rewritten by a person.
  story.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + keys[1] + "/properties/tandem.link");
  for (auto const& note : story.link_notes()) {
    std::string const path = "/api/data/v9.2/annotations(" + std::string(note["annotationid"].text()) + ")";
    if (note["_objectid_value"].text() == cases.at(2).id) story.edit("alice", ServiceName::dataverse, "DELETE", path);
    if (note["_objectid_value"].text() == cases.at(3).id)
      story.edit("alice", ServiceName::dataverse, "PATCH", path, R"({"subject":"Call them","notetext":"at noon"})");
  }
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.links == 1);
  CHECK(rebuilt.plan.left.size() == 2);
  CHECK(links_text(story) == keys[3] + " " + cases.at(3).id + " manual active\n");
}

TEST_CASE("a cut record gets no issue by itself until the item has a new baseline [D6][X2]") {
  Story story;
  story.run_well();
  auto const one = story.cases().front();
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) { REQUIRE(link_remove(run, items, one.id).has_value()); });
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited"})");
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->items.at(0).skipped.at("unlinked-by-hand") == 1);
  CHECK(story.issues().size() == 12);
  story.rebase(story.world().now() - 24h);
  story.run_well();
  CHECK(story.issues().size() == 13);
}

namespace {

std::vector<std::string> twins_text(Story& story) {
  std::vector<std::string> out;
  auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
    std::vector<link::Link> links;
    TANDEM_CHECK(link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      links.push_back(link);
      return true;
    }));
    for (auto const& link : links) {
      TANDEM_TRY(auto const twins, link::twins_of(reader, link.id));
      for (auto const& twin : twins) {
        out.push_back(std::string(link::name_of(twin.kind)) + " of " + std::string(link::name_of(twin.original)) + " " +
                      twin.note + " " + twin.jira);
      }
    }
    return Unit{};
  });
  REQUIRE(read.has_value());
  std::sort(out.begin(), out.end());
  return out;
}

StoryOptions talking() {
  StoryOptions options;
  options.item_text = talking_item(example_item());
  return options;
}

}  // namespace

TEST_CASE("twins come back from ids, marks and files, and nothing that was said is copied twice [D11][H3]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Talk const talk{story, story.cases().front().id};
  talk.note({{"notetext", "One"}, {"filename", "one.txt"}, {"documentbody", to_base64("one")}});
  // Two of one name and size, which only their contents tell apart.
  talk.note({{"notetext", "Two"}, {"filename", "same.bin"}, {"documentbody", to_base64("aaa")}});
  talk.note({{"notetext", "Three"}, {"filename", "same.bin"}, {"documentbody", to_base64("bbb")}});
  talk.note({{"notetext", "Loses its copy"}, {"filename", "lost.txt"}, {"documentbody", to_base64("lost")}});
  talk.comment("Four");
  talk.comment("Loses its copy too");
  talk.attach("five.bin", "five");
  story.run_well();
  talk.delete_comment(talk.comment_with("Loses its copy\n"));
  talk.delete_note(talk.note_with("Loses its copy too"));
  story.world().advance(20min);
  story.run_well();
  auto const before = twins_text(story);
  auto const said = talk.shown();
  lose_store(story);
  story.world().advance(5min);
  auto const rebuilt = rebuild(story);
  // The two tombstones whose copies are gone are not known any more; both are older than the rebuild.
  CHECK(rebuilt.done.comments + rebuilt.done.files + 2 == before.size());
  auto const files =
      std::count_if(before.begin(), before.end(), [](std::string const& twin) { return twin.starts_with("file"); });
  CHECK(files >= 5);
  CHECK(rebuilt.done.files == static_cast<std::size_t>(files));
  auto const after = twins_text(story);
  CHECK(std::includes(before.begin(), before.end(), after.begin(), after.end()));
  story.forget_requests();
  auto const cycle = story.run_well();
  CHECK(story.writes().empty());
  CHECK(cycle.items.at(0).skipped.at("before-link") == 2);
  CHECK(talk.shown() == said);
  CHECK(story.store_faults(12) == "");

  // What is said from now on goes over, and an edited original still reaches its copy.
  story.world().advance(5min);
  talk.note({{"notetext", "Six"}});
  talk.comment("Seven");
  talk.edit_comment(talk.comment_with("Four"), "Four, edited");
  story.run_well();
  CHECK(talk.note_with("Seven") != "");
  CHECK(talk.note_with("Four, edited") != "");
  CHECK(talk.comment_with("Six") != "");
  CHECK(talk.shown().size() == said.size() + 4);
}

TEST_CASE("an original that was edited while the store was lost reaches its copy; an edited copy is left and told [D11][F10]") {
  Story story(talking());
  story.run_well();
  story.world().advance(20min);
  Talk const talk{story, story.cases().front().id};
  talk.note({{"notetext", "First note"}});
  talk.comment("First comment");
  talk.comment("Second comment");
  story.run_well();
  lose_store(story);
  story.world().advance(5min);
  talk.edit_note(talk.note_with("First note"), {{"notetext", "First note, edited"}});
  talk.edit_comment(talk.comment_with("First comment"), "First comment, edited");
  talk.edit_note(talk.note_with("Second comment"), {{"notetext", "Somebody edits a copy"}});
  rebuild(story);
  auto const ran = story.run_well();
  CHECK(talk.comment_with("First note, edited") != "");
  CHECK(talk.note_with("First comment, edited") != "");
  CHECK(talk.comment_with("Second comment") != "");
  CHECK(talk.comment_with("Somebody edits a copy") == "");
  CHECK(talk.note_with("Somebody edits a copy") != "");
  CHECK(ran.items.at(0).skipped.at("copy-edited") == 1);
  CHECK(talk.shown().size() == 6);
}

namespace {

std::string two_way_item() {
  auto text = example_item();
  std::string const from = R"("mode": "one-way")";
  return text.replace(text.find(from), from.size(), R"("mode": "two-way")");
}

std::string note_on(Story& story, std::string const& record) {
  for (auto const& note : story.link_notes()) {
    if (note["_objectid_value"].text() == record) return std::string(note["notetext"].text());
  }
  return "";
}

}  // namespace

TEST_CASE(
    "an issue that moved keeps its link: the next look owes its marks, and its new project is searched from then on [D12][F9]") {
  Story story({.item_text = two_way_item()});
  story.run_well();
  story.world().advance(20min);
  auto const record = story.cases().front().id;
  auto const old_key = std::string(story.issue_of(record)["key"].text());
  auto const key = move_issue(story, old_key, "OPS");
  REQUIRE(key.starts_with("OPS-"));
  sync::RunOptions sweep;
  sweep.sweep = true;
  story.run_well(sweep);
  CHECK(note_on(story, record).find("Jira issue: " + key + "\n") != std::string::npos);
  CHECK(story.store_faults(12) == "");
  story.world().advance(20min);
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key, R"({"fields":{"summary":"Edited over there"}})");
  story.run_well();
  CHECK(story.cases().front().title == "Edited over there");
  // Both come back after a rebuild, though the item names neither the project nor the issue.
  auto const before = links_text(story);
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.links == 12);
  CHECK(links_text(story) == before);
  story.run_well();
  story.world().advance(20min);
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key, R"({"fields":{"summary":"And once more"}})");
  story.run_well();
  CHECK(story.cases().front().title == "And once more");
  CHECK(story.issues().size() == 12);
}

TEST_CASE("an issue that moved while the store was lost is found by its note, which is then brought up to date [D11][D12][F9]") {
  Story story;
  story.run_well();
  auto const record = story.cases().front().id;
  auto const key = move_issue(story, std::string(story.issue_of(record)["key"].text()), "OPS");
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.links == 12);
  CHECK(rebuilt.plan.left.empty());
  story.run_well();
  CHECK(note_on(story, record).find("Jira issue: " + key + "\n") != std::string::npos);
  CHECK(story.issues().size() == 12);
  CHECK(story.link_notes().size() == 12);
}

TEST_CASE("a project that linked issues moved to and that cannot be searched any more does not cost the item's own [D12]") {
  Story story({.item_text = two_way_item()});
  story.run_well();
  auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
  REQUIRE(opened.has_value());
  REQUIRE((*opened)
              ->write([&](store::Writer& writer) { return sync::remember_project(writer, "support-cases", "SUP", "GONE-1"); })
              .has_value());
  opened->reset();
  story.world().advance(20min);
  auto const one = story.cases().front();
  story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(story.issue_of(one.id)["key"].text()),
             R"({"fields":{"summary":"Edited"}})");
  story.run_well();
  CHECK(story.cases().front().title == "Edited");
}

TEST_CASE(
    "links whose issue or record is gone come back broken, nothing is made for them, and a restored record heals [D11][D12]") {
  Story story;
  story.run_well();
  auto const cases = story.cases();
  auto const deleted_issue = std::string(story.issue_of(cases.at(0).id)["key"].text());
  auto const kept_issue = std::string(story.issue_of(cases.at(1).id)["key"].text());
  story.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + deleted_issue);
  story.edit("alice", ServiceName::dataverse, "DELETE", incident(cases.at(1).id));
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.links == 10);
  CHECK(rebuilt.done.broken == 2);
  std::vector<std::string> keys;
  for (auto const& link : rebuilt.plan.broken) keys.push_back(link.issue_key);
  std::sort(keys.begin(), keys.end());
  CHECK(keys == std::vector{std::min(deleted_issue, kept_issue), std::max(deleted_issue, kept_issue)});
  story.run_well();
  CHECK(story.issues().size() == 11);
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(cases.at(0).id), R"({"title":"Edited"})");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
             R"({"incidentid":")" + cases.at(1).id +
                 R"(","title":"Restored","casetypecode":2,"customerid_account@odata.bind":"/accounts()" +
                 std::string(cases.at(1).row["_customerid_value"].text()) + ")\"}");
  story.run_well();
  CHECK(story.issues().size() == 11);
  CHECK(rebuild(story).plan.known >= 11);
}

TEST_CASE(
    "half of a link's marks: one in the making is rebuilt, one that was removed is not, and no issue is made for it [D11][D6]") {
  Story story;
  story.run_well();
  auto const cases = story.cases();
  auto const delete_note = [&](std::string const& record) {
    for (auto const& note : story.link_notes()) {
      if (note["_objectid_value"].text() == record)
        story.edit("alice", ServiceName::dataverse, "DELETE",
                   "/api/data/v9.2/annotations(" + std::string(note["annotationid"].text()) + ")");
    }
  };
  auto const path = [&](std::size_t at) {
    return "/rest/api/3/issue/" + std::string(story.issue_of(cases.at(at).id)["key"].text());
  };
  // Neither note nor remote link yet; no note but a remote link; no entry any more.
  auto const global = link::remote_link_global_id(link::link_id(story.organisation_id(), "support-cases", cases.at(0).id));
  delete_note(cases.at(0).id);
  story.edit("alice", ServiceName::jira, "DELETE", path(0) + "/remotelink?globalId=" + text::percent_encoded(global));
  delete_note(cases.at(1).id);
  story.edit("alice", ServiceName::jira, "DELETE", path(2) + "/properties/tandem.link");
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.links == 10);
  CHECK(rebuilt.plan.left.size() == 2);
  story.run_well();
  CHECK(story.issues().size() == 12);
  CHECK(note_on(story, cases.at(0).id) != "");
  CHECK(note_on(story, cases.at(2).id) == "");  // what was left of a removed link
  story.world().advance(20min);
  for (std::size_t i = 1; i < 3; ++i)
    story.edit("alice", ServiceName::dataverse, "PATCH", incident(cases.at(i).id), R"({"title":"Edited"})");
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->items.at(0).skipped.at("unlinked-by-hand") == 2);
  CHECK(story.issues().size() == 12);
}

TEST_CASE("a status that differs is held too, until link resolve says which side counts [D11][D14][G1]") {
  auto const side = GENERATE(sync::Side::dynamics, sync::Side::jira);
  Story story({.item_text = R"({ "name": "support-cases", "mode": "two-way", "jira": { "project": "SUP", "issueType": "Task" },
    "dynamics": { "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }, "autoCreate": true,
    "status": { "enabled": true }, "mappings": [{ "column": "title", "field": "summary" }] })"});
  story.run_well();
  story.world().advance(20min);
  std::string record;
  for (auto const& one : story.cases()) {
    if (record.empty() && one.row["statecode"].integer() == 0 && !story.issue_of(one.id).is_null()) record = one.id;
  }
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(record), R"({"statecode":2,"statuscode":6})");
  lose_store(story);
  auto const rebuilt = rebuild(story);
  CHECK(rebuilt.done.held == 1);
  auto const before = story.issue_of(record)["fields"]["status"]["name"].text_or("");
  static_cast<void>(story.run());
  static_cast<void>(story.run());
  CHECK(story.issue_of(record)["fields"]["status"]["name"].text() == before);
  CHECK(held(story) == 1);
  sync::RunOptions decide;
  decide.only_issue = std::string(story.issue_of(record)["key"].text());
  decide.take["status"] = side;
  story.run_well(decide);
  CHECK(held(story) == 0);
  auto const* closed = "Done";
  if (side == sync::Side::dynamics) {
    CHECK(story.issue_of(record)["fields"]["status"]["name"].text() == closed);
  } else {
    CHECK(story.issue_of(record)["fields"]["status"]["name"].text() == before);
    for (auto const& one : story.cases()) {
      if (one.id == record) CHECK(one.row["statecode"].integer() == 0);
    }
  }
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}
