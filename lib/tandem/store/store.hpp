// Store: the little that everything above sees of persistence, so that a shared engine can stand behind it.
//
// It knows bytes, not links: each folder above owns its tables and their codecs (table.hpp). A transaction is short, on one thread,
// and never open across a request; nothing that a Reader gives points into the store after its call returns.
// Errors: ErrorKind::store, with what to do (disk full, map full, damaged, newer than this program).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::store {

class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::optional<std::string>> get(std::string_view table, std::string_view key) = 0;
  // Visits (key, value) in key order, of keys that begin with `prefix` and are >= `from`, until `visit` answers false.
  using Visit = std::function<Result<bool>(std::string_view key, std::string_view value)>;
  virtual Result<Unit> scan(std::string_view table, std::string_view prefix, std::string_view from, Visit const& visit) = 0;
  virtual Result<std::size_t> count(std::string_view table) = 0;
};

class Writer : public Reader {
 public:
  virtual Result<Unit> put(std::string_view table, std::string_view key, std::string_view value) = 0;
  virtual Result<Unit> erase(std::string_view table, std::string_view key) = 0;  // absent is fine
};

class Store {
 public:
  virtual ~Store() = default;
  // One snapshot for the whole call.
  virtual Result<Unit> read(std::function<Result<Unit>(Reader&)> const& body) = 0;
  // Commits durably when `body` returns a value, else leaves the store as it was.
  virtual Result<Unit> write(std::function<Result<Unit>(Writer&)> const& body) = 0;
};

}  // namespace tandem::store
