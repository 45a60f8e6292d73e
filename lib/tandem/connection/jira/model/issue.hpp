// A Jira issue as REST v3 gave it (contract: jira.md §4, §6).
#pragma once

#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>

namespace tandem::jira {

struct Issue {
  std::string id;   // the identity: survives moves
  std::string key;  // "SUP-12"
  json::Object fields;      // raw values by field id
  json::Object properties;  // those that were asked for

  [[nodiscard]] json::Value const* field(std::string_view field_id) const { return fields.find(field_id); }
  [[nodiscard]] json::Value const* property(std::string_view name) const { return properties.find(name); }
};

struct IssueRef {
  std::string id, key;
};

}  // namespace tandem::jira
