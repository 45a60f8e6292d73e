// What is older than the rest of the world: an organisation restored from a backup, our own store put back from a copy, and one that an earlier
// version wrote (SPEC R9, D11, E4).
//
// fixtures/store-vN.jsonl is a store of format N, a line for each entry. TANDEM_WRITE_FIXTURE=FILE writes one of today's format: for a new version,
// never over that of an older one.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <tandem/mapping/schema_cache.hpp>
#include <tandem/sync/check.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/run_record.hpp>
#include <tandem/sync/waiting.hpp>

#include "scenario/pairs.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

// The organisation as another box has it: what happened in between is gone there, and its versions are older.
class Restored final : public sandbox::Service {
 public:
  explicit Restored(sandbox::Service& backup) : backup_(backup) {}
  sandbox::Response handle(sandbox::Request const& request) override { return backup_.handle(request); }
  Result<Unit> load(json::Value const& part) override { return backup_.load(part); }
  [[nodiscard]] json::Value state() const override { return backup_.state(); }
  Result<bool> configure(std::string_view name, json::Value const& value) override { return backup_.configure(name, value); }
  sandbox::Response edit_as(std::string_view as, sandbox::Request const& request) override {
    return backup_.edit_as(as, request);
  }

 private:
  sandbox::Service& backup_;
};

std::string new_case(Story& story, std::string const& title) {
  auto const rows = story.world().dataverse().state();
  auto const account = std::string(rows["rows"]["account"].items().front()["accountid"].text());
  return json::to_text(
      json::Object{{"title", title}, {"casetypecode", 2}, {"customerid_account@odata.bind", "/accounts(" + account + ")"}});
}

constexpr std::array kTables{"meta",           "items",
                             "metadata",       "links",
                             "by_record",      "by_issue",
                             "base",           "owed",
                             "unlinked",       "removals",
                             "journal",        "parked",
                             "held",           "flips",
                             "feeds",          "seen",
                             "seen_issues",    "highest_key",
                             "history",        "history_last",
                             "runs",           "event_runs",
                             "twins",          "copies",
                             "conversations",  "conversation_journal",
                             "outbox",         "outbox_by",
                             "outbox_next",    "deliveries",
                             "deliveries_new", "deliveries_by_date",
                             "transitions"};

// Control bytes as %XX, so that a line is text.
std::string shown(std::string_view bytes) {
  std::string out;
  for (char const c : bytes) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '%')
      out += fmt::format("%{:02X}", byte);
    else
      out += c;
  }
  return out;
}
std::string bytes_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

void write_fixture(Story& story, std::string const& file) {
  std::ofstream out(file);
  auto const done = story.with_store([&](store::Reader& reader) -> Result<Unit> {
    for (auto const* table : kTables) {
      TANDEM_CHECK(reader.scan(table, "", "", [&](std::string_view key, std::string_view value) -> Result<bool> {
        out << json::to_text(json::Object{{"table", table}, {"key", shown(key)}, {"value", shown(value)}}) << "\n";
        return true;
      }));
    }
    return Unit{};
  });
  REQUIRE(done.has_value());
}

// The store that the fixture holds, in a directory of its own.
std::filesystem::path store_of_fixture(std::string const& file) {
  auto const path = test_directory("fixture");
  auto const store = store::LmdbStore::open(path, {.sync = false});
  REQUIRE(store.has_value());
  std::ifstream in(file);
  REQUIRE(in.good());
  auto const done = (*store)->write([&](store::Writer& writer) -> Result<Unit> {
    for (std::string line; std::getline(in, line);) {
      TANDEM_TRY(auto const entry, json::parse(line));
      TANDEM_CHECK(writer.put(entry["table"].text(), bytes_of(entry["key"].text()), bytes_of(entry["value"].text())));
    }
    return Unit{};
  });
  REQUIRE(done.has_value());
  return path;
}

constexpr char const* kTalking =
    R"({"name":"tickets","mode":"two-way","conflict":"hold","jira":{"project":"SUP","issueType":"Task"},
  "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"comments":{"enabled":true},"attachments":{"enabled":true},
  "mappings":[{"column":"new_name","field":"summary"},{"column":"new_area","field":"Region"}]})";

}  // namespace

