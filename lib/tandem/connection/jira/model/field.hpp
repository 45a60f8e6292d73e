// Metadata of a Jira field on the create screen of one project and issue type (contract: jira.md §6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace tandem::jira {

struct AllowedValue {
  std::string id;
  std::string name;  // `name`, or `value` of options; localised
  std::vector<AllowedValue> children{};  // of cascading options: the second list, one level deep
};

struct Field {
  std::string id;    // "summary", "customfield_10050"
  std::string name;  // localised
  bool required = false, has_default = false;
  std::string type;    // schema.type: string, number, date, datetime, array, priority, option, user, …
  std::string items;   // schema.items of arrays
  std::string system;  // schema.system
  std::string custom;  // last part of schema.custom: "textarea", "select", "multicheckboxes", …
  std::vector<AllowedValue> allowed;
  std::vector<std::string> operations;  // set, add, remove
  json::Value to_json() const;
  static Result<Field> from_json(json::Value const& value);
};

struct Project {
  std::string id, key, name;
  std::string type;  // software, service_desk, business
};
struct IssueType {
  std::string id, name;
  bool subtask = false;
};
// Components and versions: parts of a project, with a name that is unique within it.
enum class PartKind : std::uint8_t { component, version };
struct ProjectPart {
  std::string id, name;
  bool archived = false;  // an archived version cannot be given to issues
};
struct Status {
  std::string id, name;
  std::string category;  // new, indeterminate, done
};
struct Resolution {
  std::string id, name;  // the name is localised
};

}  // namespace tandem::jira
