// The store is lost: links come back from both systems (SPEC D11).
#include <catch2/catch.hpp>

#include <filesystem>

#include <tandem/base/json/parse.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/rebuild.hpp>

#include "support/links.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

std::string incident(std::string const& id) { return "/api/data/v9.2/incidents(" + id + ")"; }

void lose_store(Story& story) { std::filesystem::remove_all(story.store_path() / "store"); }

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

std::string links_text(Story& story) {
  std::string out;
  auto const read = story.with_store([&](store::Reader& reader) {
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      out += link.issue_key + " " + link.record + " " + std::string(link::name_of(link.kind)) + "\n";
      return true;
    });
  });
  REQUIRE(read.has_value());
  return out;
}

std::size_t held(Story& story) {
  std::size_t count = 0;
  REQUIRE(story
              .with_store([&](store::Reader& reader) -> Result<Unit> {
                TANDEM_TRY(count, sync::count_held(reader));
                return Unit{};
              })
              .has_value());
  return count;
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
  CHECK(links_text(story) == keys[3] + " " + cases.at(3).id + " manual\n");
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
