// Outbox and deliveries: durable, coalesced, removed only by who saw them (SPEC F2, F3, F7).
#include <catch2/catch.hpp>

#include <filesystem>

#include <unistd.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/deliveries.hpp>
#include <tandem/sync/event/outbox.hpp>

using namespace tandem;
using namespace tandem::sync::event;
using tandem::jira::webhook::Hint;
using tandem::jira::webhook::Kind;

namespace {

class Fixture {
 public:
  Fixture() : path_(std::filesystem::temp_directory_path() / ("tandem-outbox-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    auto opened = store::LmdbStore::open(path_, {.sync = false});
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
  }
  ~Fixture() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  Fixture(Fixture const&) = delete;
  Fixture& operator=(Fixture const&) = delete;

  template <class Body>
  void write(Body body) {
    auto const done = store_->write([&](store::Writer& writer) -> Result<Unit> { return body(writer); });
    if (!done) FAIL(done.error().to_line());
  }
  std::uint64_t add(Hint const& hint) {
    std::uint64_t sequence = 0;
    write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(sequence, append(writer, queued(hint)));
      return Unit{};
    });
    return sequence;
  }
  std::vector<Waiting> all() {
    std::vector<Waiting> out;
    write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(out, waiting(writer, 0, 1000));
      return Unit{};
    });
    return out;
  }
  bool delivered(std::string_view id) {
    bool fresh = false;
    write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(fresh, take_delivery(writer, id));
      return Unit{};
    });
    return !fresh;
  }
  std::filesystem::path const& path() const { return path_; }
  store::LmdbStore& store() { return *store_; }
  void close() { store_.reset(); }

 private:
  std::filesystem::path path_;
  std::unique_ptr<store::LmdbStore> store_;
};

Hint hint(Kind kind, std::string issue, std::string key = "") {
  Hint out;
  out.kind = kind;
  out.issue = std::move(issue);
  out.issue_key = std::move(key);
  return out;
}

}  // namespace

TEST_CASE("events of one issue wait as one hint, which knows all of them [F2]") {
  Fixture fixture;
  auto first = hint(Kind::issue_updated, "1", "SUP-1");
  first.updated = parse_instant("2026-01-02T00:00:00Z");
  auto second = hint(Kind::comment_created, "1");
  second.comment = "7";
  second.updated = parse_instant("2026-01-01T00:00:00Z");  // late and older: order does not matter
  fixture.add(first);
  fixture.add(hint(Kind::issue_created, "2"));
  auto const sequence = fixture.add(second);
  auto const all = fixture.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0].hint.issue == "2");
  auto const& joined = all[1];
  CHECK(joined.sequence == sequence);
  CHECK(joined.hint.issue_key == "SUP-1");
  CHECK(joined.hint.kinds == std::vector<std::string>{"issue-updated", "comment-created"});
  CHECK(joined.hint.comments == std::vector<std::string>{"7"});
  CHECK(joined.hint.events == 2);
  CHECK(joined.hint.updated == first.updated);
}

TEST_CASE("removing what was handled leaves a hint that grew meanwhile [F3]") {
  Fixture fixture;
  fixture.add(hint(Kind::issue_updated, "1"));
  auto const seen = fixture.all().at(0);
  auto const later = fixture.add(hint(Kind::comment_created, "1"));
  fixture.write([&](store::Writer& writer) { return remove(writer, seen); });
  auto const left = fixture.all();
  REQUIRE(left.size() == 1);
  CHECK(left[0].sequence == later);
  fixture.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(bool const newer, anything_after(writer, seen.sequence));
    CHECK(newer);
    TANDEM_CHECK(remove(writer, left[0]));
    TANDEM_TRY(bool const still, anything_after(writer, 0));
    CHECK_FALSE(still);
    TANDEM_TRY(auto const last, last_sequence(writer));
    CHECK(last == later);  // an empty outbox still tells how far it was
    return Unit{};
  });
  CHECK(fixture.add(hint(Kind::issue_updated, "1")) == later + 1);
  CHECK(fixture.all().size() == 1);
}

