// A workflow transition as Jira offered it on one issue (contract: jira.md §7).
#pragma once

#include <string>
#include <vector>

#include <tandem/connection/jira/model/field.hpp>

namespace tandem::jira {

struct Transition {
  std::string id, name;  // the name is localised and may repeat: a way is chosen by `to`
  Status to;
  bool conditional = false;  // its condition held for this account and this issue, and may fail on another
  bool available = true;
  std::vector<Field> fields;  // of its screen

  [[nodiscard]] json::Value to_json() const;
  static Result<Transition> from_json(json::Value const& value);
};

// A transition of a workflow's definition, from one status. Of its screen only the fields that a validator requires are known.
struct WorkflowStep {
  std::string from;  // status id
  Transition transition;
};

}  // namespace tandem::jira
