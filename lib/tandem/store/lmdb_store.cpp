#include <tandem/store/lmdb_store.hpp>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/store/page_check.hpp>

namespace tandem::store {

namespace {

constexpr std::string_view kMeta = "meta";
constexpr std::string_view kVersionKey = "version";
constexpr std::string_view kIdKey = "store-id";

thread_local int open_transactions = 0;

struct OpenTransaction {
  OpenTransaction() { ++open_transactions; }
  ~OpenTransaction() { --open_transactions; }
  OpenTransaction(OpenTransaction const&) = delete;
  OpenTransaction& operator=(OpenTransaction const&) = delete;
};

constexpr std::string_view kCure =
    "restore a backup (`tandem status --backup` makes them), or move the state directory of the connection away, set the "
    "connection up "
    "again, apply the items and run `tandem link rebuild`";

tl::unexpected<Error> fault(int rc, std::string_view doing) {
  switch (rc) {
    case EIO:
    case EFBIG:
      return fail(ErrorKind::store,
                  fmt::format("the store's file cannot be read or written while {} ({}): the disk is full, at a limit or "
                              "faulty; nothing of this step was kept",
                              doing, std::strerror(rc)));
    case MDB_MAP_FULL:
      return fail(ErrorKind::store,
                  fmt::format("the store is full while {}: its map has no room left; nothing of this step was kept", doing));
    case ENOSPC:
    case EDQUOT:
      return fail(ErrorKind::store,
                  fmt::format("the disk is full while {}: make room in the state directory; nothing is lost", doing));
    case EAGAIN:
      return fail(ErrorKind::store,
                  "the state directory is in use by a process in another container: give each container its own, or share the "
                  "process ids");
    case EROFS:
      return fail(ErrorKind::store, fmt::format("the state directory is on a read-only file system ({}): make it writable, or "
                                                "name another one by --state-dir; nothing of this step was kept",
                                                doing));
    case EACCES: return fail(ErrorKind::store, fmt::format("no permission for the state directory ({})", doing));
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
      return fail(ErrorKind::store, fmt::format("the store is damaged ({}): {}", mdb_strerror(rc), kCure));
    default: return fail(ErrorKind::store, fmt::format("the store failed while {}: {}", doing, mdb_strerror(rc)));
  }
}

MDB_val val(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }  // NOLINT: LMDB reads only
std::string_view view(MDB_val const& value) { return {static_cast<char const*>(value.mv_data), value.mv_size}; }

bool on_network(std::filesystem::path const& directory) {
  struct statfs info {};
  if (::statfs(directory.c_str(), &info) != 0) return false;
  // NFS, SMB, SMB2, CIFS, 9p, FUSE is not refused: many local file systems are FUSE.
  switch (static_cast<unsigned long>(info.f_type)) {
    case 0x6969UL:
    case 0x517BUL:
    case 0xFE534D42UL:
    case 0xFF534D42UL:
    case 0x01021997UL: return true;
    default: return false;
  }
}

Result<Unit> check_directory(std::filesystem::path const& directory, OpenOptions const& options) {
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    if (options.access == Access::read_only) {
      return fail(ErrorKind::not_found, fmt::format("there is no store in {}", directory.string()));
    }
    std::error_code failed;
    std::filesystem::create_directories(directory.parent_path(), failed);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(ErrorKind::store,
                  fmt::format("cannot create the state directory {}: {}", directory.string(), std::strerror(errno)));
    }
    if (::stat(directory.c_str(), &info) != 0) {
      return fail(ErrorKind::store,
                  fmt::format("cannot read the state directory {}: {}", directory.string(), std::strerror(errno)));
    }
  }
  if (!S_ISDIR(info.st_mode)) return fail(ErrorKind::store, fmt::format("{} is not a directory", directory.string()));
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0U) {
    return fail(ErrorKind::config, fmt::format("others can write to the state directory {}: chmod 700 it", directory.string()));
  }
  if (!options.allow_network_file_system && on_network(directory)) {
    return fail(
        ErrorKind::config,
        fmt::format("the state directory {} is on a network file system, where the store's locks do not work: use a local disk",
                    directory.string()));
  }
  return Unit{};
}

}  // namespace

bool transaction_open_on_this_thread() { return open_transactions > 0; }

