#include "dataverse/closing.hpp"

#include "dataverse/status_rules.hpp"
#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace {

constexpr std::int64_t kOpen = 0, kCompleted = 1, kCancelled = 2;
constexpr std::int64_t kOnHold = 2;  // status reason of incident

// Which activity records that a row of a table was closed, and by which lookup.
struct Record {
  std::string_view table, activity, lookup;
};
constexpr Record kRecords[] = {{"incident", "incidentresolution", "incidentid"},
                               {"opportunity", "opportunityclose", "opportunityid"}};

std::vector<std::string> pointing(Engine const& engine, Table const& from, std::string_view lookup, std::string const& id) {
  std::vector<std::string> out;
  auto const column = from.index_of(lookup);
  if (column < 0) return out;
  auto const& data = engine.database.data(from);
  auto const found = data.by_lookup.find({column, id});
  if (found != data.by_lookup.end()) out.assign(found->second.begin(), found->second.end());
  return out;
}

}  // namespace

std::vector<ActivityRow> open_activities(Engine const& engine, Table const& table, std::string const& id) {
  std::vector<ActivityRow> out;
  for (auto const& activity : engine.schema.tables()) {
    if (!activity->is_activity || activity->state < 0) continue;
    for (auto& found : pointing(engine, *activity, "regardingobjectid", id)) {
      auto const* row = engine.database.find(*activity, found);
      auto const* reference = row == nullptr ? nullptr : row->reference(activity->index_of("regardingobjectid"));
      bool const open = reference != nullptr && reference->table == &table && row->number(activity->state) == kOpen;
      if (open) out.push_back({activity.get(), std::move(found)});
    }
  }
  return out;
}

bool has_active_child(Engine const& engine, Table const& incident, std::string const& id) {
  for (auto const& child : pointing(engine, incident, "parentcaseid", id)) {
    auto const* row = engine.database.find(incident, child);
    if (row != nullptr && row->number(incident.state) == kOpen) return true;
  }
  return false;
}

Checked<std::vector<ActivityRow>> activities_to_cancel(Engine const& engine, Table const& table, std::string const& id) {
  if (engine.settings.open_activities == OpenActivities::leave) return std::vector<ActivityRow>{};
  auto open = open_activities(engine, table, id);
  // No source verifies that the service refuses, nor with which code (dataverse.md §26).
  if (!open.empty() && engine.settings.open_activities == OpenActivities::refuse)
    return tl::unexpected(invalid_argument("The case can not be closed because there are open activities for this case."));
  return open;
}

void cancel(Engine& engine, Caller const& caller, std::vector<ActivityRow> const& activities) {
  for (auto const& activity : activities) {
    Row row = *engine.database.find(*activity.table, activity.id);
    if (set_state(*activity.table, row, kCancelled, -1))
      store_row(engine, caller, *activity.table, std::move(row), Write::update);
  }
}

Checked<std::monostate> check_state_change(Engine const& engine, Table const& table, Row const& before, Row const& after) {
  if (table.name != "incident") return std::monostate{};
  auto const status = after.number(table.status);
  if (!engine.settings.on_hold && status == kOnHold && before.number(table.status) != kOnHold)
    return refuse(403, "0x80055000", "You don't have permission to put the case on hold.");
  bool const cancels = before.number(table.state) == kOpen && after.number(table.state) == kCancelled;
  if (!cancels) return std::monostate{};
  if (!open_activities(engine, table, after.id()).empty())
    return refuse(400, "0x8004440e", "The incident can not be cancelled because there are open activities for this incident.");
  if (has_active_child(engine, table, after.id()))
    return refuse(400, "0x8003F451", "Cancel the active child cases of this case before you cancel it.");
  return std::monostate{};
}

void after_state_change(Engine& engine, Caller const& caller, Table const& table, std::int64_t state_before, Row const& after) {
  bool const reopened = table.state >= 0 && state_before != kOpen && after.number(table.state) == kOpen;
  if (!reopened || !engine.settings.reopen_cancels) return;
  for (auto const& record : kRecords) {
    auto const* activity = record.table == table.name ? engine.schema.table(record.activity) : nullptr;
    if (activity == nullptr) continue;
    std::vector<ActivityRow> completed;
    for (auto& id : pointing(engine, *activity, record.lookup, after.id())) {
      auto const* row = engine.database.find(*activity, id);
      if (row != nullptr && row->number(activity->state) == kCompleted) completed.push_back({activity, std::move(id)});
    }
    cancel(engine, caller, completed);
  }
}

}  // namespace sandbox::dataverse
