// Links and items: made, replaced, refreshed and cut by hand; items that are changed, paused, removed; a store that was lost (SPEC D, B, E3, E4).
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <filesystem>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/refresh.hpp>
#include <tandem/sync/remove_item.hpp>

#include "crash/scenes.hpp"
#include "support/links.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::ServiceName;

CasesItem by_hand() {
  CasesItem item;
  item.creates = false;
  return item;
}

// The first issue of the world: the one that a person made, where there is one.
std::string first_issue(Story& story) { return std::string(story.issues().front()["key"].text()); }

Act add(std::size_t which = 0, AttachOptions const& options = {}) {
  return command([which, options](Story& story, sync::RunContext& run, sync::LinkItems const& items) {
    static_cast<void>(link_add(run, items, first_issue(story), Scene(story).record(which), options));
  });
}

Act remove() {
  return command([](Story& story, sync::RunContext& run, sync::LinkItems const& items) {
    static_cast<void>(link_remove(run, items, first_issue(story)));
  });
}

Act refresh() {
  return command([](Story& story, sync::RunContext& run, sync::LinkItems const& items) {
    auto const found = sync::find_links(run, items, first_issue(story));
    if (!found || found->links.empty()) return;
    static_cast<void>(sync::refresh_link(run, *items.find(found->links.front().item), found->links.front()));
  });
}

// `items remove --with-links`.
Act remove_item() {
  return command([](Story& story, sync::RunContext& run, sync::LinkItems const&) {
    auto const paused = run.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto held, mapping::load_item(writer, kCases));
      if (!held) return Unit{};
      held->enabled = false;
      return mapping::save_item(writer, kCases, *held);
    });
    if (!paused) return;
    sync::RemovalInput const input{run.in.connection, run.store(), story.organisation_id(), 1, {}, {}};
    auto const removed = sync::remove_links(input, std::string(kCases));
    if (!removed || !removed->left.empty()) return;
    static_cast<void>(run.store().write([&](store::Writer& writer) { return sync::forget_item(writer, std::string(kCases)); }));
  });
}

// Nothing runs for an item that is removed.
Act nothing() {
  return [](Story&, CrashPoint*) { return Acted{}; };
}

void save_item(Story& story, std::string const& text) {
  auto const opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
  REQUIRE(opened.has_value());
  auto const item = mapping::parse_item(text);
  auto const stored = mapping::planned_apply(std::nullopt, *item.item, {}, story.world().now()).stored;
  REQUIRE((*opened)->write([&](store::Writer& writer) { return mapping::save_item(writer, kCases, stored); }));
}

void lose_store(Story& story) { std::filesystem::remove_all(story.store_path() / "store"); }

void do_well(Story& story, Act const& act) {
  auto const acted = act(story, nullptr);
  INFO(acted.failed);
  REQUIRE(acted.failed.empty());
}

}  // namespace

