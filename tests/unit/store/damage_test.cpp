// Stores after a power loss, a full disk, a copy in the middle of work, and of other versions (SPEC R9, DESIGN "store").
#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/store/lmdb_store.hpp>

#include "support/read_only_disk.hpp"

using namespace tandem;
using namespace tandem::store;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPage = 4096;

struct TempDirectory {
  fs::path path = fs::temp_directory_path() / ("tandem-store-" + random_uuid());
  TempDirectory() {
    fs::create_directory(path);
    fs::permissions(path, fs::perms::owner_all);
  }
  ~TempDirectory() { fs::remove_all(path); }
};

using Rows = std::map<std::string, std::string>;

Result<std::unique_ptr<LmdbStore>> opened(fs::path const& path, OpenOptions options = {}) {
  options.sync = false;
  return LmdbStore::open(path, std::move(options));
}

Result<Unit> put_all(Store& store, Rows const& rows) {
  return store.write([&](Writer& writer) -> Result<Unit> {
    for (auto const& [key, value] : rows) TANDEM_CHECK(writer.put("things", key, value));
    return Unit{};
  });
}

Result<Rows> all_of(Store& store) {
  Rows rows;
  TANDEM_CHECK(store.read([&](Reader& reader) -> Result<Unit> {
    return reader.scan("things", "", "", [&](std::string_view key, std::string_view value) -> Result<bool> {
      rows.emplace(key, value);
      return true;
    });
  }));
  return rows;
}

// Short and long values (some of several pages), and pages that were freed again.
Rows some_rows() {
  Rows rows;
  for (int i = 0; i < 400; ++i)
    rows.emplace(fmt::format("key-{:04}", i), std::string(static_cast<std::size_t>(20 + i % 90), 'v'));
  for (int i = 0; i < 4; ++i) rows.emplace(fmt::format("long-{}", i), std::string(9000, static_cast<char>('a' + i)));
  return rows;
}

void make_store(fs::path const& path, Rows const& rows) {
  auto store = opened(path);
  REQUIRE(store.has_value());
  Rows more;
  for (int i = 0; i < 300; ++i) more.emplace(fmt::format("passing-{:04}", i), std::string(60, 'p'));
  REQUIRE(put_all(**store, more).has_value());
  REQUIRE(put_all(**store, rows).has_value());
  REQUIRE((*store)
              ->write([&](Writer& writer) -> Result<Unit> {
                for (auto const& [key, value] : more) TANDEM_CHECK(writer.erase("things", key));
                return Unit{};
              })
              .has_value());
}

