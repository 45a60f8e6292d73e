// draft(): a good first item file from live metadata (SPEC B2), with comments that say what was chosen and what a person should look at.
//
// Pure: Schema -> text. Case, Task, Lead and Opportunity have presets; any other table goes by its primary name and by what its columns
// are called. Every mapping is judged by validate() first, so that what is drafted can be applied as it is; only what Jira requires and
// nothing can fill stays open, and is told in `notes`.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/schema.hpp>

namespace tandem::mapping {

struct DraftRequest {
  std::string name;  // "" = PROJECT-entity
  std::string module;  // "" = the first that has the table, else custom
  std::string time_zone;  // IANA; of the Jira account, "" or unknown = UTC
};

struct Draft {
  std::string name, text;  // text: JSON with comments, ends with a new line
  std::vector<std::string> notes;  // what a person should look at, one sentence each
};

// REQUIRES: schema.entity, schema.project, schema.issue_type. Errors: usage (the name cannot be an item's), config (a sub-task).
Result<Draft> draft(DraftRequest const& request, connection::Schema const& schema);

}  // namespace tandem::mapping