TEST_CASE("a store as the first version wrote it is opened, sound, and read by this program in every part [R9]") {
  if (auto const* file = std::getenv("TANDEM_WRITE_FIXTURE")) {
    Story story({.item_text = kTalking});
    story.run_well();
    auto const state = story.world().dataverse().state();
    auto const tickets = state["rows"]["new_ticket"].items();
    REQUIRE(tickets.size() >= 2);
    auto const at = [&](std::size_t i) { return std::string(tickets.at(i)["new_ticketid"].text()); };
    auto const issue_of = [&](std::string const& record) {
      for (auto const& one : story.issues()) {
        if (one["properties"]["tandem.link"]["links"]["tickets"]["record"].text() == record)
          return std::string(one["key"].text());
      }
      return std::string();
    };
    story.world().advance(20min);
    // A held conflict, a comment and a note with their twins, an edit whose answer is lost, an event that waits.
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_tickets(" + at(0) + ")", R"({"new_name":"Ours"})");
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + issue_of(at(0)), R"({"fields":{"summary":"Theirs"}})");
    story.edit(
        "bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + issue_of(at(1)) + "/comment",
        R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Said"}]}]}})");
    story.edit(
        "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations",
        json::to_text(json::Object{{"notetext", "Noted"}, {"objectid_new_ticket@odata.bind", "/new_tickets(" + at(1) + ")"}}));
    static_cast<void>(story.run());
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_tickets(" + at(1) + ")", R"({"new_name":"Lost"})");
    sandbox::Fault drop;
    drop.service = ServiceName::jira;
    drop.match.method = "PUT";
    drop.what = sandbox::Fault::Do::drop;
    story.world().set_faults({drop});
    static_cast<void>(story.run());
    auto const item = mapping::parse_item(kTalking).item;
    mapping::BaselineChoice all;
    all.kind = mapping::BaselineChoice::Kind::all;
    auto const stored = mapping::planned_apply(std::nullopt, *item, all, story.world().now()).stored;
    auto const schema = connection::fetch_schema(*story.connection(), item->entity, item->project, item->issue_type);
    REQUIRE(schema.has_value());
    auto opened = store::LmdbStore::open(story.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    REQUIRE((*opened)
                ->write([&](store::Writer& writer) -> Result<Unit> {
                  TANDEM_CHECK(mapping::save_item(writer, "tickets", stored));
                  TANDEM_CHECK(mapping::save_schema(writer, "tickets", *schema));
                  sync::event::QueuedHint hint;
                  hint.issue = "10001";
                  hint.kinds = {"issue-updated"};
                  TANDEM_TRY([[maybe_unused]] auto const sequence, sync::event::append(writer, hint));
                  return Unit{};
                })
                .has_value());
    opened->reset();
    write_fixture(story, file);
    return;
  }
  auto const path = store_of_fixture(TANDEM_SOURCE_DIR "/tests/scenario/fixtures/store-v1.jsonl");
  {
    // As the program does: the older store is brought up, then read.
    auto const store = store::LmdbStore::open(path, {.sync = false});
    REQUIRE(store.has_value());
    auto const done = (*store)->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const version, reader.get("meta", "version"));
      CHECK(version == std::to_string(store::kSchemaVersion));
      TANDEM_TRY(auto const problems, sync::check_store(reader));
      CHECK(problems == std::vector<std::string>{});
      TANDEM_TRY(auto const stored, mapping::load_item(reader, "tickets"));
      REQUIRE(stored.has_value());
      TANDEM_TRY(auto const schema, mapping::load_schema(reader, "tickets"));
      REQUIRE(schema.has_value());
      CHECK(mapping::compile(*mapping::item_of(*stored), *schema).has_value());
      TANDEM_TRY(auto const links, link::links_of_item(reader, "tickets", "", 100));
      CHECK(links.size() == 2);
      for (auto const& link : links) {
        TANDEM_TRY(auto const base, link::find_base(reader, link.id));
        CHECK(base.has_value());
      }
      TANDEM_TRY(auto const held, sync::all_held(reader, 100));
      CHECK(held.size() == 1);
      TANDEM_TRY(auto const intents, sync::open_intents(reader));
      CHECK(intents.size() == 1);
      TANDEM_TRY(auto const events, sync::event::count_waiting(reader));
      CHECK(events == 1);
      TANDEM_TRY(auto const runs, sync::last_runs(reader, 10));
      CHECK(runs.size() == 3);
      TANDEM_TRY(auto const history, sync::read_history(reader, 100));
      CHECK(history.size() >= 4);
      TANDEM_TRY(auto const feed, sync::Feed("tickets").load(reader));
      REQUIRE(feed.has_value());
      CHECK(feed->watermark.has_value());
      std::size_t twins = 0;
      TANDEM_CHECK(reader.scan("twins", "", "", [&](std::string_view, std::string_view) -> Result<bool> {
        ++twins;
        return true;
      }));
      CHECK(twins == 2);
      return Unit{};
    });
    INFO((done ? "" : done.error().to_line()));
    CHECK(done.has_value());
  }
  std::filesystem::remove_all(path);
}

