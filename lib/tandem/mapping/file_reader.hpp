// FileReader: reads the members of an item file by type and gathers every fault with its position (SPEC B4).
//
// A Section is one object of the file. Each key that is asked for counts as known; `close()` reports the others with a suggestion.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/file_position.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

struct FileReader {
  std::string_view text;
  json::Value const& root;
  std::vector<Fault> faults;

  void fault(Path const& path, std::string message) { faults.push_back(fault_at(text, root, path, std::move(message))); }
};

// "a text", "a number", "an object"… for messages.
std::string kind_of(json::Value const& value);

class Section {
 public:
  // A value that is no object is a fault, and the section is empty.
  Section(FileReader& reader, json::Value const& value, Path path);

  // The member as it stands, or nothing. The typed readers below refuse null: a key that says nothing is left out.
  json::Value const* any(std::string_view key);
  std::optional<std::string> text(std::string_view key);  // not blank
  std::string required_text(std::string_view key, std::string_view what);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most);
  // A text or a whole number: labels or ids.
  std::optional<std::string> text_or_number(std::string_view key);
  std::optional<std::size_t> one_of(std::string_view key, std::vector<std::string> const& names);
  json::Array const* list(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  bool has(std::string_view key) const;

  Path at(std::string_view key) const { return path_ / std::string(key); }
  Path const& path() const { return path_; }
  FileReader& reader() { return reader_; }
  void fault(std::string_view key, std::string message) { reader_.fault(at(key), std::move(message)); }
  void close();

 private:
  json::Value const* typed(std::string_view key, bool (json::Value::*is)() const, std::string_view expected);
  FileReader& reader_;
  json::Value const& value_;
  Path path_;
  std::vector<std::string> known_;
};

}  // namespace tandem::mapping