namespace {

// Where the kernel mapped the data file. LMDB does not tell; nothing when it cannot be found.
struct MappedFile {
  void* address = nullptr;
  std::size_t bytes = 0;
};
MappedFile find_mapping(std::filesystem::path const& file) {
  std::ifstream maps("/proc/self/maps");
  auto const name = file.string();
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with(name)) continue;
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) != 2) continue;
    return {reinterpret_cast<void*>(begin), end - begin};  // NOLINT(performance-no-int-to-ptr): an address in text
  }
  return {};
}

}  // namespace

struct LmdbStore::Environment {
  MDB_env* env = nullptr;
  MappedFile mapped;
  MDB_dbi table = 0;
  bool read_only = false;

  // The pages that a long run has touched count as its memory, for ever: giving them back (they stay in the page cache) keeps a run's
  // memory independent of how much it writes. The mapping is of a file and read-only, so nothing can be lost.
  void release_pages() {
    if (mapped.address != nullptr) ::madvise(mapped.address, mapped.bytes, MADV_DONTNEED);
  }

  ~Environment() {
    if (env != nullptr) mdb_env_close(env);
  }
};

namespace {

// A table is a prefix of the keys of LMDB's one main table: named tables would have to be opened one transaction at a time, and a handle
// that another transaction has opened since must not be used.
std::string stored_key(std::string_view table, std::string_view key) {
  std::string out(table);
  out += '\0';
  out += key;
  return out;
}

class LmdbTransaction final : public Writer {
 public:
  LmdbTransaction(MDB_txn* txn, MDB_dbi table) : txn_(txn), table_(table) {}

  Result<std::optional<std::string>> get(std::string_view table, std::string_view key) override {
    auto const stored = stored_key(table, key);
    MDB_val k = val(stored);
    MDB_val v{};
    int const rc = mdb_get(txn_, table_, &k, &v);
    if (rc == MDB_NOTFOUND) return std::optional<std::string>{};
    if (rc != MDB_SUCCESS) return fault(rc, "reading");
    return std::optional<std::string>(std::string(view(v)));
  }

  Result<Unit> scan(std::string_view table, std::string_view prefix, std::string_view from, Visit const& visit) override {
    MDB_cursor* raw = nullptr;
    if (int const rc = mdb_cursor_open(txn_, table_, &raw); rc != MDB_SUCCESS) return fault(rc, "reading");
    std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> const cursor(raw, &mdb_cursor_close);
    auto const begin = stored_key(table, prefix);
    auto const skip = table.size() + 1;
    // A visit may write (in a write transaction), which moves pages: key and value are copied first and the cursor seeks anew.
    auto at = std::max(begin, stored_key(table, from));
    bool first = true;
    for (;;) {
      MDB_val k = val(at);
      MDB_val v{};
      int rc = mdb_cursor_get(cursor.get(), &k, &v, MDB_SET_RANGE);
      if (rc == MDB_SUCCESS && !first && view(k) == at) rc = mdb_cursor_get(cursor.get(), &k, &v, MDB_NEXT);
      if (rc == MDB_NOTFOUND) return Unit{};
      if (rc != MDB_SUCCESS) return fault(rc, "reading");
      if (!view(k).starts_with(begin)) return Unit{};
      std::string const key(view(k));
      std::string const value(view(v));
      TANDEM_TRY(bool const more, visit(std::string_view(key).substr(skip), value));
      if (!more) return Unit{};
      at = key;
      first = false;
    }
  }

  Result<std::size_t> count(std::string_view table) override {
    std::size_t count = 0;
    TANDEM_CHECK(scan(table, "", "", [&](std::string_view, std::string_view) -> Result<bool> {
      ++count;
      return true;
    }));
    return count;
  }

  Result<Unit> put(std::string_view table, std::string_view key, std::string_view value) override {
    auto const stored = stored_key(table, key);
    if (key.empty() || stored.size() > kLongestKey) {
      return fail(ErrorKind::internal, fmt::format("a key of {} bytes cannot be stored in table {}", key.size(), table));
    }
    MDB_val k = val(stored);
    MDB_val v = val(value);
    if (int const rc = mdb_put(txn_, table_, &k, &v, 0); rc != MDB_SUCCESS) return fault(rc, "writing");
    return Unit{};
  }

  Result<Unit> erase(std::string_view table, std::string_view key) override {
    auto const stored = stored_key(table, key);
    MDB_val k = val(stored);
    int const rc = mdb_del(txn_, table_, &k, nullptr);
    if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) return fault(rc, "writing");
    return Unit{};
  }

