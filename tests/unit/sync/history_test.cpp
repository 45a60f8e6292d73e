// The history, asked by item, issue, record, run, field and time (SPEC R7).
#include <catch2/catch.hpp>

#include <filesystem>

#include <unistd.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/history_actions.hpp>
#include <tandem/sync/history_query.hpp>
#include <tandem/sync/undo/run_writes.hpp>

using namespace tandem;
using namespace tandem::sync;
using namespace std::chrono_literals;

namespace {

Instant const kStart = *parse_instant("2026-11-02T09:00:00Z");

class Past {
 public:
  Past() : path_(std::filesystem::temp_directory_path() / ("tandem-history-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    auto opened = store::LmdbStore::open(path_, {.sync = false});
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
  }
  ~Past() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  Past(Past const&) = delete;
  Past& operator=(Past const&) = delete;

  void write(std::function<Result<Unit>(store::Writer&)> const& body) {
    auto const done = store_->write(body);
    if (!done) FAIL(done.error().to_line());
  }
  void add(Millis after, std::string action, std::string key, std::string item = "cases", std::string run = "r1",
           std::vector<FieldHistory> fields = {}, std::string reason = {}) {
    HistoryEntry entry;
    entry.at = kStart + after;
    entry.action = std::move(action);
    entry.issue_key = key;
    entry.link = "link-of-" + key;
    entry.item = std::move(item);
    entry.run = std::move(run);
    entry.record = "0b0c0d0e-0000-0000-0000-0000000000" + key.substr(key.size() - 1) + "0";
    entry.number = "CAS-0100" + key.substr(key.size() - 1) + "-X1Y2Z3";
    entry.fields = std::move(fields);
    entry.reason = std::move(reason);
    write([&](store::Writer& writer) { return append_history(writer, entry); });
  }
  HistoryAnswer ask(HistoryQuery const& query) {
    HistoryAnswer out;
    auto const done = store_->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, find_history(reader, query));
      return Unit{};
    });
    if (!done) FAIL(done.error().to_line());
    return out;
  }
  // "created-issue SUP-1" of each, in order.
  std::vector<std::string> told(HistoryQuery const& query) {
    std::vector<std::string> out;
    for (auto const& entry : ask(query).entries) out.push_back(entry.action + " " + entry.issue_key);
    return out;
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<store::LmdbStore> store_;
};

using Told = std::vector<std::string>;

// An edit of SUP-1's summary as the history keeps it.
HistoryEntry edited(std::string const& before, std::string const& after, std::string action = "edited-issue") {
  HistoryEntry entry;
  entry.at = kStart;
  entry.run = "r1";
  entry.link = "l1";
  entry.item = "cases";
  entry.issue_id = "10001";
  entry.issue_key = "SUP-1";
  entry.action = std::move(action);
  entry.fields.push_back({"summary", before, after, before, value_print(after), "title|summary"});
  return entry;
}

HistoryEntry other(std::string action) {
  auto entry = edited("", "");
  entry.action = std::move(action);
  entry.fields.clear();
  return entry;
}

}  // namespace

TEST_CASE("the history is asked by item, issue, record, run, field and time, and comes newest last [R7]") {
  Past past;
  past.add(1min, "created-issue", "SUP-1");
  past.add(2min, "created-issue", "SUP-2", "other", "r2");
  past.add(40 * 24h, "edited-issue", "SUP-1", "cases", "event-3",
           {{"summary", "old", "new", {}}, {"priority", "Low", "High", {}}});
  CHECK(past.told({}) == Told{"created-issue SUP-1", "created-issue SUP-2", "edited-issue SUP-1"});
  CHECK(past.told({.item = "other"}) == Told{"created-issue SUP-2"});
  CHECK(past.told({.run = "event-3"}) == Told{"edited-issue SUP-1"});
  CHECK(past.told({.issue = "SUP-2"}) == Told{"created-issue SUP-2"});
  CHECK(past.told({.record = "0B0C0D0E-0000-0000-0000-000000000020"}) == Told{"created-issue SUP-2"});
  CHECK(past.told({.record = "cas-01001-X1Y2Z3"}) == Told{"created-issue SUP-1", "edited-issue SUP-1"});
  CHECK(past.told({.record = "CAS-01001"}) == Told{"created-issue SUP-1", "edited-issue SUP-1"});
  CHECK(past.told({.record = "CAS-010"}).empty());
  CHECK(past.told({.since = kStart + 2min}) == Told{"created-issue SUP-2", "edited-issue SUP-1"});
  auto const fields = past.ask({.field = "Priority"});
  REQUIRE(fields.entries.size() == 1);
  REQUIRE(fields.entries[0].fields.size() == 1);
  CHECK(fields.entries[0].fields[0].after == "High");
}

