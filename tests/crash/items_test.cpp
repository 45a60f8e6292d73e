// What items do beside the main job, killed before and after every request and every commit, and resumed (SPEC R1): components and versions that
// are made for a value (C2), an edit over a text that Jira holds richer (C8), and the removal of an item with its links (B10).
#include <catch2/catch.hpp>

#include <cstdio>
#include <map>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/remove_item.hpp>

#include "support/crashing_store.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

constexpr std::string_view kItem = "support-cases";

constexpr char const* kMakesParts = R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
  "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"mappings":[
  {"column":"new_name","field":"summary"},
  {"column":"new_text","field":"components","createMissing":true},
  {"column":"new_customerid","field":"fixVersions","createMissing":true}]})";

// Names in the project's two lists, in the order in which they were made, and what the issues hold of them.
std::string parts_of(Story& story) {
  std::string out;
  for (auto const* list : {"components", "versions"}) {
    auto const rows = story.edit("alice", ServiceName::jira, "GET", std::string("/rest/api/3/project/SUP/") + list);
    for (auto const& row : rows.items()) out += std::string(row["name"].text()) + "\n";
  }
  std::map<std::string, std::string> by_summary;
  for (auto const& issue : story.issues()) {
    auto& line = by_summary[std::string(issue["fields"]["summary"].text())];
    for (auto const* field : {"components", "fixVersions"}) {
      for (auto const& row : issue["fields"][field].items()) line += " " + std::string(row["name"].text());
    }
  }
  for (auto const& [summary, line] : by_summary) out += summary + ":" + line + "\n";
  return out + story.outcome();
}

// What a removal leaves on both sides: nothing of tandem's, everything else.
std::string both_sides(Story& story) {
  std::map<std::string, std::string> issues;
  for (auto const& issue : story.issues()) {
    issues[std::string(issue["fields"]["summary"].text())] = json::to_canonical(issue["properties"]) +
                                                             json::to_canonical(issue["remoteLinks"]) +
                                                             json::to_canonical(issue["fields"]["description"]);
  }
  std::string out;
  for (auto const& [summary, line] : issues) out += summary + " " + line + "\n";
  return fmt::format("{}{} issues, {} link notes, {} cases\n", out, story.issues().size(), story.link_notes().size(),
                     story.cases().size());
}

// `items remove --with-links`: the item is paused, its links go, then the item. True when it came to its end.
bool remove_item(Story& story, CrashPoint& crash) {
  store::OpenOptions open;
  open.sync = false;
  auto const lmdb = store::LmdbStore::open(story.store_path() / "store", open);
  REQUIRE(lmdb);
  CrashingStore store(**lmdb, crash);
  auto const connection = story.connection(&crash);
  auto const paused = store.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto held, mapping::load_item(writer, kItem));
    if (!held) return Unit{};
    held->enabled = false;
    return mapping::save_item(writer, kItem, *held);
  });
  if (!paused) return false;
  sync::RemovalInput const input{*connection, store, story.organisation_id(), 1, {}, {}};
  auto const removed = sync::remove_links(input, std::string(kItem));
  if (!removed) return false;
  CHECK(removed->left.empty());
  return store.write([&](store::Writer& writer) { return sync::forget_item(writer, std::string(kItem)); }).has_value();
}

void ready_to_remove(Story& story) {
  story.run_well();
  store::OpenOptions open;
  open.sync = false;
  auto const lmdb = store::LmdbStore::open(story.store_path() / "store", open);
  REQUIRE(lmdb);
  auto const item = mapping::parse_item(example_item());
  auto const stored = mapping::planned_apply(std::nullopt, *item.item, {}, story.world().now()).stored;
  REQUIRE((*lmdb)->write([&](store::Writer& writer) { return mapping::save_item(writer, kItem, stored); }));
}

// Links, the item, and entries that say a link was removed.
std::string left_in_store(Story& story) {
  std::string out;
  auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::count_links(reader, kItem));
    TANDEM_TRY(auto const item, mapping::load_item(reader, kItem));
    TANDEM_TRY(auto const history, sync::read_history(reader, 1000));
    std::map<std::string, int> told;
    for (auto const& entry : history) told[entry.action == "removed-link" ? entry.link : ""] += 1;
    told.erase("");
    bool once = true;
    for (auto const& [link, times] : told) once = once && times == 1;
    out = fmt::format("{} links, item {}, {} removals told{}", links, item ? "held" : "gone", told.size(),
                      once ? " once each" : "");
    return Unit{};
  });
  REQUIRE(read);
  return out + story.store_faults(0);
}