std::vector<Scenario> link_scenarios() {
  std::vector<Scenario> out;
  auto const scenario = [&](std::string name, StoryOptions world, std::function<void(Story&)> prepare,
                            std::vector<std::string> shows) {
    Scenario one;
    one.part = "links";
    one.name = std::move(name);
    one.world = std::move(world);
    one.prepare = std::move(prepare);
    one.shows = std::move(shows);
    out.push_back(std::move(one));
    return &out.back();
  };
  // A command that is given again when the next cycle has finished what had begun.
  auto const by_command = [&](std::string name, Act const& act, std::function<void(Story&)> prepare,
                              std::vector<std::string> shows, CasesItem const& item = by_hand()) {
    auto* const one = scenario(std::move(name), world_of(item), std::move(prepare), std::move(shows));
    one->dies = act;
    one->resumes = both(cycle(), both(act, cycle()));
    return one;
  };
  auto const with_issue = [](Story& story) {
    make_issue(story, "By hand");
    make_issue(story, "Another");
    story.world().advance(5min);
    story.run_well();
    story.world().advance(5min);
  };
  auto const with_link = [with_issue](Story& story) {
    with_issue(story);
    do_well(story, add());
    story.run_well();
    story.world().advance(20min);
  };

  by_command("link add", add(), with_issue, {"store links", R"("kind":"manual")"});
  by_command("link add that leaves both sides as they are", add(0, {.initial = sync::Initial::none}), with_issue,
             {R"("summary":"By hand")"});
  by_command("link add that follows Jira", add(0, {.initial = sync::Initial::jira}), with_issue, {R"("title":"By hand")"});
  by_command(
      "link add with comments and files of both sides", add(),
      [with_issue](Story& story) {
        with_issue(story);
        Scene scene(story);
        scene.note({{"notetext", "Before the link"}});
      },
      {"store links"},
      {.members = R"("comments": {"enabled": true, "since": "all"}, "attachments": {"enabled": true},)", .creates = false});
  by_command("link add --replace", add(1, {.replace = true}), with_link, {"store links"});
  by_command("link remove", remove(), with_link, {"store unlinked"});
  by_command("link refresh after an edit", refresh(),
             [with_link](Story& story) {
               with_link(story);
               Scene(story).in_dynamics(R"({"title":"Read now"})");
             },
             {R"("summary":"Read now")"});
  by_command("link refresh brings a deleted link note back", refresh(),
             [with_link](Story& story) {
               with_link(story);
               Scene(story).delete_note("Issue ID: ");
             },
             {"row annotation"});
  by_command("link add after link remove", add(),
             [with_link](Story& story) {
               with_link(story);
               do_well(story, remove());
               story.world().advance(5min);
             },
             {"store links"});
  {
    auto* const one =
        by_command("link add under a display-only item", add(0, {.item = "case-view"}), with_issue, {R"("kind":"manual")"});
    one->world.more_items = {display_item()};
  }
  by_command("an automatic link is cut", remove(),
             [](Story& story) {
               story.run_well();
               story.world().advance(20min);
             },
             {"store unlinked"}, {});

  scenario("a link by hand is followed by later cycles", world_of(by_hand()),
           [with_link](Story& story) {
             with_link(story);
             Scene scene(story);
             scene.in_dynamics(R"({"title":"Followed"})");
           },
           {R"("summary":"Followed")"});

  {
    auto* const one = scenario("an item is removed with its links", world_of({}),
                               [](Story& story) {
                                 story.run_well();
                                 save_item(story, text_of({}));
                                 story.world().advance(20min);
                               },
                               {"Login fails after password reset", "removed-link"});
    one->dies = remove_item();
    one->resumes = remove_item();
    one->last = nothing();
  }
  scenario("an item gets a further mapping: all its links are looked at once", world_of({}),
           [](Story& story) {
             Scene scene(story);
             scene.in_dynamics(R"({"productserialnumber":"red"})").linked();
             story.apply(text_of({.mappings = R"({"column":"productserialnumber","field":"labels"},)"}));
           },
           {R"("red")"});
  scenario("an item becomes two-way and meets what was edited in Jira", world_of({.mode = "one-way"}),
           [](Story& story) {
             Scene scene(story);
             scene.linked().in_jira(R"({"summary":"Edited before"})").linked();
             story.apply(text_of({}));
           },
           {R"("title":"Edited before")"});
  scenario("an item's filter widens: further records become issues", world_of({.filter = "ticketnumber eq 'CAS-01001-S8K4Y2'"}),
           [](Story& story) {
             story.run_well();
             story.world().advance(20min);
             story.apply(text_of({}));
           },
           {"Login fails after password reset"});
  scenario("comments are switched on for links that are there", world_of({}),
           [](Story& story) {
             Scene scene(story);
             scene.linked().note({{"notetext", "Said before"}}).comment("Written before").linked();
             story.apply(text_of({.members = R"("comments": {"enabled": true},)"}));
           },
           {"Said before", "Written before"});
  scenario("two items in a run",
           [] {
             auto world = world_of({});
             world.more_items = {R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
               "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"mappings":[{"column":"new_name","field":"summary"}]})"};
             return world;
           }(),
           {}, {"Everything filled", "Login fails after password reset"});
  scenario(
      "two items over the same records",
      [] {
        auto world = world_of({});
        auto more = text_of({.mode = "one-way", .name = "second", .mapped = false});
        world.more_items = {more};
        return world;
      }(),
      [](Story& story) {
        Scene scene(story);
        scene.linked().in_dynamics(R"({"title":"For both"})");
      },
      {R"("summary":"For both")", "second"});
  scenario("a lost store adopts what its predecessor made", world_of({}),
           [](Story& story) {
             story.run_well();
             lose_store(story);
             story.world().advance(20min);
           },
           {"adopted-issue"});
  scenario("a lost store adopts issues that differ by now", world_of({}),
           [](Story& story) {
             Scene scene(story);
             scene.linked();
             lose_store(story);
             scene.in_dynamics(R"({"title":"While nobody looked"})");
           },
           {R"("summary":"While nobody looked")"});
  constexpr char const* kMakesParts = R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"mappings":[
    {"column":"new_name","field":"summary"},{"column":"new_text","field":"components","createMissing":true},
    {"column":"new_customerid","field":"fixVersions","createMissing":true}]})";
  auto const name_parts = [](Story& story) {
    story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["new_ticket"].items()) {
      story.edit("alice", ServiceName::dataverse, "PATCH",
                 "/api/data/v9.2/new_tickets(" + row["new_ticketid"].scalar_text() + ")", R"({"new_text":"Printer, Hardware"})");
    }
  };
  scenario("components and versions are made for new issues", {.item_text = kMakesParts}, name_parts,
           {R"(components "Printer")"});
  scenario("components and versions are made for an edit", {.item_text = kMakesParts},
           [name_parts](Story& story) {
             story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
             story.run_well();
             story.world().advance(20min);
             name_parts(story);
           },
           {R"(components "Printer")"});
  return out;
}

}  // namespace tandem::test