TEST_CASE("the history is narrowed by link, side, action, reason and the end of a time [R7]") {
  Past past;
  past.add(1min, "created-issue", "SUP-1");
  past.add(2min, "updated-record", "SUP-1", "cases", "r2", {{"title", "old", "new", {}}});
  past.add(3min, "edited-issue", "SUP-2", "cases", "r3", {}, "conflict");
  past.add(4min, "made-link", "SUP-2");
  CHECK(past.told({.link = HistoryLink{"SUP-2", ""}}) == Told{"edited-issue SUP-2", "made-link SUP-2"});
  CHECK(past.told({.link = HistoryLink{"", "CAS-01002"}}) == Told{"edited-issue SUP-2", "made-link SUP-2"});
  CHECK(past.told({.link = HistoryLink{"", "LINK-OF-SUP-1"}}) == Told{"created-issue SUP-1", "updated-record SUP-1"});
  CHECK(past.told({.link = HistoryLink{"SUP-7", "CAS-01001"}}) == Told{"created-issue SUP-1", "updated-record SUP-1"});
  CHECK(past.told({.actions = {"created-issue", "made-link"}}) == Told{"created-issue SUP-1", "made-link SUP-2"});
  CHECK(past.told({.reasons = {"conflict"}}) == Told{"edited-issue SUP-2"});
  CHECK(past.told({.side = Side::jira}) == Told{"created-issue SUP-1", "edited-issue SUP-2"});
  CHECK(past.told({.side = Side::dynamics}) == Told{"updated-record SUP-1"});
  CHECK(past.told({.since = kStart + 2min, .until = kStart + 3min}) == Told{"updated-record SUP-1", "edited-issue SUP-2"});
}

TEST_CASE("writes of one moment keep their order [R7]") {
  Past past;
  Told expected;
  for (int i = 0; i < 30; ++i) {
    past.add(1min, "write-" + std::to_string(i), "SUP-1");
    expected.push_back("write-" + std::to_string(i) + " SUP-1");
  }
  CHECK(past.told({}) == expected);
}

TEST_CASE("the newest entries of a long past are given, and it is told that there are older ones [R7]") {
  Past past;
  CHECK(past.ask({}).entries.empty());
  for (int i = 0; i < 300; ++i) past.add(i * 1h, "edited-issue", "SUP-" + std::to_string(i % 10));
  auto const some = past.ask({.most = 4});
  REQUIRE(some.entries.size() == 4);
  CHECK(some.entries.back().at == kStart + 299h);
  CHECK(some.entries.front().at == kStart + 296h);
  CHECK(some.more);
  auto const all = past.ask({.most = 300});
  CHECK(all.entries.size() == 300);
  CHECK_FALSE(all.more);
  CHECK(past.ask({.issue = "SUP-3", .most = 2}).entries.front().at == kStart + 283h);
}

TEST_CASE("an issue is found under its key of today, also where it was written under another [R7][D12]") {
  Past past;
  past.add(1min, "created-issue", "OLD-1");
  link::Link link;
  link.id = "link-of-OLD-1";
  link.item = "cases";
  link.record = "r";
  link.issue = "10001";
  link.issue_key = "SUP-9";
  past.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::put_link(writer, link));
    return mapping::save_item(writer, "cases", {});
  });
  CHECK(past.told({.issue = "SUP-9"}) == Told{"created-issue OLD-1"});
  CHECK(past.told({.issue = "OLD-1"}) == Told{"created-issue OLD-1"});
  CHECK(past.told({.issue = "10001"}) == Told{"created-issue OLD-1"});
  CHECK(past.told({.issue = "SUP-1"}).empty());
}