std::string bytes_of(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_bytes(fs::path const& file, std::string const& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// After a restart of the machine with this file. True: it works with every row as it was; false: refused as it should be.
bool works_or_is_refused(fs::path const& directory, std::string const& bytes, Rows const& rows, Access access) {
  write_bytes(directory / "data.mdb", bytes);
  fs::remove(directory / "lock.mdb");
  write_bytes(directory / "checked", "another start of the machine\n");
  OpenOptions options;
  options.access = access;
  auto const store = opened(directory, options);
  if (!store) {
    CHECK(exit_code(store.error().kind) == 11);
    CHECK(store.error().message.find("damaged") != std::string::npos);
    CHECK(store.error().message.find("tandem link rebuild") != std::string::npos);
    return false;
  }
  auto const kept = all_of(**store);
  REQUIRE(kept.has_value());
  CHECK(*kept == rows);
  if (access == Access::read_write) CHECK(put_all(**store, {{"after", "1"}}).has_value());
  return true;
}

}  // namespace

TEST_CASE("a store whose file was cut short at any place is refused with what to do, or works in full [R9]") {
  auto const access = GENERATE(Access::read_write, Access::read_only);
  TempDirectory directory;
  auto const rows = some_rows();
  make_store(directory.path, rows);
  auto const whole = bytes_of(directory.path / "data.mdb");
  REQUIRE(whole.size() > 20 * kPage);
  std::size_t refused = 0;
  for (std::size_t at = 0; at <= whole.size(); at += kPage) {
    for (auto const size : {at, at + 100}) {
      if (size > whole.size()) continue;
      CAPTURE(size, whole.size());
      refused += works_or_is_refused(directory.path, whole.substr(0, size), rows, access) ? 0U : 1U;
    }
  }
  CHECK(refused > 20);
  CHECK(works_or_is_refused(directory.path, whole, rows, access));
}

TEST_CASE("a store with a page of zeroes or of another page is refused, or does not need that page [R9]") {
  auto const access = GENERATE(Access::read_write, Access::read_only);
  TempDirectory directory;
  auto const rows = some_rows();
  make_store(directory.path, rows);
  auto const whole = bytes_of(directory.path / "data.mdb");
  std::size_t refused = 0;
  for (std::size_t page = 0; page < whole.size() / kPage; ++page) {
    CAPTURE(page);
    auto zeroed = whole;
    std::fill_n(zeroed.begin() + static_cast<std::ptrdiff_t>(page * kPage), kPage, '\0');
    // The values of a long value's further pages are only bytes: nothing tells that they are not those that were written.
    bool const values_only =
        whole.substr(page * kPage + 100, 100).find_first_not_of(whole[page * kPage + 100]) == std::string::npos &&
        whole[page * kPage + 100] != '\0';
    if (!values_only) refused += works_or_is_refused(directory.path, zeroed, rows, access) ? 0U : 1U;
    if (page < 3) continue;
    auto swapped = whole;
    swapped.replace(page * kPage, kPage, whole.substr(2 * kPage, kPage));
    if (!values_only) refused += works_or_is_refused(directory.path, swapped, rows, access) ? 0U : 1U;
  }
  CHECK(refused > 10);
}

TEST_CASE("bytes of a page that turn out otherwise are refused or read, and never end the program [R9]") {
  TempDirectory directory;
  auto const rows = some_rows();
  make_store(directory.path, rows);
  auto const whole = bytes_of(directory.path / "data.mdb");
  std::mt19937_64 random(1);
  for (int i = 0; i < 300; ++i) {
    auto broken = whole;
    auto const page = 2 + random() % (whole.size() / kPage - 2);
    for (int byte = 0; byte < 8; ++byte) broken[page * kPage + random() % 64] = static_cast<char>(random());
    write_bytes(directory.path / "data.mdb", broken);
    write_bytes(directory.path / "checked", "another start of the machine\n");
    OpenOptions options;
    options.access = Access::read_only;
    auto const store = opened(directory.path, options);
    if (store) static_cast<void>(all_of(**store).has_value());
    if (!store) CHECK(store.error().kind == ErrorKind::store);
  }
}

TEST_CASE("every page is looked at once after a start of the machine, and whenever it is asked for [R9]") {
  TempDirectory directory;
  make_store(directory.path, some_rows());
  auto bytes = bytes_of(directory.path / "data.mdb");
  { CHECK((*opened(directory.path))->check_pages().has_value()); }
  // Damaged while the machine runs: the opening believes what it saw, a check does not.
  for (std::size_t page = 2; page < bytes.size() / kPage; ++page)
    bytes[page * kPage] = static_cast<char>(bytes[page * kPage] ^ 0x40);
  {
    std::fstream file(directory.path / "data.mdb", std::ios::binary | std::ios::in | std::ios::out);
    file << bytes;
  }
  OpenOptions options;
  options.access = Access::read_only;
  auto const store = opened(directory.path, options);
  if (store) {
    auto const checked = (*store)->check_pages();
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().message.find("damaged") != std::string::npos);
  } else {
    CHECK(store.error().kind == ErrorKind::store);
  }
}

TEST_CASE("a disk that fills up in the middle of a commit keeps what was there, and the next commit works [R9]") {
  TempDirectory directory;
  auto const rows = some_rows();
  make_store(directory.path, rows);
  auto store = opened(directory.path);
  REQUIRE(store.has_value());
  auto const size = fs::file_size(directory.path / "data.mdb");
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto const old_signal = std::signal(SIGXFSZ, SIG_IGN);
  Rows large;
  for (int i = 0; i < 200; ++i) large.emplace(fmt::format("large-{:03}", i), std::string(6000, 'x'));
  for (auto const room : {std::size_t{0}, std::size_t{100}, kPage, 7 * kPage + 5}) {
    CAPTURE(room);
    struct rlimit full = before;
    full.rlim_cur = size + room;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
    auto const written = put_all(**store, large);
    ::setrlimit(RLIMIT_FSIZE, &before);
    REQUIRE_FALSE(written.has_value());
    CHECK(exit_code(written.error().kind) == 11);
    CHECK(written.error().message.find("full") != std::string::npos);
    CHECK(*all_of(**store) == rows);
  }
  std::signal(SIGXFSZ, old_signal);
  CHECK(put_all(**store, large).has_value());
  CHECK((*store)->check_pages().has_value());
  store->reset();
  auto const again = opened(directory.path);
  REQUIRE(again.has_value());
  CHECK(all_of(**again)->size() == rows.size() + large.size());
}

