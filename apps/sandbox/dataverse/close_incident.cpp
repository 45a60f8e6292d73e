// CloseIncident (dataverse.md §20): resolves a case and leaves a resolution activity behind.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/closing.hpp"
#include "dataverse/functions.hpp"
#include "dataverse/status_rules.hpp"
#include "dataverse/write_body.hpp"
#include "dataverse/write_checks.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kActive = 0, kResolved = 1, kClosed = 2;

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

}  // namespace

Checked<Response> close_incident(Engine& engine, Call const& call) {
  auto const* incident = engine.schema.table("incident");
  auto const* resolution = engine.schema.table("incidentresolution");
  if (incident == nullptr || resolution == nullptr)
    return tl::unexpected(unknown_segment(engine.settings.dialect, "CloseIncident"));
  SANDBOX_TRY([[maybe_unused]] auto const allowed, check_privileges(engine, call.caller, *incident, *resolution));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  auto const* given = parameters.find("IncidentResolution");
  if (given == nullptr || !given->is_object())
    return tl::unexpected(invalid_argument("The parameter 'IncidentResolution' of 'CloseIncident' is required."));
  SANDBOX_TRY(auto const status, status_parameter(engine, parameters));

  Row activity;
  activity.set_id(tandem::normalized_uuid((*given)["activityid"].text()).value_or(engine.next_id("row")));
  SANDBOX_TRY([[maybe_unused]] auto const applied,
              apply_body(engine, call.caller, *resolution, activity, given->members(), Write::create));
  auto const* reference = activity.reference(resolution->index_of("incidentid"));
  if (reference == nullptr) return refuse(400, "0x80044409", "The incident id is missing.");
  auto const* row = engine.database.find(*incident, reference->id);
  if (row == nullptr) return tl::unexpected(no_such_row(*incident, reference->id));
  if (row->number(incident->state) != kActive) return refuse(400, "0x80044411", "Already Closed or Canceled");
  if (has_active_child(engine, *incident, row->id())) {
    return refuse(400, "0x8003F452", "Close the child cases of this case first; it still has active child cases.");
  }
  SANDBOX_TRY(auto const open, activities_to_cancel(engine, *incident, row->id()));
  Row closed = *row;
  SANDBOX_TRY([[maybe_unused]] auto const moved, set_state(*incident, closed, kResolved, status));
  SANDBOX_TRY([[maybe_unused]] auto const completed, set_state(*resolution, activity, kResolved, kClosed));
  SANDBOX_TRY([[maybe_unused]] auto const checked, check_plugin(engine, call, *incident));
  auto const type = resolution->index_of("resolutiontypecode");
  if (type >= 0 && resolution->column(type).option(closed.number(incident->status)) != nullptr && is_null(activity.get(type)))
    activity.set(type, closed.number(incident->status));
  cancel(engine, call.caller, open);
  store_row(engine, call.caller, *incident, std::move(closed), Write::update);
  store_row(engine, call.caller, *resolution, std::move(activity), Write::create);
  return no_content();
}

}  // namespace sandbox::dataverse