// A panel, a mention and an image in Jira around the paragraph that is then edited in Dynamics.
void edit_under_rich_text(Story& story) {
  auto const record = story.cases().front().id;
  auto const in_dynamics = [&](std::string const& text) {
    story.world().advance(20min);
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")",
               R"({"description":")" + text + R"("})");
  };
  in_dynamics("Read this first\\n\\n@Ada knows\\n\\nThe printer is broken.");
  story.run_well();
  for (auto const& issue : story.issues()) {
    if (issue["properties"]["tandem.link"]["links"][kItem]["record"].text() != record) continue;
    story.world().advance(20min);
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
               R"({"fields":{"description":{"type":"doc","version":1,"content":[
                 {"type":"panel","attrs":{"panelType":"warning"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Read this first"}]}]},
                 {"type":"paragraph","content":[{"type":"mention","attrs":{"id":"5b10ac8d82e05b22cc7d4ef5","text":"@Ada"}},{"type":"text","text":" knows"}]},
                 {"type":"mediaSingle","attrs":{"layout":"center"},"content":[{"type":"media","attrs":{"type":"external","url":"https://example.test/shot.png"}}]},
                 {"type":"paragraph","content":[{"type":"text","text":"The printer is broken."}]}]}}})");
  }
  in_dynamics("Read this first\\n\\n@Ada knows\\n\\nThe printer is repaired.");
}

}  // namespace

TEST_CASE("killed at any point while components and versions are made, later runs make each once [R1][C2]") {
  std::string expected;
  std::uint64_t steps = 0;
  auto const start = [](Story& story) {
    story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["new_ticket"].items()) {
      story.edit("alice", ServiceName::dataverse, "PATCH",
                 "/api/data/v9.2/new_tickets(" + row["new_ticketid"].scalar_text() + ")", R"({"new_text":"Printer, Hardware"})");
    }
  };
  {
    Story story({.item_text = kMakesParts});
    start(story);
    CrashPoint never;
    auto const ran = story.run({}, &never);
    REQUIRE(ran.record);
    REQUIRE(ran.record->exit == 0);
    expected = parts_of(story);
    steps = ran.steps;
  }
  REQUIRE(expected.find("Hardware\nSoftware\nPrinter\n") == 0);
  bool const late = GENERATE(false, true);
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO("killed at step " << step << (late ? ", executed late" : ""));
    Story story({.item_text = kMakesParts});
    start(story);
    CrashPoint crash(step);
    auto const ran = story.run({}, &crash);
    REQUIRE(crash.dead());
    if (late) {
      story.world().advance(60s);
      for (auto const& request : ran.late) story.world().send(request.service, request.request);
    }
    story.world().advance(200s);
    story.run_well();
    CHECK(parts_of(story) == expected);
    CHECK(story.store_faults(2) == "");
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
  }
  std::printf("interruption points, components and versions%s: %llu\n", late ? ", executed late" : "",
              static_cast<unsigned long long>(steps));
}

TEST_CASE("killed at any point while an edit is merged into a richer text, later runs end with the same text [R1][C8]") {
  std::string expected;
  std::uint64_t steps = 0;
  {
    Story story;
    story.run_well();
    edit_under_rich_text(story);
    CrashPoint never;
    auto const ran = story.run({}, &never);
    REQUIRE(ran.record);
    REQUIRE(ran.record->exit == 0);
    expected = story.outcome();
    steps = ran.steps;
  }
  REQUIRE(expected.find(R"("type":"mention")") != std::string::npos);
  REQUIRE(expected.find("shot.png") != std::string::npos);
  REQUIRE(expected.find("The printer is repaired.") != std::string::npos);
  bool const late = GENERATE(false, true);
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO("killed at step " << step << (late ? ", executed late" : ""));
    Story story;
    story.run_well();
    edit_under_rich_text(story);
    CrashPoint crash(step);
    auto const ran = story.run({}, &crash);
    REQUIRE(crash.dead());
    if (late) {
      story.world().advance(60s);
      for (auto const& request : ran.late) story.world().send(request.service, request.request);
    }
    story.world().advance(200s);
    story.run_well();
    CHECK(story.outcome() == expected);
    CHECK(story.store_faults(12) == "");
    story.forget_requests();
    story.run_well();
    CHECK(story.writes().empty());
  }
  std::printf("interruption points, edit over richer text%s: %llu\n", late ? ", executed late" : "",
              static_cast<unsigned long long>(steps));
}

TEST_CASE("killed at any point while an item is removed with its links, the command given again ends the same [R1][B10]") {
  std::string expected;
  std::uint64_t steps = 0;
  {
    Story story;
    ready_to_remove(story);
    CrashPoint never;
    REQUIRE(remove_item(story, never));
    expected = both_sides(story);
    steps = never.steps();
    CHECK(left_in_store(story) == "0 links, item gone, 12 removals told once each");
  }
  REQUIRE(expected.find("12 issues, 0 link notes, 12 cases") != std::string::npos);
  REQUIRE(expected.find("tandem") == std::string::npos);
  for (std::uint64_t step = 1; step <= steps; ++step) {
    INFO("killed at step " << step);
    Story story;
    ready_to_remove(story);
    CrashPoint crash(step);
    remove_item(story, crash);
    REQUIRE(crash.dead());
    CrashPoint never;
    CHECK(remove_item(story, never));
    CHECK(both_sides(story) == expected);
    CHECK(left_in_store(story) == "0 links, item gone, 12 removals told once each");
  }
  std::printf("interruption points, removal of an item: %llu\n", static_cast<unsigned long long>(steps));
}
