// RecordChange: how a record comes from its status to another one (SPEC G4-G6; dataverse.md §17, §20, §21).
//
//   table        to an open status     to a done one        to a cancelled one
//   incident     PATCH both codes      CloseIncident        PATCH both codes
//   opportunity  PATCH both codes      WinOpportunity       LoseOpportunity
//   any other    PATCH both codes      PATCH both codes     PATCH both codes
//   a choice     PATCH of that column
//
// A case or an opportunity that is closed already stays as it is when it is to be closed: that is what was wanted. Pure.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/mapping/reason.hpp>
#include <tandem/mapping/status/close_text.hpp>
#include <tandem/mapping/status/status_table.hpp>

namespace tandem::mapping::status {

enum class Way : std::uint8_t { none, patch, close_incident, win_opportunity, lose_opportunity };
std::string_view name_of(Way way);  // "CloseIncident", "update"

struct RecordChange {
  Way way = Way::none;
  DynamicsStatus const* from = nullptr;  // null: a status that metadata do not tell
  DynamicsStatus const* to = nullptr;
  bool reopens = false, closes = false;
  std::optional<Report> refused;  // transition-rules
};

// `now`: the record's value of table.column(). REQUIRES: `to` is of `table`.
RecordChange change_of(StatusTable const& table, std::string_view entity, std::int64_t now, DynamicsStatus const& to);

// The body of a PATCH.
json::Object patch_body(StatusTable const& table, RecordChange const& change);
// The parameters of the closing messages. `activity` is the id that the resolution or close activity gets; words fill the item's templates.
json::Object message_body(StatusTable const& table, dataverse::Entity const& entity, RecordChange const& change,
                          std::string_view record, std::string_view activity, IssueWords const& words);
// The subject that message_body() gives the activity: by it and its id it is recognised.
std::string subject_of(StatusOptions const& options, IssueWords const& words);

}  // namespace tandem::mapping::status
