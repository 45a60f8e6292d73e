#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/check.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run.hpp>
#include <tandem/sync/run_record.hpp>

using namespace tandem;
using namespace tandem::sync;
using namespace std::chrono_literals;

namespace {

struct TempStore {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("tandem-sync-" + random_uuid());
  std::unique_ptr<store::LmdbStore> store;
  TempStore() {
    auto opened = store::LmdbStore::open(path, {.sync = false});
    REQUIRE(opened.has_value());
    store = std::move(*opened);
  }
  ~TempStore() {
    store.reset();
    std::filesystem::remove_all(path);
  }
  void write(std::function<Result<Unit>(store::Writer&)> const& body) { REQUIRE(store->write(body).has_value()); }
  template <class T>
  T read(std::function<Result<T>(store::Reader&)> const& body) {
    std::optional<T> out;
    auto const done = store->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, body(reader));
      return Unit{};
    });
    REQUIRE(done.has_value());
    return *out;
  }
};

Instant at(int second) { return Instant{std::chrono::seconds{1'800'000'000 + second}}; }

link::Link link_of(std::string id, std::string item, std::string record, std::string issue) {
  link::Link link;
  link.id = std::move(id);
  link.item = std::move(item);
  link.entity = "incident";
  link.record = std::move(record);
  link.record_number = "CAS-1";
  link.issue_key = "SUP-" + issue;
  link.issue = std::move(issue);
  return link;
}

}  // namespace

TEST_CASE("a record has at most one link per item, an issue too, and other items are free [D1]") {
  TempStore temp;
  temp.write([](store::Writer& writer) { return link::put_link(writer, link_of("l1", "a", "r1", "1")); });
  auto const refused = [&](link::Link const& link) {
    auto const done = temp.store->write([&](store::Writer& writer) { return link::put_link(writer, link); });
    return !done && done.error().kind == ErrorKind::refused;
  };
  CHECK(refused(link_of("l2", "a", "r1", "2")));
  CHECK(refused(link_of("l3", "a", "r3", "1")));
  temp.write([](store::Writer& writer) { return link::put_link(writer, link_of("l4", "b", "r1", "1")); });
  CHECK(temp.read<std::vector<link::Link>>([](store::Reader& reader) { return link::find_by_issue(reader, "1"); }).size() == 2);
}

TEST_CASE("a link that owes something is found by item until it owes nothing [D9]") {
  TempStore temp;
  auto link = link_of("l1", "a", "r1", "1");
  link.owed.link_note = true;
  auto const owing = [&] {
    return temp.read<std::vector<link::Link>>([](store::Reader& reader) { return link::links_that_owe(reader, "a", "", 10); })
        .size();
  };
  temp.write([&](store::Writer& writer) { return link::put_link(writer, link); });
  CHECK(owing() == 1);
  link.owed.link_note = false;
  temp.write([&](store::Writer& writer) { return link::put_link(writer, link); });
  CHECK(owing() == 0);
}

TEST_CASE("pauses double to their limit and the last try parks the record [E8]") {
  RetryPolicy const policy{5, 5min, 6h};
  Retry entry;
  std::vector<Millis> pauses;
  std::optional<Retry> held;
  for (int i = 0; i < 9; ++i) {
    held = policy.failed(held, entry, at(0));
    pauses.push_back(*held->next - at(0));
    CHECK(held->parked == (i >= 4));
  }
  CHECK(pauses == std::vector<Millis>{5min, 10min, 20min, 40min, 80min, 160min, 320min, 360min, 360min});
  CHECK_FALSE(held->due(at(1'000'000), false));
  CHECK(held->due(at(0), true));
}

TEST_CASE("a queued record is due at once, a paused one only when its time has come by the service's clock [E8][R8]") {
  Retry entry;
  CHECK(entry.due(std::nullopt, false));
  entry.next = at(10);
  CHECK_FALSE(entry.due(at(9), false));
  CHECK(entry.due(at(10), false));
  CHECK_FALSE(entry.due(std::nullopt, false));
}

TEST_CASE("a version seen in the overlap is known, a new version and a forgotten one are not [E2]") {
  TempStore temp;
  Feed const feed("a");
  temp.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(feed.remember(writer, {"r1", "W/\"1\"", at(10)}));
    return feed.remember(writer, {"r2", "W/\"2\"", at(20)});
  });
  auto const seen = [&](SeenRow const& row) {
    return temp.read<bool>([&](store::Reader& reader) { return feed.was_seen(reader, row); });
  };
  CHECK(seen({"r1", "W/\"1\"", at(10)}));
  CHECK_FALSE(seen({"r1", "W/\"9\"", at(10)}));
  temp.write([&](store::Writer& writer) { return feed.forget_before(writer, at(20)); });
  CHECK_FALSE(seen({"r1", "W/\"1\"", at(10)}));
  CHECK(seen({"r2", "W/\"2\"", at(20)}));
}

