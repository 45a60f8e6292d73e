// LmdbStore: the Store on one LMDB environment in a directory of its own (data.mdb, lock.mdb).
//
// Map: 64 GiB from the start (address space; the file is sparse), since growing needs all of a process's transactions closed.
// Opening checks the directory (not writable by others, no network file system), clears dead readers and runs migrations; a read-only
// opening changes not one byte of data.mdb. The first opening after the machine was started, or of another file, looks at every page
// (page_check.hpp): what a power loss or a copy left damaged is an error then, never a crash. The file `checked` says for which start and file
// that was done. Thread-safe: one write transaction at a time, readers beside it.
// Errors: store — with what to do for: disk full, map full, newer than this program, another container's process, damaged file.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/store/store.hpp>

namespace tandem::store {

enum class Access : bool { read_only, read_write };

// A step that brings the store from version `from` to `from + 1`. Registered by the folder that owns the tables concerned.
struct Migration {
  int from = 0;
  std::function<Result<Unit>(Writer&)> run;
};

inline constexpr int kSchemaVersion = 1;

struct OpenOptions {
  Access access = Access::read_write;
  std::vector<Migration> migrations{};
  bool migrate = true;  // only the lock holder migrates
  // Without the lock, to append to tables whose format is kept for ever: an existing store only, also one of the next version; nothing is
  // migrated.
  bool append_only = false;
  bool allow_network_file_system = false;
  std::size_t map_bytes = std::size_t{64} << 30U;
  int schema_version = kSchemaVersion;  // what this program writes; tests of migrations say another
  bool sync = true;  // tests that never lose power may leave fsync out
};

inline constexpr std::size_t kLongestKey = 511;  // bytes, with the table's name and one more

class LmdbStore final : public Store {
 public:
  // The directory is created (0700) unless read-only. A store that does not exist is not_found when read-only.
  static Result<std::unique_ptr<LmdbStore>> open(std::filesystem::path const& directory, OpenOptions options = {});
  ~LmdbStore() override;
  LmdbStore(LmdbStore const&) = delete;
  LmdbStore& operator=(LmdbStore const&) = delete;

  Result<Unit> read(std::function<Result<Unit>(Reader&)> const& body) override;
  Result<Unit> write(std::function<Result<Unit>(Writer&)> const& body) override;
  // A random id made with the store: names its key file and marks backups as copies of it.
  Result<std::string> store_id();
  // Looks at every page of the present snapshot. Errors: store — damaged, with the page.
  Result<Unit> check_pages();
  // Copies the store while it is in use. The target file must not exist; what cannot be finished is removed.
  Result<Unit> backup(std::filesystem::path const& file);

 private:
  struct Environment;
  explicit LmdbStore(std::unique_ptr<Environment> environment);
  std::unique_ptr<Environment> environment_;
};

// True while a transaction is open on this thread: transports assert that it is not (no transaction lives across a request).
bool transaction_open_on_this_thread();

}  // namespace tandem::store