 private:
  MDB_txn* txn_;
  MDB_dbi table_;
};

struct AbortTransaction {
  void operator()(MDB_txn* txn) const { mdb_txn_abort(txn); }
};
using TransactionHandle = std::unique_ptr<MDB_txn, AbortTransaction>;

Result<TransactionHandle> begin(MDB_env* env, unsigned flags) {
  MDB_txn* raw = nullptr;
  int rc = mdb_txn_begin(env, nullptr, flags, &raw);
  if (rc == MDB_MAP_RESIZED) {  // another process grew the map: take its size
    mdb_env_set_mapsize(env, 0);
    rc = mdb_txn_begin(env, nullptr, flags, &raw);
  }
  if (rc != MDB_SUCCESS) return fault(rc, "starting a transaction");
  return TransactionHandle(raw);
}

constexpr char const* kCheckedFile = "checked";

// This start of the machine and this file; "" where that cannot be told.
std::string present_file(std::filesystem::path const& directory) {
  std::ifstream boot("/proc/sys/kernel/random/boot_id");
  std::string id;
  struct stat info {};
  if (!(boot >> id) || ::stat((directory / "data.mdb").c_str(), &info) != 0) return {};
  return fmt::format("{} {}\n", id, info.st_ino);
}

std::optional<std::string> checked_file(std::filesystem::path const& directory) {
  std::ifstream file(directory / kCheckedFile);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Best effort: without it the next opening looks again.
void keep_checked(std::filesystem::path const& directory, std::string const& present) {
  int const fd = ::open((directory / kCheckedFile).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  static_cast<void>(::write(fd, present.data(), present.size()) == static_cast<ssize_t>(present.size()));
  ::close(fd);
}

Result<Unit> check_pages_of(MDB_env* env) {
  constexpr int kTries = 100;  // a busy writer may overtake the reading of the two meta pages
  mdb_filehandle_t file = -1;
  if (int const rc = mdb_env_get_fd(env, &file); rc != MDB_SUCCESS) return fault(rc, "opening");
  for (int i = 0; i < kTries; ++i) {
    TANDEM_TRY(auto const txn, begin(env, MDB_RDONLY));
    TANDEM_TRY(auto const pages, page_check(file, mdb_txn_id(txn.get())));
    if (pages > 0) return Unit{};
    MDB_stat stat{};
    mdb_stat(txn.get(), 1, &stat);
    if (stat.ms_entries == 0) return Unit{};  // nothing was ever written
  }
  return fail(ErrorKind::store, "the store is too busy to be checked; try again when no run is at work");
}

Result<Unit> check_once(MDB_env* env, std::filesystem::path const& directory, bool read_only) {
  auto const present = present_file(directory);
  if (!present.empty() && checked_file(directory) == present) return Unit{};
  TANDEM_CHECK(check_pages_of(env));
  if (!read_only && !present.empty()) keep_checked(directory, present);
  return Unit{};
}

}  // namespace

LmdbStore::LmdbStore(std::unique_ptr<Environment> environment) : environment_(std::move(environment)) {}
LmdbStore::~LmdbStore() = default;

Result<Unit> LmdbStore::read(std::function<Result<Unit>(Reader&)> const& body) {
  OpenTransaction const mark;
  TANDEM_TRY(auto const txn, begin(environment_->env, MDB_RDONLY));
  LmdbTransaction transaction(txn.get(), environment_->table);
  return body(transaction);
}

Result<Unit> LmdbStore::write(std::function<Result<Unit>(Writer&)> const& body) {
  if (environment_->read_only) return fail(ErrorKind::internal, "a store that was opened for reading cannot be written");
  OpenTransaction const mark;
  TANDEM_TRY(auto txn, begin(environment_->env, 0));
  LmdbTransaction transaction(txn.get(), environment_->table);
  TANDEM_CHECK(body(transaction));
  if (int const rc = mdb_txn_commit(txn.release()); rc != MDB_SUCCESS) return fault(rc, "committing");
  environment_->release_pages();
  return Unit{};
}

Result<Unit> LmdbStore::check_pages() { return check_pages_of(environment_->env); }

Result<std::unique_ptr<LmdbStore>> LmdbStore::open(std::filesystem::path const& directory, OpenOptions options) {
  TANDEM_CHECK(check_directory(directory, options));
  bool const read_only = options.access == Access::read_only;
  if ((read_only || options.append_only) && !std::filesystem::exists(directory / "data.mdb")) {
    return fail(ErrorKind::not_found, fmt::format("there is no store in {}", directory.string()));
  }
  // LMDB would take an emptied file for a new store, and everything would begin anew.
  std::error_code no_file;
  if (std::filesystem::file_size(directory / "data.mdb", no_file) == 0 && !no_file && checked_file(directory))
    return fail(ErrorKind::store, fmt::format("the store is damaged: its file is empty: {}", kCure));
  auto environment = std::make_unique<Environment>();
  environment->read_only = read_only;
  if (int const rc = mdb_env_create(&environment->env); rc != MDB_SUCCESS) return fault(rc, "opening");
  mdb_env_set_mapsize(environment->env, options.map_bytes);
  mode_t const before = ::umask(0077);
  unsigned const flags = (read_only ? MDB_RDONLY : 0U) | (options.sync ? 0U : unsigned{MDB_NOSYNC});
  int const rc = mdb_env_open(environment->env, directory.c_str(), flags, 0600);
  ::umask(before);
  if (rc != MDB_SUCCESS) return fault(rc, "opening");
  TANDEM_CHECK(check_once(environment->env, directory, read_only));
  TANDEM_TRY(auto txn, begin(environment->env, read_only ? MDB_RDONLY : 0U));
  if (int const failed = mdb_dbi_open(txn.get(), nullptr, 0, &environment->table); failed != MDB_SUCCESS)
    return fault(failed, "opening");
  if (int const failed = mdb_txn_commit(txn.release()); failed != MDB_SUCCESS) return fault(failed, "opening");
  std::error_code unknown;
  environment->mapped = find_mapping(std::filesystem::canonical(directory / "data.mdb", unknown));
  int dead = 0;
  mdb_reader_check(environment->env, &dead);

  std::unique_ptr<LmdbStore> store(new LmdbStore(std::move(environment)));
  int version = 0;
  TANDEM_CHECK(store->read([&](Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const text, reader.get(kMeta, kVersionKey));
    if (text) version = std::atoi(text->c_str());
    TANDEM_TRY(auto const id, reader.get(kMeta, kIdKey));
    if (version <= 0 && (text || id))
      return fail(ErrorKind::store, fmt::format("the store is damaged: it does not say its version: {}", kCure));
    return Unit{};
  }));
  int const known = options.schema_version;
  if (options.append_only && version > 0 && version >= known - 1 && version <= known + 1) return store;
  if (version > known) {
    return fail(ErrorKind::store,
                fmt::format("the store was written by a newer tandem (version {}, this program knows {}): use that program",
                            version, known));
  }
  if (read_only || (version == known)) return store;
  if (version > 0 && !options.migrate) return store;
  TANDEM_CHECK(store->write([&](Writer& writer) -> Result<Unit> {
    if (version == 0) {
      TANDEM_CHECK(writer.put(kMeta, kIdKey, random_uuid()));
    } else {
      for (int from = version; from < known; ++from) {
        for (auto const& migration : options.migrations) {
          if (migration.from == from) TANDEM_CHECK(migration.run(writer));
        }
      }
    }
    return writer.put(kMeta, kVersionKey, std::to_string(known));
  }));
  return store;
}

Result<std::string> LmdbStore::store_id() {
  std::string id;
  TANDEM_CHECK(read([&](Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto text, reader.get(kMeta, kIdKey));
    if (!text) return fail(ErrorKind::store, "the store has no id: it is damaged");
    id = std::move(*text);
    return Unit{};
  }));
  return id;
}

Result<Unit> LmdbStore::backup(std::filesystem::path const& file) {
  int const fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fail(ErrorKind::config, fmt::format("cannot create {}: {}", file.string(), std::strerror(errno)));
  int const rc = mdb_env_copyfd2(environment_->env, fd, MDB_CP_COMPACT);
  int const synced = rc == MDB_SUCCESS && ::fsync(fd) != 0 ? errno : rc;
  int const closed = ::close(fd) != 0 && synced == MDB_SUCCESS ? errno : synced;
  if (closed == MDB_SUCCESS) return Unit{};
  ::unlink(file.c_str());  // half a copy is none
  return fault(closed, "copying");
}

}  // namespace tandem::store