TEST_CASE("the highest issue number of a project only grows [R2]") {
  TempStore temp;
  auto const raise = [&](std::int64_t number) {
    temp.write([&](store::Writer& writer) { return raise_highest_key(writer, "SUP", number); });
    return temp.read<std::optional<std::int64_t>>([](store::Reader& reader) { return highest_key(reader, "SUP"); });
  };
  CHECK(raise(12) == 12);
  CHECK(raise(9) == 12);
  CHECK(raise(13) == 13);
  CHECK(key_number("SUP-12") == 12);
  CHECK(key_number("A1-B-7") == 7);
  CHECK_FALSE(key_number("SUP").has_value());
  CHECK_FALSE(key_number("SUP-1x").has_value());
}

TEST_CASE("an intent reads back as it was written [R2]") {
  TempStore temp;
  Intent intent;
  intent.id = "l1";
  intent.effect = Effect::edit_issue;
  intent.item = "a";
  intent.record = "r1";
  intent.at = at(5);
  intent.floor = 41;
  intent.issue = "10012";
  intent.base.fields["title|summary"] = {"x", "y"};
  intent.fields.push_back({"title|summary", "summary", "new", "old", "new"});
  temp.write([&](store::Writer& writer) { return put_intent(writer, intent); });
  auto const read = temp.read<std::vector<Intent>>([](store::Reader& reader) { return open_intents(reader); });
  REQUIRE(read.size() == 1);
  CHECK(read[0].to_json() == intent.to_json());
  temp.write([](store::Writer& writer) { return erase_intent(writer, "l1"); });
  CHECK(temp.read<std::vector<Intent>>([](store::Reader& reader) { return open_intents(reader); }).empty());
}

TEST_CASE("an intent of a conversation reads back as it was written, and one of before each write had one [R2]") {
  TempStore temp;
  conversation::Intent intent;
  intent.link = "l1";
  intent.item = "a";
  intent.step = conversation::Step::edit_note;
  intent.twin.original = link::Side::jira;
  intent.twin.note = "n1";
  intent.twin.jira = "10000";
  intent.shown = "after";
  intent.shown_before = "before";
  intent.cut = true;
  intent.hash = "h";
  intent.at = at(3);
  temp.write([&](store::Writer& writer) { return conversation::put_intent(writer, intent); });
  auto const open = [&] {
    return temp.read<std::vector<conversation::Intent>>(
        [](store::Reader& reader) { return conversation::intents_of(reader, "l1"); });
  };
  REQUIRE(open().size() == 1);
  CHECK(open()[0].to_json() == intent.to_json());
  CHECK(open()[0].twin == intent.twin);
  temp.write([](store::Writer& writer) { return conversation::forget_intents(writer, "l1"); });
  CHECK(open().empty());

  for (auto const& [kind, step] :
       {std::pair{"comment", conversation::Step::add_comment}, {"file", conversation::Step::add_file}}) {
    auto const old = json::parse(fmt::format(
        R"({{"link":"l1","item":"a","part":1,"twin":{{"kind":"{}","original":"dynamics","note":"n1","jira":""}},"shown":"x"}})",
        kind));
    auto const read = conversation::Intent::from_json(*old);
    REQUIRE(read);
    CHECK(read->step == step);
    CHECK(read->twin.jira.empty());
  }
}

