// The rows, their indexes, the one rowversion counter of the organisation, and undo for change sets.
//
// A cell holds: Integer, BigInt, choices -> int64; Boolean -> bool; DateTime -> int64 milliseconds since 1970 (whole seconds);
// DateOnly, decimals, texts, GUIDs, "1,2" of multi-select -> string; lookups -> Reference. A missing cell is null.
// Indexes: by id, by (modifiedon, id), by version, by alternate key and by every lookup's id (but createdby and its kind), so that a
// page of the change feed, a delta and the notes of a case touch only their own rows. Deletions are remembered for deltas.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "dataverse/schema.hpp"

namespace sandbox::dataverse {

struct Reference {
  Table const* table = nullptr;
  std::string id;
  friend bool operator==(Reference const&, Reference const&) = default;
};

using Cell = std::variant<std::monostate, bool, std::int64_t, std::string, Reference>;

inline bool is_indexed(Column const& column) { return column.is_lookup() && !column.system; }
inline bool is_null(Cell const& cell) { return std::holds_alternative<std::monostate>(cell); }

class Row {
 public:
  [[nodiscard]] Cell const& get(int column) const;
  void set(int column, Cell cell);
  [[nodiscard]] std::string const& id() const { return id_; }
  void set_id(std::string id) { id_ = std::move(id); }
  [[nodiscard]] std::int64_t version() const { return version_; }
  void set_version(std::int64_t version) { version_ = version; }

  [[nodiscard]] std::int64_t number(int column) const;  // 0 when null
  [[nodiscard]] std::string_view text(int column) const;  // "" when null
  [[nodiscard]] Reference const* reference(int column) const;

 private:
  std::string id_;
  std::int64_t version_ = 0;
  std::vector<std::pair<std::uint16_t, Cell>> cells_;  // sorted by column, nulls left out
};

class Database {
 public:
  using ModifiedKey = std::pair<std::int64_t, std::string_view>;  // (modifiedon, id)
  struct Data {
    std::map<std::string, Row, std::less<>> rows;
    std::set<ModifiedKey> by_modified;
    // (column, id it points to) -> ids of rows
    std::map<std::pair<int, std::string>, std::set<std::string_view>> by_lookup;
    std::map<std::int64_t, std::string_view> by_version;  // version -> id
    std::map<std::int64_t, std::string> deleted;  // version of the deletion -> id
    std::map<std::pair<std::size_t, std::string>, std::string_view> by_key;  // (number of the key, its values) -> id
  };

  [[nodiscard]] Row const* find(Table const& table, std::string_view id) const;
  [[nodiscard]] Data const& data(Table const& table) const;
  // Inserts or replaces; the row gets the next version. REQUIRES: an id.
  Row const& put(Table const& table, Row row);
  bool erase(Table const& table, std::string_view id);

  // The values of an alternate key as one text; nothing when one is null.
  static std::optional<std::string> key_text(AlternateKey const& key, Row const& row);
  [[nodiscard]] Row const* find_by_key(Table const& table, std::size_t key, std::string const& text) const;

  // Undo: everything between begin and rollback is taken back (versions are not reused). Not nested.
  void begin();
  void commit();
  void rollback();

  [[nodiscard]] bool in_transaction() const { return undoing_; }

  [[nodiscard]] std::int64_t version() const { return version_; }

 private:
  struct Before {
    Table const* table;
    std::string id;
    std::optional<Row> row;
    std::int64_t deletion;  // version of the tombstone that it left, 0 when none
  };
  Row const& place(Table const& table, Row row);
  void remove(Table const& table, Data& data, std::map<std::string, Row, std::less<>>::iterator found);
  void unindex(Table const& table, Data& data, Row const& row);
  void index(Table const& table, Data& data, Row const& row);

  std::unordered_map<Table const*, Data> tables_;
  std::int64_t version_ = 1'000'000;
  bool undoing_ = false;
  std::vector<Before> undo_;
};

// Several writes that happen as a whole or not at all; inside a change set it leaves the decision to that.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database), own_(!database.in_transaction()) {
    if (own_) database_.begin();
  }
  ~Transaction() {
    if (own_) database_.rollback();
  }
  Transaction(Transaction const&) = delete;
  Transaction& operator=(Transaction const&) = delete;
  void commit() {
    if (own_) database_.commit();
    own_ = false;
  }

 private:
  Database& database_;
  bool own_;
};

}  // namespace sandbox::dataverse
