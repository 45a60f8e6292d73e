#include <catch2/catch.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/store/run_lock.hpp>
#include <tandem/store/table.hpp>

using namespace tandem;
using namespace tandem::store;

namespace {

struct TempDirectory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("tandem-store-" + random_uuid());
  TempDirectory() {
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 0700);
  }
  ~TempDirectory() { std::filesystem::remove_all(path); }
};

std::unique_ptr<LmdbStore> opened(std::filesystem::path const& path, OpenOptions options = {}) {
  auto store = LmdbStore::open(path, std::move(options));
  REQUIRE(store.has_value());
  return std::move(*store);
}

Result<Unit> put(Store& store, std::string_view key, std::string_view value) {
  return store.write([&](Writer& writer) { return writer.put("things", key, value); });
}
std::optional<std::string> get(Store& store, std::string_view key) {
  std::optional<std::string> out;
  auto const done = store.read([&](Reader& reader) -> Result<Unit> {
    TANDEM_TRY(out, reader.get("things", key));
    return Unit{};
  });
  REQUIRE(done.has_value());
  return out;
}

struct Thing {
  std::string name;
  [[nodiscard]] json::Value to_json() const { return json::Object{{"name", name}}; }
  static Result<Thing> from_json(json::Value const& value) { return Thing{std::string(value["name"].text())}; }
};

}  // namespace

TEST_CASE("what was committed is there after the store was closed [R9]") {
  TempDirectory directory;
  { REQUIRE(put(*opened(directory.path), "a", "1").has_value()); }
  CHECK(get(*opened(directory.path), "a") == "1");
}

TEST_CASE("a write whose body fails leaves nothing behind [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path);
  auto const done = store->write([&](Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(writer.put("things", "a", "1"));
    return fail(ErrorKind::internal, "no");
  });
  CHECK_FALSE(done.has_value());
  CHECK_FALSE(get(*store, "a").has_value());
}

TEST_CASE("a scan visits the keys of a prefix in order, also while it writes [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path);
  for (auto const* key : {"b/2", "a/1", "b/1", "b/3", "c/1"}) REQUIRE(put(*store, key, "x").has_value());
  std::vector<std::string> seen;
  REQUIRE(store
              ->write([&](Writer& writer) {
                return writer.scan("things", "b/", "", [&](std::string_view key, std::string_view) -> Result<bool> {
                  seen.emplace_back(key);
                  TANDEM_CHECK(writer.erase("things", key));
                  return true;
                });
              })
              .has_value());
  CHECK(seen == std::vector<std::string>{"b/1", "b/2", "b/3"});
  CHECK_FALSE(get(*store, "b/2").has_value());
  CHECK(get(*store, "c/1").has_value());
}

TEST_CASE("a scan can start in the middle and stop early [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path);
  for (auto const* key : {"1", "2", "3", "4"}) REQUIRE(put(*store, key, key).has_value());
  std::vector<std::string> seen;
  REQUIRE(store
              ->read([&](Reader& reader) {
                return reader.scan("things", "", "2", [&](std::string_view key, std::string_view) -> Result<bool> {
                  seen.emplace_back(key);
                  return seen.size() < 2;
                });
              })
              .has_value());
  CHECK(seen == std::vector<std::string>{"2", "3"});
}

TEST_CASE("a typed table refuses a value of another version instead of guessing [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path);
  Table<Thing> const table{"things"};
  REQUIRE(store->write([&](Writer& writer) { return table.put(writer, "a", Thing{"n"}); }).has_value());
  auto const read = [&](std::string_view key) {
    std::optional<Thing> out;
    auto const done = store->read([&](Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, table.get(reader, key));
      return Unit{};
    });
    return done ? out->name : std::string(name_of(done.error().kind));
  };
  CHECK(read("a") == "n");
  REQUIRE(put(*store, "b", "\x02{}").has_value());
  CHECK(read("b") == "store");
}

