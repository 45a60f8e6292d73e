// A Dataverse row as the Web API gave it (contract: dataverse.md §9, §11).
#pragma once

#include <map>
#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>

namespace tandem::dataverse {

struct Record {
  std::string id;    // primary key, lower-case GUID
  std::string etag;  // W/"123", opaque: only equality means anything
  json::Object columns;                          // raw values by column ("_customerid_value" for a lookup), no annotations
  std::map<std::string, std::string> formatted;  // label of a column's value in the application user's language
  std::map<std::string, std::string> lookup_tables;  // logical name of the table that a lookup points to, by column

  // The raw value; nothing when the answer had no such key (an absent key clears nothing, SPEC C6).
  [[nodiscard]] json::Value const* column(std::string_view name) const { return columns.find(name); }
};

}  // namespace tandem::dataverse
