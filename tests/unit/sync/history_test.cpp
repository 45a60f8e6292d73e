// The history, asked by item, issue, record, run, field and time (SPEC R7).
#include <catch2/catch.hpp>

#include <filesystem>

#include <unistd.h>

#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/history_query.hpp>

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
