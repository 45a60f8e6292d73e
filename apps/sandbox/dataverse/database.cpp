#include "dataverse/database.hpp"

#include <algorithm>

#include "dataverse/odata/text_match.hpp"

namespace sandbox::dataverse {

namespace {
Cell const kNull;
}

Cell const& Row::get(int column) const {
  auto const found =
      std::lower_bound(cells_.begin(), cells_.end(), column, [](auto const& cell, int wanted) { return cell.first < wanted; });
  return found != cells_.end() && found->first == column ? found->second : kNull;
}

void Row::set(int column, Cell cell) {
  auto const found =
      std::lower_bound(cells_.begin(), cells_.end(), column, [](auto const& entry, int wanted) { return entry.first < wanted; });
  bool const present = found != cells_.end() && found->first == column;
  if (is_null(cell)) {
    if (present) cells_.erase(found);
  } else if (present) {
    found->second = std::move(cell);
  } else if (cells_.empty()) {
    constexpr std::size_t kTypical = 16;  // most rows hold about that many columns that are not null
    cells_.reserve(kTypical);
    cells_.emplace_back(static_cast<std::uint16_t>(column), std::move(cell));
  } else {
    cells_.insert(found, {static_cast<std::uint16_t>(column), std::move(cell)});
  }
}

std::int64_t Row::number(int column) const {
  auto const* value = std::get_if<std::int64_t>(&get(column));
  return value == nullptr ? 0 : *value;
}

std::string_view Row::text(int column) const {
  auto const* value = std::get_if<std::string>(&get(column));
  return value == nullptr ? std::string_view{} : std::string_view(*value);
}

Reference const* Row::reference(int column) const { return std::get_if<Reference>(&get(column)); }

Row const* Database::find(Table const& table, std::string_view id) const {
  auto const& rows = data(table).rows;
  auto const found = rows.find(id);
  return found == rows.end() ? nullptr : &found->second;
}

Database::Data const& Database::data(Table const& table) const {
  static Data const empty;
  auto const found = tables_.find(&table);
  return found == tables_.end() ? empty : found->second;
}

void Database::unindex(Table const& table, Data& data, Row const& row) {
  if (table.modified_on >= 0) data.by_modified.erase({row.number(table.modified_on), row.id()});
  data.by_version.erase(row.version());
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    auto const text = key_text(table.keys[i], row);
    auto const found = text ? data.by_key.find({i, *text}) : data.by_key.end();
    if (found != data.by_key.end() && found->second == row.id()) data.by_key.erase(found);
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto const* reference = is_indexed(table.columns[i]) ? row.reference(static_cast<int>(i)) : nullptr;
    if (reference == nullptr) continue;
    auto const found = data.by_lookup.find({static_cast<int>(i), reference->id});
    if (found == data.by_lookup.end()) continue;
    found->second.erase(row.id());
    if (found->second.empty()) data.by_lookup.erase(found);
  }
}

void Database::index(Table const& table, Data& data, Row const& row) {
  if (table.modified_on >= 0) data.by_modified.insert({row.number(table.modified_on), row.id()});
  data.by_version[row.version()] = row.id();
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    if (auto const text = key_text(table.keys[i], row)) data.by_key.emplace(std::pair(i, *text), row.id());
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto const* reference = is_indexed(table.columns[i]) ? row.reference(static_cast<int>(i)) : nullptr;
    if (reference != nullptr) data.by_lookup[{static_cast<int>(i), reference->id}].insert(row.id());
  }
}

std::optional<std::string> Database::key_text(AlternateKey const& key, Row const& row) {
  std::string out;
  for (int const column : key.columns) {
    auto const& cell = row.get(column);
    if (is_null(cell)) return std::nullopt;
    if (auto const* number = std::get_if<std::int64_t>(&cell)) out += std::to_string(*number);
    if (auto const* text = std::get_if<std::string>(&cell)) out += odata::lowered(*text);
    if (auto const* reference = std::get_if<Reference>(&cell)) out += reference->id;
    out += '\x1f';
  }
  return out;
}

Row const* Database::find_by_key(Table const& table, std::size_t key, std::string const& text) const {
  auto const& by_key = data(table).by_key;
  auto const found = by_key.find({key, text});
  return found == by_key.end() ? nullptr : find(table, found->second);
}

Row const& Database::place(Table const& table, Row row) {
  auto& data = tables_[&table];
  auto const found = data.rows.find(row.id());
  if (found == data.rows.end()) {
    auto const id = row.id();
    auto& placed = data.rows.emplace(id, std::move(row)).first->second;
    index(table, data, placed);  // the indexes view the id inside the placed row
    return placed;
  }
  unindex(table, data, found->second);
  found->second = std::move(row);
  index(table, data, found->second);
  return found->second;
}

Row const& Database::put(Table const& table, Row row) {
  if (undoing_) {
    auto const* before = find(table, row.id());
    undo_.push_back({&table, row.id(), before == nullptr ? std::nullopt : std::optional(*before), 0});
  }
  row.set_version(++version_);
  return place(table, std::move(row));
}

void Database::remove(Table const& table, Data& data, std::map<std::string, Row, std::less<>>::iterator found) {
  unindex(table, data, found->second);
  data.rows.erase(found);
}

bool Database::erase(Table const& table, std::string_view id) {
  auto& data = tables_[&table];
  auto const found = data.rows.find(id);
  if (found == data.rows.end()) return false;
  data.deleted[++version_] = found->first;
  if (undoing_) undo_.push_back({&table, found->first, found->second, version_});
  remove(table, data, found);
  return true;
}

void Database::begin() {
  undoing_ = true;
  undo_.clear();
}

void Database::commit() {
  undoing_ = false;
  undo_.clear();
}

void Database::rollback() {
  undoing_ = false;
  for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) {
    auto& data = tables_[it->table];
    if (it->deletion != 0) data.deleted.erase(it->deletion);
    if (it->row) {
      place(*it->table, std::move(*it->row));
    } else if (auto const found = data.rows.find(it->id); found != data.rows.end()) {
      remove(*it->table, data, found);
    }
  }
  undo_.clear();
}

}  // namespace sandbox::dataverse
