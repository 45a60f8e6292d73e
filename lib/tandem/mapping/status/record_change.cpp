#include <tandem/mapping/status/record_change.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/suggest.hpp>

namespace tandem::mapping::status {

namespace {

bool is_closed(DynamicsStatus const* one) { return one != nullptr && (one->kind == Kind::done || one->kind == Kind::cancelled); }

Way closing_way(std::string_view entity, Kind kind) {
  if (entity == "incident" && kind == Kind::done) return Way::close_incident;
  if (entity == "opportunity" && kind == Kind::done) return Way::win_opportunity;
  if (entity == "opportunity" && kind == Kind::cancelled) return Way::lose_opportunity;
  return Way::patch;
}

// The resolution type is a choice with the values of the resolved status reasons (dataverse.md §20).
std::optional<std::int64_t> resolution_type(StatusTable const& table) {
  auto const& text = table.options().resolution_type;
  if (auto const* reason = table.reason_named(text)) return reason->value;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 9) return std::nullopt;
  return std::stoll(text);
}

}  // namespace

std::string_view name_of(Way way) {
  switch (way) {
    case Way::none: return "nothing";
    case Way::patch: return "update";
    case Way::close_incident: return "CloseIncident";
    case Way::win_opportunity: return "WinOpportunity";
    case Way::lose_opportunity: return "LoseOpportunity";
  }
  return "";
}

RecordChange change_of(StatusTable const& table, std::string_view entity, std::int64_t now, DynamicsStatus const& to) {
  RecordChange change;
  change.from = table.reason(now);
  change.to = &to;
  if (now == to.value) return change;
  change.reopens = is_closed(change.from) && !is_closed(&to);
  change.closes = !is_closed(change.from) && is_closed(&to);
  auto const way = table.has_states() ? closing_way(entity, to.kind) : Way::patch;
  bool const stays_closed = is_closed(change.from) && is_closed(&to) && (entity == "incident" || entity == "opportunity");
  if (table.has_states() && stays_closed) return change;
  if (change.from != nullptr && change.from->next) {
    auto const& next = *change.from->next;
    if (std::find(next.begin(), next.end(), to.value) == next.end()) {
      std::vector<std::string> allowed;
      for (auto const value : next) {
        if (auto const* one = table.reason(value)) allowed.push_back(one->label);
      }
      change.refused =
          Report{Reason::transition_rules, fmt::format("after \"{}\" only {} may follow, not \"{}\"", change.from->label,
                                                       allowed.empty() ? std::string("nothing") : listed(allowed), to.label)};
      return change;
    }
  }
  change.way = way;
  return change;
}

json::Object patch_body(StatusTable const& table, RecordChange const& change) {
  if (!table.has_states() || !change.to->state) return {{table.column(), change.to->value}};
  // Both together: the service then never takes a default for the other (dataverse.md §20).
  return {{"statecode", *change.to->state}, {"statuscode", change.to->value}};
}

std::string subject_of(StatusOptions const& options, IssueWords const& words) {
  return filled_in(options.subject.empty() ? kDefaultSubject : std::string_view(options.subject), words, kMostSubject);
}

json::Object message_body(StatusTable const& table, dataverse::Entity const& entity, RecordChange const& change,
                          std::string_view record, std::string_view activity, IssueWords const& words) {
  bool const is_case = change.way == Way::close_incident;
  auto const& options = table.options();
  json::Object close{
      {"@odata.type", is_case ? "Microsoft.Dynamics.CRM.incidentresolution" : "Microsoft.Dynamics.CRM.opportunityclose"},
      {"activityid", activity},
      {"subject", subject_of(options, words)},
      {is_case ? "incidentid@odata.bind" : "opportunityid@odata.bind", fmt::format("/{}({})", entity.set_name, record)}};
  auto text = filled_in(options.text, words, kMostCloseText);
  if (!text.empty()) close.set("description", std::move(text));
  if (is_case) {
    close.set("timespent", options.minutes);
    if (auto const type = resolution_type(table)) close.set("resolutiontypecode", *type);
  }
  return {{is_case ? "IncidentResolution" : "OpportunityClose", std::move(close)}, {"Status", change.to->value}};
}

}  // namespace tandem::mapping::status