TEST_CASE("reading only changes not one byte of the data [E9]") {
  TempDirectory directory;
  REQUIRE(put(*opened(directory.path), "a", "1").has_value());
  auto const bytes = [&] {
    std::ifstream file(directory.path / "data.mdb", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  auto const before = bytes();
  {
    OpenOptions options;
    options.access = Access::read_only;
    auto const store = opened(directory.path, options);
    CHECK(get(*store, "a") == "1");
    CHECK_FALSE(put(*store, "b", "2").has_value());
  }
  CHECK(bytes() == before);
}

TEST_CASE("a store that is not there is not made by reading [E9]") {
  TempDirectory directory;
  OpenOptions options;
  options.access = Access::read_only;
  auto const store = LmdbStore::open(directory.path / "none", options);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().kind == ErrorKind::not_found);
  CHECK_FALSE(std::filesystem::exists(directory.path / "none"));
}

TEST_CASE("the store's files are for their owner only, and a directory that others can write to is refused [S4]") {
  TempDirectory directory;
  {
    auto const store = opened(directory.path / "own");
    struct stat info {};
    REQUIRE(::stat((directory.path / "own" / "data.mdb").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600);
    REQUIRE(::stat((directory.path / "own").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0700);
  }
  ::chmod((directory.path / "own").c_str(), 0770);
  auto const refused = LmdbStore::open(directory.path / "own");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::config);
}

TEST_CASE("a full map is a clear error and what was there stays [R9]") {
  TempDirectory directory;
  OpenOptions options;
  options.map_bytes = 128UL << 10U;
  auto const store = opened(directory.path, options);
  REQUIRE(put(*store, "small", "1").has_value());
  auto const done = put(*store, "large", std::string(300'000, 'x'));
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().kind == ErrorKind::store);
  CHECK(done.error().message.find("full") != std::string::npos);
  CHECK(get(*store, "small") == "1");
  CHECK(put(*store, "small", "2").has_value());
}

TEST_CASE("a store of a newer program is refused [R9]") {
  TempDirectory directory;
  REQUIRE(opened(directory.path)->write([](Writer& writer) { return writer.put("meta", "version", "99"); }).has_value());
  auto const store = LmdbStore::open(directory.path);
  REQUIRE_FALSE(store.has_value());
  CHECK(store.error().kind == ErrorKind::store);
  CHECK(store.error().message.find("newer") != std::string::npos);
}

TEST_CASE("a backup can be opened and holds what the store held [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path / "one");
  REQUIRE(put(*store, "a", "1").has_value());
  std::filesystem::create_directory(directory.path / "two");
  ::chmod((directory.path / "two").c_str(), 0700);
  REQUIRE(store->backup(directory.path / "two" / "data.mdb").has_value());
  CHECK_FALSE(store->backup(directory.path / "two" / "data.mdb").has_value());
  auto const copy = opened(directory.path / "two");
  CHECK(get(*copy, "a") == "1");
  CHECK(*copy->store_id() == *store->store_id());
}

TEST_CASE("a transaction is known to be open on its thread only while it is [R9]") {
  TempDirectory directory;
  auto const store = opened(directory.path);
  CHECK_FALSE(transaction_open_on_this_thread());
  REQUIRE(store
              ->read([](Reader&) -> Result<Unit> {
                CHECK(transaction_open_on_this_thread());
                return Unit{};
              })
              .has_value());
  CHECK_FALSE(transaction_open_on_this_thread());
}

TEST_CASE("a second run is told who holds the lock, and the lock dies with its holder [R6]") {
  TempDirectory directory;
  {
    auto const first = RunLock::take(directory.path, Millis{0}, system_clock());
    REQUIRE(first.has_value());
    auto const second = RunLock::take(directory.path, Millis{0}, system_clock());
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().kind == ErrorKind::locked);
    CHECK(second.error().message.find("process " + std::to_string(::getpid())) != std::string::npos);
  }
  CHECK(RunLock::take(directory.path, Millis{0}, system_clock()).has_value());
}

TEST_CASE("many threads read and write tables that did not exist before [R9]") {
  TempDirectory directory;
  { REQUIRE(put(*opened(directory.path), "a", "1").has_value()); }
  auto const store = opened(directory.path);
  std::atomic<int> faults{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 20; ++round) {
          auto const table = "table-" + std::to_string((i + round) % 16);
          auto const wrote = store->write([&](Writer& writer) { return writer.put(table, std::to_string(i), "x"); });
          auto const read = store->read([&](Reader& reader) -> Result<Unit> {
            TANDEM_TRY(auto const mine, reader.get(table, std::to_string(i)));
            TANDEM_TRY(auto const old, reader.get("things", "a"));
            return mine && old ? Result<Unit>(Unit{}) : Result<Unit>(fail(ErrorKind::internal, "not there"));
          });
          if (!wrote || !read) ++faults;
        }
      });
    }
  }
  CHECK(faults == 0);
}
