// The steps of a rehearsal (SPEC G8): the statuses through which a sample pair is walked, first set in Dynamics, then in Jira. Pure.
//
//   the record is now   steps in each direction
//   open                resolved, reopened, cancelled, reopened
//   resolved            reopened, resolved, reopened, cancelled, reopened
//   cancelled           the same
//   (a choice column)   each other choice once
// Where the table has no cancelled or no resolved state, these steps and the reopening after them are left out. A step is refused beforehand where
// nothing stands for the status on the other side, or where it is known that no way leads back: neither side is then touched for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/mapping/status/record_change.hpp>
#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/status_table.hpp>
#include <tandem/sync/plan.hpp>

namespace tandem::sync {

struct RehearsalStep {
  Side set = Side::dynamics;  // whose status is set; the other side is to follow
  mapping::status::Kind kind = mapping::status::Kind::none;  // of the record's status
  mapping::status::DynamicsStatus const* record = nullptr;  // set, or expected
  mapping::status::JiraStatus const* issue = nullptr;
  jira::Resolution const* resolution = nullptr;  // of the issue, where the way there lets it be set
  std::optional<Report> refused;  // why it is not walked
};
// "resolved", "reopened", "cancelled", "changed"
std::string_view name_of(mapping::status::Kind kind);

struct RehearsalQuestion {
  std::string entity;
  std::int64_t record = 0;  // the value of the table's column
  std::string issue;  // status id
  std::string issue_key, number;  // for people
  std::vector<mapping::status::KnownTransition> known;
};

struct RehearsalPlan {
  std::vector<RehearsalStep> steps;
  std::vector<std::string>
      remains;  // what cannot be put back, or may not be: sentences for people, told before anything is written
  [[nodiscard]] bool walks() const;  // at least one step is to be tried
};

// REQUIRES: both statuses are of `table`, which outlives the plan.
RehearsalPlan plan_rehearsal(mapping::status::StatusTable const& table, RehearsalQuestion const& question);

// The status to set next so that a record comes from one to another by the fewest changes: `to` itself, or one before it where the table's rules or
// its closing messages let it not follow. null where no way leads there.
mapping::status::DynamicsStatus const* next_towards(mapping::status::StatusTable const& table, std::string_view entity,
                                                    std::int64_t from, mapping::status::DynamicsStatus const& to);

// Whether a way leads from one Jira status to another over what is known; `unknown` where it leads into statuses of which nothing is known.
enum class WayBack : std::uint8_t { known, unknown, none };
WayBack way_back(std::vector<mapping::status::KnownTransition> const& known, std::vector<std::string> const& path,
                 std::string const& from, std::string const& to);

}  // namespace tandem::sync
