// What follows from opening and closing a row: open activities, child cases, and the activity that recorded the closing
// (dataverse.md §20, §21).
#pragma once

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

struct ActivityRow {
  Table const* table = nullptr;
  std::string id;
};
// Activities in state 0 whose regardingobjectid points to the row.
std::vector<ActivityRow> open_activities(Engine const& engine, Table const& table, std::string const& id);

bool has_active_child(Engine const& engine, Table const& incident, std::string const& id);

// By the switch openActivities: refuses, or says which activities are to be cancelled with the case.
Checked<std::vector<ActivityRow>> activities_to_cancel(Engine const& engine, Table const& table, std::string const& id);
void cancel(Engine& engine, Caller const& caller, std::vector<ActivityRow> const& activities);

// Rules on a plain PATCH that changes state or reason; `before` and `after` are the same row.
Checked<std::monostate> check_state_change(Engine const& engine, Table const& table, Row const& before, Row const& after);

// A reopened case or opportunity: the activity that recorded the closing becomes Canceled (switch reopenCancels).
void after_state_change(Engine& engine, Caller const& caller, Table const& table, std::int64_t state_before, Row const& after);

}  // namespace sandbox::dataverse
