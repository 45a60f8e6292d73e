// CloseIncident (dataverse.md §20): resolves a case and leaves a resolution activity behind.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/functions.hpp"
#include "dataverse/rows.hpp"
#include "dataverse/status_rules.hpp"
#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kActive = 0, kResolved = 1;

// What the message asks of the role (dataverse.md §23).
Checked<std::monostate> check_privileges(Engine const& engine, Caller const& caller, Table const& incident,
                                         Table const& resolution) {
  SANDBOX_TRY([[maybe_unused]] auto const write, need(engine, caller, "Write", incident));
  SANDBOX_TRY([[maybe_unused]] auto const append_to, need(engine, caller, "AppendTo", incident));
  for (auto const kind : {"Create", "Read", "Write", "Append"}) {
    SANDBOX_TRY([[maybe_unused]] auto const held, need(engine, caller, kind, resolution));
  }
  return need_named(engine, caller, "prvDeleteQueueItem", "queueitem");
}

bool has_active_child(Engine const& engine, Table const& incident, std::string const& id) {
  auto const parent = incident.index_of("parentcaseid");
  if (parent < 0) return false;
  auto const& data = engine.database.data(incident);
  auto const children = data.by_lookup.find({parent, id});
  if (children == data.by_lookup.end()) return false;
  for (auto const child : children->second) {
    auto const* row = engine.database.find(incident, child);
    if (row != nullptr && row->number(incident.state) == kActive) return true;
  }
  return false;
}

}  // namespace

Checked<Response> close_incident(Engine& engine, Call const& call) {
  auto const* incident = engine.schema.table("incident");
  auto const* resolution = engine.schema.table("incidentresolution");
  if (incident == nullptr || resolution == nullptr)
    return tl::unexpected(unknown_segment(engine.settings.dialect, "CloseIncident"));
  SANDBOX_TRY([[maybe_unused]] auto const allowed, check_privileges(engine, call.caller, *incident, *resolution));
  SANDBOX_TRY(auto const body, body_of(call.request, *incident));
  auto const* given = body.find("IncidentResolution");
  auto const* status = body.find("Status");
  if (given == nullptr || !given->is_object() || status == nullptr || !status->integer()) {
    return refuse(400, "0x80040203", "The parameters 'IncidentResolution' and 'Status' of 'CloseIncident' are required.");
  }

  Row activity;
  activity.set_id(tandem::normalized_uuid((*given)["activityid"].text()).value_or(engine.next_id("row")));
  SANDBOX_TRY([[maybe_unused]] auto const applied,
              apply_body(engine, call.caller, *resolution, activity, given->members(), Write::create));
  auto const* reference = activity.reference(resolution->index_of("incidentid"));
  if (reference == nullptr) return refuse(400, "0x80044409", "The incident id is missing.");
  auto const* row = engine.database.find(*incident, reference->id);
  if (row == nullptr) return tl::unexpected(no_such_row(incident->name, reference->id));
  if (row->number(incident->state) != kActive) return refuse(400, "0x80044411", "Already Closed or Canceled");
  if (has_active_child(engine, *incident, row->id())) {
    return refuse(400, "0x8003F452", "Close the child cases of this case first; it still has active child cases.");
  }
  Row closed = *row;
  SANDBOX_TRY([[maybe_unused]] auto const moved, set_state(*incident, closed, kResolved, *status->integer()));
  SANDBOX_TRY([[maybe_unused]] auto const completed, set_state(*resolution, activity, 1, 2));
  store_row(engine, call.caller, *incident, std::move(closed), Write::update);
  store_row(engine, call.caller, *resolution, std::move(activity), Write::create);
  Response response{204, {}, ""};
  return response.with("OData-Version", "4.0");
}

}  // namespace sandbox::dataverse
