// WinOpportunity and LoseOpportunity (dataverse.md §21): close an opportunity and leave an opportunityclose activity behind.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/time/instant.hpp>

#include "dataverse/functions.hpp"
#include "dataverse/status_rules.hpp"
#include "dataverse/write_body.hpp"
#include "dataverse/write_checks.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kOpen = 0, kWon = 1, kLost = 2;
constexpr std::int64_t kCompletedState = 1, kCompletedStatus = 2;

// What the closing activity says about money and day goes to the opportunity.
void copy_results(Table const& opportunity, Row& row, Table const& close, Row const& activity, std::int64_t now) {
  auto const revenue = activity.get(close.index_of("actualrevenue"));
  if (auto const value = opportunity.index_of("actualvalue"); value >= 0 && !is_null(revenue)) row.set(value, revenue);
  auto const closed_on = opportunity.index_of("actualclosedate");
  if (closed_on < 0) return;
  auto const end = close.index_of("actualend");
  auto const at = end >= 0 && !is_null(activity.get(end)) ? activity.number(end) : now;
  row.set(closed_on, tandem::to_rfc3339_seconds(tandem::from_epoch_millis(at)).substr(0, 10));
}

Checked<Response> close_opportunity(Engine& engine, Call const& call, std::int64_t state, std::string_view action) {
  auto const* opportunity = engine.schema.table("opportunity");
  auto const* close = engine.schema.table("opportunityclose");
  if (opportunity == nullptr || close == nullptr) return tl::unexpected(unknown_segment(engine.settings.dialect, action));
  SANDBOX_TRY([[maybe_unused]] auto const write, need(engine, call.caller, "Write", *opportunity));
  SANDBOX_TRY([[maybe_unused]] auto const create, need(engine, call.caller, "Create", *close));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  auto const* given = parameters.find("OpportunityClose");
  if (given == nullptr || !given->is_object())
    return tl::unexpected(invalid_argument(fmt::format("The parameter 'OpportunityClose' of '{}' is required.", action)));
  SANDBOX_TRY(auto const status, status_parameter(engine, parameters));

  Row activity;
  activity.set_id(tandem::normalized_uuid((*given)["activityid"].text()).value_or(engine.next_id("row")));
  SANDBOX_TRY([[maybe_unused]] auto const applied,
              apply_body(engine, call.caller, *close, activity, given->members(), Write::create));
  auto const* reference = activity.reference(close->index_of("opportunityid"));
  if (reference == nullptr) return tl::unexpected(invalid_argument("The opportunity id is missing."));
  auto const* row = engine.database.find(*opportunity, reference->id);
  if (row == nullptr) return tl::unexpected(no_such_row(*opportunity, reference->id));
  if (row->number(opportunity->state) != kOpen)
    return tl::unexpected(invalid_argument("The opportunity has already been closed."));
  Row closed = *row;
  SANDBOX_TRY([[maybe_unused]] auto const moved, set_state(*opportunity, closed, state, status));
  SANDBOX_TRY([[maybe_unused]] auto const completed, set_state(*close, activity, kCompletedState, kCompletedStatus));
  SANDBOX_TRY([[maybe_unused]] auto const checked, check_plugin(engine, call, *opportunity));
  copy_results(*opportunity, closed, *close, activity, engine.now_seconds());
  store_row(engine, call.caller, *opportunity, std::move(closed), Write::update);
  store_row(engine, call.caller, *close, std::move(activity), Write::create);
  return no_content();
}

}  // namespace

Checked<Response> win_opportunity(Engine& engine, Call const& call) {
  return close_opportunity(engine, call, kWon, "WinOpportunity");
}

Checked<Response> lose_opportunity(Engine& engine, Call const& call) {
  return close_opportunity(engine, call, kLost, "LoseOpportunity");
}

}  // namespace sandbox::dataverse