TEST_CASE(
    "an organisation that was restored from a backup stops its item; allowed, nothing is doubled and the lost record's link is "
    "broken [R9]") {
  sandbox::WorldOptions options;
  options.fixed_now = parse_instant("2026-11-02T09:00:00Z");
  auto backup = sandbox::make_world(options);  // outlives the story, which forwards to it
  REQUIRE(backup.has_value());
  Pairs pairs;
  auto& story = pairs.story;
  pairs.in_dynamics(R"({"title":"Edited after the backup"})");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents", new_case(story, "Made after the backup"));
  story.run_well();
  REQUIRE(story.issues().size() == 13);
  REQUIRE(pairs.summary() == "Edited after the backup");

  pairs.pass(20min);
  backup->world->clock().advance(story.world().now() - backup->world->now());
  story.world().add(ServiceName::dataverse, std::make_unique<Restored>(backup->world->dataverse()));
  story.forget_requests();
  auto const stopped = story.run({.sweep = true});
  REQUIRE(stopped.record.has_value());
  CHECK(stopped.record->exit == 7);
  CHECK(stopped.record->items.at(0).error.find("went-back") != std::string::npos);
  CHECK(stopped.record->items.at(0).error.find("--allow-mass-change") != std::string::npos);
  CHECK(story.writes().empty());
  CHECK(pairs.summary() == "Edited after the backup");

  auto const allowed = story.run_well({.allow_mass_change = true, .sweep = true});
  CHECK(allowed.items.at(0).broken == 1);
  CHECK(story.issues().size() == 13);
  CHECK(pairs.summary() == pairs.title());
  for (int i = 0; i < 2; ++i) {
    pairs.pass(20min);
    story.forget_requests();
    static_cast<void>(story.run());
    CHECK(story.writes().empty());
  }
}

TEST_CASE(
    "an old copy of the store, put back over a newer world, catches up without a second issue, note or comment [R9][D11][E4]") {
  auto text = two_way();
  for (std::string const name : {"comments", "attachments"})
    text = replaced(text, "\"" + name + R"(": { "enabled": false })", "\"" + name + R"(": { "enabled": true })");
  Pairs pairs(text);
  auto& story = pairs.story;
  auto const copy = test_directory("copy");
  std::filesystem::copy(story.store_path() / "store", copy, std::filesystem::copy_options::recursive);

  pairs.in_dynamics(R"({"title":"Edited since the copy"})");
  pairs.in_jira(R"({"priority":{"name":"Low"}})");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents", new_case(story, "Made since the copy"));
  story.edit(
      "bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + pairs.key() + "/comment",
      R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Said since the copy"}]}]}})");
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/annotations",
             json::to_text(json::Object{{"notetext", "Noted since the copy"},
                                        {"objectid_incident@odata.bind", "/incidents(" + pairs.record() + ")"}}));
  story.run_well();
  pairs.pass(20min);
  story.run_well();
  auto const outcome = story.outcome();
  auto const notes = [&] { return story.world().dataverse().state()["rows"]["annotation"].items().size(); };
  auto const notes_before = notes();
  auto const comments_before = pairs.issue()["comments"].items().size();
  REQUIRE(comments_before == 2);

  std::filesystem::remove_all(story.store_path() / "store");
  std::filesystem::copy(copy, story.store_path() / "store", std::filesystem::copy_options::recursive);
  std::filesystem::permissions(story.store_path() / "store", std::filesystem::perms::owner_all);
  std::filesystem::remove_all(copy);
  pairs.pass(20min);
  for (int i = 0; i < 3; ++i) {
    auto const ran = story.run({.sweep = i == 1});
    REQUIRE(ran.record.has_value());
    pairs.pass(20min);
  }
  CHECK(story.outcome() == outcome);
  CHECK(story.issues().size() == 13);
  CHECK(notes() == notes_before);
  CHECK(pairs.issue()["comments"].items().size() == comments_before);
  CHECK(story.store_faults(13) == "");
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}