TEST_CASE("a print tells whole values apart, not names, pictures and the order of lists [R7]") {
  auto const print = [](char const* text) { return value_print(json::parse(text).value()); };
  CHECK(print(R"("a")") == print(R"("a")"));
  CHECK(print(R"("a")") != print(R"("b")"));
  CHECK(print("null") != print(R"("")"));
  CHECK(print("null") != print("[]"));
  CHECK(print("1") != print(R"("1")"));
  CHECK(print(R"({"id":"3","name":"Low","iconUrl":"x"})") == print(R"({"name":"Niedrig","id":"3"})"));
  CHECK(print(R"({"id":"3"})") != print(R"({"id":"4"})"));
  CHECK(print(R"({"accountId":"a","displayName":"Ann"})") == print(R"({"accountId":"a","displayName":"Anna"})"));
  CHECK(print(R"({"id":"3","child":{"id":"7"}})") != print(R"({"id":"3","child":{"id":"8"}})"));
  CHECK(print(R"(["a","b"])") == print(R"(["b","a"])"));
  CHECK(print(R"(["a","b"])") != print(R"(["a"])"));
  CHECK(print(R"({"type":"doc","content":[{"text":"a"},{"text":"b"}]})") !=
        print(R"({"type":"doc","content":[{"text":"b"},{"text":"a"}]})"));
  CHECK(as_sent(json::parse(R"([{"id":"3","self":"u"}])").value()) == json::parse(R"([{"id":"3"}])").value());
}

TEST_CASE("several writes of one value in one run go back as one, where each began at what the one before had left [R7]") {
  auto const whole = undo::writes_of({edited("one", "two"), edited("two", "three")});
  REQUIRE(whole.links.size() == 1);
  REQUIRE(whole.links[0].values.size() == 1);
  CHECK(whole.links[0].values[0].before == json::Value("one"));
  CHECK(whole.links[0].values[0].kept == value_print("three"));
  auto const broken = undo::writes_of({edited("one", "two"), edited("by Bob", "three")});
  CHECK(broken.links[0].values[0].before == json::Value("by Bob"));
  auto elsewhere = edited("a", "b");
  elsewhere.issue_id = "10002";  // the record was linked to another issue meanwhile
  CHECK(undo::writes_of({edited("one", "two"), elsewhere}).links.size() == 2);
}

TEST_CASE("what a run wrote that cannot go back is told with its reason; marks and rehearsals are not told at all [R7][X4]") {
  auto const reason = [](HistoryEntry const& entry) -> std::string {
    auto const writes = undo::writes_of({entry});
    if (writes.stays.size() == 1) return std::string(code_of(writes.stays[0].report.reason));
    return writes.empty() ? "" : "goes back";
  };
  for (auto const& [action, expected] : std::vector<std::pair<std::string, std::string>>{{"created-issue", "made-stays"},
                                                                                         {"added-comment", "made-stays"},
                                                                                         {"added-file-note", "made-stays"},
                                                                                         {"created-version", "made-stays"},
                                                                                         {"made-link", "made-stays"},
                                                                                         {"edited-note", "not-kept-whole"},
                                                                                         {"removed-link", "not-kept-whole"},
                                                                                         {"wrote-link-note", ""},
                                                                                         {"removed-remote-link", ""},
                                                                                         {"broke-link", ""}}) {
    CAPTURE(action);
    CHECK(reason(other(action)) == expected);
  }
  CHECK(reason(edited("one", "two")) == "goes back");
  auto rehearsed = edited("one", "two", "moved-issue");
  rehearsed.reason = "rehearsal";
  CHECK(reason(rehearsed).empty());
  auto older = edited("one", "two");
  older.fields[0].kept.clear();
  REQUIRE(undo::writes_of({older}).links[0].values[0].barred.has_value());
  auto const put_back = undo::writes_of({edited("one", "two"), edited("two", "by Bob", "put-back")});
  REQUIRE(put_back.links[0].values[0].barred.has_value());
  CHECK(put_back.links[0].values[0].barred->reason == Reason::edited_since);
}

TEST_CASE("what the history keeps of a write comes back as it was put [R7]") {
  auto entry = edited("one", "two");
  entry.undoes = "r0";
  entry.fields[0].table = "account";
  auto const read = HistoryEntry::from_json(entry.to_json());
  REQUIRE(read.has_value());
  CHECK(read->to_json() == entry.to_json());
  CHECK(read->fields[0].rule == "title|summary");
  CHECK(read->undoes == "r0");
  CHECK(side_written("updated-record") == Side::dynamics);
  CHECK_FALSE(side_written("something-newer").has_value());
}
