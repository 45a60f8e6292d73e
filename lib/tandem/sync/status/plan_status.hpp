// What becomes of the status pair of a link (SPEC G1, E4). Pure: no I/O, no clock.
//
//   Dynamics moved | Jira moved | result
//   no             | no         | nothing
//   yes            | no         | the issue follows, unless it stands there already
//   no             | yes        | the record follows, unless it stands there already
//   yes            | yes, alike | the base moves
//   yes            | yes        | the later wins, by the services' own times; within two seconds Dynamics
//   no base        | -          | the pair becomes the base, nothing is written
// A side has moved when it differs from what it held when both last agreed. What cannot be matched is left alone: the base stays, so that the
// move is still known when the item's map has changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/link/link.hpp>
#include <tandem/mapping/status/record_change.hpp>
#include <tandem/mapping/status/status_table.hpp>

namespace tandem::sync {

// In a base: a status that neither service has, so that whatever is shown has moved since.
inline constexpr std::string_view kNoStatus = "-";

inline constexpr std::string_view kStatusRule = "status";  // its key among held fields and flips

struct StatusQuestion {
  std::string entity;
  link::StatusBase base;
  json::Value state, status;  // the record's present ones; status: of table.column()
  std::string issue_status, resolution;  // ids
  // Dynamics' version that first showed its status, and Jira's last change of status, both by Dataverse's clock. Asked for when both moved.
  std::optional<Instant> dynamics_at, jira_at;
  bool flipping = false;  // written and undone too often in the last hour
};

// A transition that was done.
struct Hop {
  std::string transition, name, from, to;  // ids, and the transition's name
};

enum class StatusAction : std::uint8_t { nothing, move_issue, change_record };

struct StatusPlan {
  StatusAction action = StatusAction::nothing;
  mapping::status::ToJira to_jira;  // of move_issue
  mapping::status::RecordChange change;  // of change_record
  std::optional<Report> left;  // why nothing is done although a side moved
  bool times_wanted = false;  // both moved, and nothing tells yet which came later
  link::StatusBase base;  // as it is when nothing is written
  std::string before, after;  // of the side that is written, for people
  std::string lost;  // of a conflict: the status that gives way
  [[nodiscard]] bool acts() const { return action != StatusAction::nothing; }
  // The write opens the way for others on its side, or ends it (SPEC G7).
  bool reopens = false, closes = false;

  // What became of it, while it is carried out.
  bool done = false;  // it was tried
  bool alone = false;  // nothing else of the pair is written on that side
  std::optional<Report> outcome{};  // why it was not done after all
  bool again = false;  // somebody else was quicker: it is looked at anew without counting as a failure
  std::vector<Hop> hops{};  // that the issue made
};

StatusPlan plan_status(mapping::status::StatusTable const& table, StatusQuestion const& question);

// Whether the two sides show statuses that stand for different things. Where the table knows no way from one to the other they do not differ.
bool statuses_differ(mapping::status::StatusTable const& table, StatusQuestion question);
// The base under which the status of one side counts: as if it alone had moved.
link::StatusBase base_taking(StatusQuestion const& question, bool dynamics);

// The status that a new issue's record has had from before: applied once, unless it is where such records begin (SPEC E4).
bool owes_status(mapping::status::StatusTable const& table, json::Value const& status, std::string_view issue_status);

}  // namespace tandem::sync