TEST_CASE("history is read newest last and forgotten by age, a bounded number at a time [R7]") {
  TempStore temp;
  for (int i = 0; i < 5; ++i) {
    HistoryEntry entry;
    entry.at = at(i);
    entry.fields.push_back({std::to_string(i), "", "", json::Value()});
    temp.write([&](store::Writer& writer) { return append_history(writer, entry); });
  }
  auto const fields = [&] {
    std::string all;
    for (auto const& entry : temp.read<std::vector<HistoryEntry>>([](store::Reader& reader) { return read_history(reader, 3); }))
      all += entry.fields.at(0).field;
    return all;
  };
  CHECK(fields() == "234");
  temp.write([](store::Writer& writer) { return forget_history(writer, at(4), 2); });
  CHECK(fields() == "234");
  temp.write([](store::Writer& writer) { return forget_history(writer, at(4), 100); });
  CHECK(fields() == "4");
}

TEST_CASE("run records are kept newest first and only so many [B9]") {
  TempStore temp;
  for (int i = 1; i <= 5; ++i) {
    RunRecord run;
    run.id = std::to_string(i);
    run.started_at = at(i);
    if (i == 2) run.items.push_back({.item = "a", .created = 7});
    if (i == 3) run.scope = RunScope::issue;
    if (i == 3) run.jira = {.at = at(3), .left = 12, .of = 100, .least = 9, .near = true, .refused = 2};
    REQUIRE(keep_run(*temp.store, run, 4).has_value());
  }
  auto const runs = temp.read<std::vector<RunRecord>>([](store::Reader& reader) { return last_runs(reader, 10); });
  REQUIRE(runs.size() == 4);
  CHECK(runs.front().id == "5");
  CHECK(runs.back().id == "2");
  CHECK(runs[2].scope == RunScope::issue);
  CHECK(runs[2].jira.to_json() ==
        http::LimitSeen{.at = at(3), .left = 12, .of = 100, .least = 9, .near = true, .refused = 2}.to_json());
  CHECK_FALSE(runs[2].dataverse.told());
  CHECK(runs[0].scope == RunScope::all);
  using Last = std::optional<std::pair<RunRecord, ItemRun>>;
  auto const last = temp.read<Last>([](store::Reader& reader) { return last_run_of(reader, "a"); });
  REQUIRE(last.has_value());
  CHECK(last->second.created == 7);
}

TEST_CASE("the worst of several outcomes decides the exit code") {
  std::vector<int> const order{11, 1, 4, 3, 2, 5, 7, 9, 6, 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i; j < order.size(); ++j) {
      CHECK(worse_exit(order[i], order[j]) == order[i]);
      CHECK(worse_exit(order[j], order[i]) == order[i]);
    }
  }
}

TEST_CASE("a sound store has no problems, and a broken index is told [R9]") {
  TempStore temp;
  temp.write([](store::Writer& writer) { return link::put_link(writer, link_of("l1", "a", "r1", "1")); });
  auto const problems = [&] {
    return temp.read<std::vector<std::string>>([](store::Reader& reader) { return check_store(reader); }).size();
  };
  CHECK(problems() == 0);
  temp.write([](store::Writer& writer) { return writer.put("by_record", store::key_of({"a", "r9"}), "l9"); });
  CHECK(problems() == 1);
  temp.write([](store::Writer& writer) { return writer.erase("by_issue", store::key_of({"1", "l1"})); });
  CHECK(problems() == 2);
  temp.write([](store::Writer& writer) { return writer.put("links", "l5", "\x01garbage"); });
  CHECK(problems() >= 3);
}

TEST_CASE("an issue with two links under one item, and a run of events that cannot be read, are told [D1][R9]") {
  TempStore temp;
  temp.write([](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::put_link(writer, link_of("l1", "a", "r1", "1")));
    TANDEM_CHECK(store::Table<link::Link>("links").put(writer, "l2", link_of("l2", "a", "r2", "1")));
    return writer.put("event_runs", "00000001", "\x01garbage");
  });
  auto const told = temp.read<std::vector<std::string>>([](store::Reader& reader) { return check_store(reader); });
  auto const says = [&](std::string const& words) {
    return std::any_of(told.begin(), told.end(), [&](std::string const& one) { return one.find(words) != std::string::npos; });
  };
  CHECK(says("has two links under the item a"));
  CHECK(says("event_runs"));
}