TEST_CASE("files whose issue is not known wait apart from each other [F8]") {
  Fixture fixture;
  auto file = hint(Kind::attachment_created, "");
  file.attachment = "100";
  fixture.add(file);
  fixture.add(file);
  file.attachment = "101";
  fixture.add(file);
  CHECK(fixture.all().size() == 2);
}

TEST_CASE("the stored form of a hint is kept for ever, and a newer program's members are handed on [F2]") {
  auto const text = R"({"issue":"1","key":"SUP-1","kinds":["issue-updated","of-the-future"],"comments":["7"],"attachments":[],)"
                    R"("at":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:01.250Z","events":3,"later":{"a":1}})";
  auto const parsed = json::parse(text);
  REQUIRE(parsed.has_value());
  auto hint_read = QueuedHint::from_json(*parsed);
  REQUIRE(hint_read.has_value());
  CHECK(hint_read->events == 3);
  CHECK(json::to_canonical(hint_read->to_json()) == json::to_canonical(*parsed));
  hint_read->take(queued(hint(Kind::issue_updated, "1")));
  CHECK(hint_read->to_json()["later"]["a"].integer() == 1);
}

TEST_CASE("a delivery is taken once, whatever its id looks like [F7]") {
  Fixture fixture;
  for (auto const& id : {std::string("0b7e1a3e-1111"), std::string(3000, 'x'), std::string("a\0b", 3), std::string("\xff\xfe")}) {
    CHECK_FALSE(fixture.delivered(id));
    CHECK(fixture.delivered(id));
  }
  CHECK_FALSE(fixture.delivered(std::string(3000, 'y')));
}

TEST_CASE("a delivery is forgotten 30 days after the first drain, by Jira's clock [F7][R8]") {
  Fixture fixture;
  CHECK_FALSE(fixture.delivered("one"));
  auto const start = *parse_instant("2026-01-01T00:00:00Z");
  auto const drain_at = [&](Instant at) { fixture.write([&](store::Writer& writer) { return date_deliveries(writer, at); }); };
  drain_at(start);
  CHECK_FALSE(fixture.delivered("two"));
  drain_at(start + std::chrono::days{1});
  drain_at(start + std::chrono::days{30});
  CHECK(fixture.delivered("one"));
  drain_at(start + std::chrono::days{30} + std::chrono::seconds{1});
  CHECK_FALSE(fixture.delivered("one"));
  CHECK(fixture.delivered("two"));
}

TEST_CASE("an append goes into a store of the next version and changes nothing else of it; two versions are too many") {
  Fixture fixture;
  auto const next = GENERATE(1, 2);
  auto const version = std::to_string(store::kSchemaVersion + next);
  fixture.write([&](store::Writer& writer) { return writer.put("meta", "version", version); });
  fixture.close();
  CHECK_FALSE(store::LmdbStore::open(fixture.path(), {.sync = false}).has_value());
  auto const opened = store::LmdbStore::open(fixture.path(), {.migrate = false, .append_only = true, .sync = false});
  REQUIRE(opened.has_value() == (next == 1));
  if (!opened) return;
  auto const done = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const sequence, append(writer, queued(hint(Kind::issue_updated, "1"))));
    CHECK(sequence == 1);
    TANDEM_TRY(auto const held, writer.get("meta", "version"));
    CHECK(held == version);
    return Unit{};
  });
  CHECK(done.has_value());
}

TEST_CASE("there is nothing to append to where no store is") {
  auto const nowhere = std::filesystem::temp_directory_path() / ("tandem-nowhere-" + std::to_string(::getpid()));
  auto const opened = store::LmdbStore::open(nowhere, {.migrate = false, .append_only = true});
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().kind == ErrorKind::not_found);
  std::filesystem::remove_all(nowhere);
}
