// Plan: every change that a look at both sides leads to, and every reason for not changing (DESIGN "plan is data").
//
// Pure: no I/O, no clock. --dry-run prints it, the history stores what was applied of it, tests assert it.
//
//   column moved since base | issue already shows it | result
//   no                      | -                      | nothing (a Jira-only edit is left alone: `direction`)
//   yes                     | yes                    | base moves, nothing is written (`no-change`)
//   yes                     | no                     | the field is written; what Jira held is kept in the history
//   no base yet             | no                     | first contact: the field follows Dynamics unless the column is empty
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/mapping/compiled_item.hpp>

namespace tandem::sync {

enum class Action : std::uint8_t { create_issue, edit_issue, adopt_issue, nothing };
std::string_view name_of(Action action);

// One field that will be written.
struct FieldChange {
  std::string rule;                  // FieldRule::key(); "" for a default of the item
  std::string column, field, field_name;
  std::string before, after;         // for people
  json::Value column_raw, field_raw; // what both sides hold now
  json::Value write;                 // what is sent
  std::vector<Report> reports;       // cut, lossy
};

// One field that is left alone.
struct FieldLeft {
  std::string rule, column, field;
  Report report;
};

struct Plan {
  Action action = Action::nothing;
  std::string item, record, number, title;
  std::string issue, issue_key;
  std::vector<FieldChange> changes;
  std::vector<FieldLeft> left;
  json::Object fields;               // for the request's `fields`
  json::Object update;               // for its `update` (labels by add and remove)
  link::Base base;                   // as it will be when nothing is written; a written field's base is what the server kept
  bool base_moved = false;
  // Values that should have been written and could not be (SPEC C4): not those that need no write or are not to be written.
  [[nodiscard]] std::size_t values_lost() const;
};

// What the base holds of a record, before any issue is known: the raw columns of all rules and the status.
link::Base base_of(mapping::CompiledItem const& item, dataverse::Record const& record);
// Adds what the issue holds.
void take_issue(link::Base& base, mapping::CompiledItem const& item, jira::Issue const& issue);

// A new record becomes an issue (SPEC E4). `fields` is complete but for the project, the type and the property.
Plan plan_create(mapping::CompiledItem const& item, dataverse::Record const& record);

// Whether a linked record moved in a way that needs a look at its issue. No request is spent where it did not.
bool needs_issue(mapping::CompiledItem const& item, dataverse::Record const& record, link::Base const& base);

// Both sides and their base (SPEC E5), the Dynamics -> Jira half.
Plan plan_update(mapping::CompiledItem const& item, link::Base const& base, dataverse::Record const& record,
                 jira::Issue const& issue);

json::Value to_json(Plan const& plan);

}  // namespace tandem::sync