TEST_CASE("each broken invariant of conversations, holds, counts and events is told by what it is of [R9]") {
  TempStore temp;
  temp.write([](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::put_link(writer, link_of("l1", "a", "r1", "1")));
    link::Twin twin;
    twin.note = "n1";
    twin.jira = "c1";
    TANDEM_CHECK(link::put_twin(writer, "l1", twin));
    TANDEM_CHECK(link::note_conversation(writer, "a", "l1"));
    Held held;
    held.link = "l1";
    held.rule = "title|summary";
    TANDEM_CHECK(put_held(writer, held));
    TANDEM_CHECK(note_write(writer, "l1", "title|summary", "x", at(0)));
    event::QueuedHint hint;
    hint.issue = "1";
    hint.kinds = {"issue-updated"};
    TANDEM_TRY([[maybe_unused]] auto const sequence, event::append(writer, hint));
    return Unit{};
  });
  auto const problems = [&] {
    return temp.read<std::vector<std::string>>([](store::Reader& reader) { return check_store(reader); });
  };
  auto const sound = problems();
  CAPTURE(sound);
  CHECK(sound.empty());
  struct Damage {
    std::string table, key;
    std::optional<std::string> value;
    std::string told;
  };
  auto const copy = store::key_of({"comment", "jira", "c1"});
  std::vector<Damage> const all{
      {"copies", copy, std::nullopt, "not known as a copy"},
      {"conversations", store::key_of({"a", "l1"}), "\x01{\"item\":\"a\",\"link\":\"l9\"}", "is due of the link l9"},
      {"conversations", store::key_of({"a", "l1"}), "\x01{\"item\":\"b\",\"link\":\"l1\"}", "under the item b"},
      {"held", store::key_of({"l9", "title|summary"}), "\x01{\"link\":\"l9\",\"rule\":\"title|summary\"}",
       "the table held names the link l9"},
      {"flips", store::key_of({"l9", "title|summary"}), "\x01[]", "the table flips names the link l9"},
      {"twins", store::key_of({"l9", "comment", "n1"}), "\x01{\"note\":\"n1\",\"jira\":\"c1\"}",
       "the table twins names the link l9"},
      {"outbox_by", "id:1", std::nullopt, "its issue does not lead to it"},
      {"outbox_by", "id:7", "00000000000000aa", "is said to wait"},
      {"outbox_next", "next", "0000000000000000", "newer than the newest"},
      {"parked", store::key_of({"a", "r7"}), "\x01{\"item\":\"a\",\"record\":\"r1\",\"number\":\"CAS-1\"}",
       "kept under another name"},
      {"items", "a", "\x01{\"text\":\"{\"}", "the item a"},
      {"base", "l9", "\x01{}", "a base without its link"},
  };
  for (auto const& damage : all) {
    CAPTURE(damage.table, damage.key);
    std::optional<std::string> before;
    temp.write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(before, writer.get(damage.table, damage.key));
      return damage.value ? writer.put(damage.table, damage.key, *damage.value) : writer.erase(damage.table, damage.key);
    });
    auto const told = problems();
    CAPTURE(told);
    CHECK(std::any_of(told.begin(), told.end(),
                      [&](std::string const& one) { return one.find(damage.told) != std::string::npos; }));
    temp.write([&](store::Writer& writer) {
      return before ? writer.put(damage.table, damage.key, *before) : writer.erase(damage.table, damage.key);
    });
    CHECK(problems().empty());
  }
  // Whoever cuts a link leaves nothing of it behind.
  temp.write([](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::erase_link(writer, link_of("l1", "a", "r1", "1")));
    return forget_holds(writer, "l1");
  });
  auto const after = problems();
  CAPTURE(after);
  CHECK(after.empty());
}
