// Plan: every change that a look at both sides leads to, and every reason for not changing (DESIGN "plan is data").
//
// Pure: no I/O, no clock. --dry-run prints it, the history stores what was applied of it, tests assert it. What happens to one mapping is
// decided in plan_fields.cpp, by what moved since the base (SPEC E5).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/mapping/compiled_item.hpp>

namespace tandem::sync {

enum class Action : std::uint8_t { create_issue, edit_issue, update_record, edit_both, adopt_issue, nothing };
std::string_view name_of(Action action);

// A side of a link, as people name it: "jira", "dynamics".
enum class Side : std::uint8_t { jira, dynamics };
std::string_view name_of(Side side);
std::optional<Side> side_named(std::string_view name);

// One value that will be written.
struct FieldChange {
  std::string rule;  // FieldRule::key(); "" for a default of the item
  std::string column, field, field_name;
  std::string before, after;  // of the side that is written, for people
  json::Value column_raw, field_raw;  // what both sides hold now
  json::Value write;  // what is sent
  std::vector<Report> reports;  // cut, lossy
  Side side = Side::jira;  // that is written
  bool merged = false;  // both sides moved and both get the union (a set)
  std::string lost{};  // of a conflict: the value that gives way, for people; "" without one
};

// One field that is left alone.
struct FieldLeft {
  std::string rule, column, field;
  Report report;
};

// One field that waits for a person (SPEC D14, E5, C8, C9).
struct FieldHeld {
  std::string rule, column, field;
  Report report;
  json::Value column_raw, field_raw;  // what both sides hold now
  std::string column_shown, field_shown;  // the same for people
};

// What becomes of the status pair, for people (SPEC G1); absent where no side moved.
struct StatusChange {
  Side side = Side::jira;  // that is written, where `left` is absent
  std::string before, after;  // of that side
  std::string dynamics, jira;  // as both stand
  std::string lost;  // of a conflict: the status that gives way
  std::optional<Report> left;  // why neither is written
};

// At first contact a field without a base follows one side, or neither (SPEC D3).
enum class FirstContact : std::uint8_t { dynamics, jira, none, hold };

// What a plan needs to know beyond both sides and their base.
struct Circumstances {
  FirstContact first_contact = FirstContact::dynamics;
  // By rule: a person decided, once, which side's value counts.
  std::map<std::string, Side> take;
  // By rule: held until a person decides, whatever both sides hold (unknown-base, flips, overwrote-concurrent-edit).
  std::map<std::string, Report> sticky;
  // When the record's version that shows its changes was made, and when Jira's fields were changed last, by field id; both by Dataverse's clock
  // (SPEC R8). Only a conflict under the policy `latest` asks for them.
  std::optional<Instant> dynamics_at;
  std::optional<std::map<std::string, Instant>> jira_at;
};

struct Plan {
  Action action = Action::nothing;
  std::string item, record, number, title;
  std::string issue, issue_key;
  std::vector<FieldChange> changes;
  std::vector<FieldLeft> left;
  std::vector<FieldHeld> held;
  std::optional<StatusChange> status;
  std::vector<std::string> times_wanted;  // field ids: without the times of their last change in Jira no side can win
  json::Object fields;  // for the request's `fields`
  json::Object update;  // for its `update` (labels by add and remove)
  link::Base base;  // as it will be when nothing is written; a written field's base is what the server kept
  bool base_moved = false;
  // Values that should have been written and could not be (SPEC C4): not those that need no write or are not to be written.
  [[nodiscard]] std::size_t values_lost() const;
  [[nodiscard]] std::size_t changes_of(Side side) const;
  // Takes the change of that side out, with what it would have sent.
  void drop(std::string const& rule, Side side);
  void settle_action();  // from what is left of the changes
};

// What the base holds of a record, before any issue is known: the raw columns of all rules and the status.
link::Base base_of(mapping::CompiledItem const& item, dataverse::Record const& record);
// Adds what the issue holds.
void take_issue(link::Base& base, mapping::CompiledItem const& item, jira::Issue const& issue);

// A new record becomes an issue (SPEC E4). `fields` is complete but for the project, the type and the property.
Plan plan_create(mapping::CompiledItem const& item, dataverse::Record const& record);

// Whether a linked record moved in a way that needs a look at its issue. No request is spent where it did not.
bool needs_issue(mapping::CompiledItem const& item, dataverse::Record const& record, link::Base const& base);

// Both sides and their base (SPEC E5), every direction that the item's mode and the mapping allow.
//
//   Dynamics moved | Jira moved | result, where the direction allows it
//   no             | no         | nothing
//   yes            | no         | Jira is written, unless it shows the value already (C7)
//   no             | yes        | the record is written, unless it shows the value already
//   yes            | yes, alike | the base moves
//   yes            | yes        | a set is merged; else the conflict policy decides, or the field is held
//   no base        | -          | first contact (D3)
// A side that may not be written loses nothing: its own edit is left alone (`direction`) until the other side moves.
Plan plan_update(mapping::CompiledItem const& item, link::Base const& base, dataverse::Record const& record,
                 jira::Issue const& issue, Circumstances const& circumstances = {});

json::Value to_json(Plan const& plan);

}  // namespace tandem::sync