TEST_CASE("a disk that turns read-only under an open store refuses each commit with what to do, and loses nothing [R9]") {
  TempDirectory directory;
  auto const rows = some_rows();
  make_store(directory.path, rows);
  enum : int { kWell = 0, kNoFilter = 77 };
  // In a child, since there is no way back; what it finds is its exit code.
  auto const child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto store = opened(directory.path);
    if (!store) ::_exit(1);
    if (!test::make_disk_read_only(false)) ::_exit(kNoFilter);
    for (int i = 0; i < 3; ++i) {
      auto const written = put_all(**store, {{"after", "1"}});
      if (written || exit_code(written.error().kind) != 11) ::_exit(2);
      if (i == 0 && written.error().message.find("read-only file system") == std::string::npos) ::_exit(3);
    }
    auto const kept = all_of(**store);
    ::_exit(kept && *kept == rows ? kWell : 4);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoFilter) {
    std::puts("SKIPPED: the kernel takes no filter on system calls here: the read-only disk was not tried");
    return;
  }
  CHECK(WEXITSTATUS(status) == kWell);
  auto const store = opened(directory.path);
  REQUIRE(store.has_value());
  CHECK(*all_of(**store) == rows);
  CHECK(put_all(**store, {{"after", "1"}}).has_value());
}

TEST_CASE("a copy that is taken while others write is one moment of the store, and sound [R9]") {
  TempDirectory directory;
  auto store = opened(directory.path);
  REQUIRE(store.has_value());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    // Each commit changes all of these rows together.
    for (int round = 0; !done; ++round) {
      Rows rows;
      for (int i = 0; i < 40; ++i) rows.emplace(fmt::format("k{:02}", i), fmt::format("{}-{}", round, std::string(300, 'y')));
      static_cast<void>(put_all(**store, rows).has_value());
    }
  });
  for (int i = 0; i < 25; ++i) {
    TempDirectory copy;
    auto const copied = (*store)->backup(copy.path / "data.mdb");
    CHECK(copied.has_value());
    CHECK_FALSE((*store)->backup(copy.path / "data.mdb").has_value());  // never over another one
    auto const reopened = opened(copy.path);
    REQUIRE(reopened.has_value());
    CHECK((*reopened)->check_pages().has_value());
    auto const rows = all_of(**reopened);
    REQUIRE(rows.has_value());
    for (auto const& [key, value] : *rows) CHECK(value == rows->begin()->second);
  }
  done = true;
  writer.join();
  CHECK((*store)->check_pages().has_value());
}

TEST_CASE("an older store is brought up step by step, as a whole or not at all, and a newer one is refused [R9]") {
  TempDirectory directory;
  {
    auto const store = opened(directory.path);
    REQUIRE(put_all(**store, {{"a", "1"}, {"b", "2"}}).has_value());
  }
  auto const step = [](int from, std::string const& mark, bool fails) {
    return Migration{from, [=](Writer& writer) -> Result<Unit> {
                       TANDEM_TRY(auto const value, writer.get("things", "a"));
                       TANDEM_CHECK(writer.put("things", "a", *value + mark));
                       if (fails) return fail(ErrorKind::store, "the disk is full while migrating");
                       return Unit{};
                     }};
  };
  OpenOptions third;
  third.schema_version = 3;
  third.migrations = {step(2, "-third", true), step(1, "-second", false)};
  CHECK_FALSE(opened(directory.path, third).has_value());
  {
    auto const still_first = opened(directory.path);
    REQUIRE(still_first.has_value());
    CHECK(all_of(**still_first)->at("a") == "1");
  }
  third.migrations = {step(2, "-third", false), step(1, "-second", false)};
  third.migrate = false;  // without the lock
  CHECK(all_of(**opened(directory.path, third))->at("a") == "1");
  third.migrate = true;
  CHECK(all_of(**opened(directory.path, third))->at("a") == "1-second-third");

  auto const old_program = opened(directory.path);
  REQUIRE_FALSE(old_program.has_value());
  CHECK(exit_code(old_program.error().kind) == 11);
  CHECK(old_program.error().message.find("newer tandem") != std::string::npos);
}

TEST_CASE("events are appended to a store that is one version older or newer, and to no other [R9][F2]") {
  TempDirectory directory;
  OpenOptions made;
  made.schema_version = 5;
  { REQUIRE(opened(directory.path, made).has_value()); }
  for (auto const& [version, allowed] : std::map<int, bool>{{3, false}, {4, true}, {5, true}, {6, true}}) {
    CAPTURE(version);
    OpenOptions append;
    append.schema_version = version;
    append.append_only = true;
    append.migrate = false;
    auto const store = opened(directory.path, append);
    REQUIRE(store.has_value() == allowed);
    if (store) CHECK(put_all(**store, {{fmt::format("from-{}", version), "1"}}).has_value());
  }
}
