#include <tandem/mapping/status/status_table.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/status/match_search.hpp>
#include <tandem/mapping/status/name_key.hpp>
#include <tandem/mapping/status/synonyms.hpp>

namespace tandem::mapping::status {

namespace {

// The only element for which `fits` holds; null for none or several.
template <class T, class Fits>
T const* only(std::vector<T> const& list, Fits fits) {
  T const* found = nullptr;
  for (auto const& one : list) {
    if (!fits(one)) continue;
    if (found != nullptr) return nullptr;
    found = &one;
  }
  return found;
}

// The states' invariant names (Active, Resolved, Cancelled) are the same in every language (dataverse.md §17).
Kind kind_of(dataverse::Option const& state) {
  auto meaning = meaning_of(state.invariant_name);
  if (!meaning) meaning = meaning_of(state.label);
  if (meaning && meaning->group == Group::cancelled) return Kind::cancelled;
  if (meaning && meaning->group == Group::finished) return Kind::done;
  if (meaning) return Kind::open;
  return state.value == 0 ? Kind::open : Kind::done;  // "Inactive" and what a vendor's table may have
}

std::string_view name_or_id(jira::Resolution const& one) { return one.name; }
std::string_view name_or_id(JiraStatus const& one) { return one.name; }

template <class T>
T const* named(std::vector<T> const& list, std::string_view text) {
  if (text.empty()) return nullptr;
  if (auto const* exact = only(list, [&](T const& one) { return name_or_id(one) == text; })) return exact;
  if (auto const* by_id = only(list, [&](T const& one) { return one.id == text; })) return by_id;
  return only(list, [&](T const& one) { return near_equal(name_or_id(one), text); });
}

}  // namespace

std::string_view name_of(Rule rule) {
  switch (rule) {
    case Rule::none: return "none";
    case Rule::map: return "map";
    case Rule::resolution: return "resolution";
    case Rule::label: return "label";
    case Rule::near_label: return "near-label";
    case Rule::synonym: return "synonym";
    case Rule::transition: return "transition";
    case Rule::category: return "category";
  }
  return "";
}

std::string_view name_of(Rank rank) {
  switch (rank) {
    case Rank::none: return "none";
    case Rank::certain: return "certain";
    case Rank::strong: return "strong";
    case Rank::good: return "good";
    case Rank::fair: return "fair";
    case Rank::weak: return "weak";
  }
  return "";
}

Result<StatusTable> StatusTable::compile(StatusOptions options, connection::Schema const& schema, TransitionNames names) {
  if (!schema.entity) return fail(ErrorKind::config, "the table cannot be read");
  if (schema.statuses.empty())
    return fail(ErrorKind::config, "Jira tells no statuses of this project and issue type; the account may not browse it");
  StatusTable out;
  auto const& entity = *schema.entity;
  out.has_states_ = options.column.empty();
  out.column_ = out.has_states_ ? "statuscode" : options.column;
  auto const* column = entity.attribute(out.column_);
  auto const* states = out.has_states_ ? entity.attribute("statecode") : nullptr;
  if (column == nullptr || column->options.empty() || (out.has_states_ && states == nullptr)) {
    return fail(ErrorKind::config,
                out.has_states_
                    ? fmt::format("{} has no state and status; name a choice column in status.column", entity.logical_name)
                    : fmt::format("{} has no choice column {}", entity.logical_name, out.column_));
  }
  out.enforces_transitions_ = out.has_states_ && entity.enforce_transitions;
  for (auto const& option : column->options) {
    DynamicsStatus reason{option.value, option.label, option.labels, std::nullopt, Kind::none, false, std::nullopt};
    if (reason.label.empty()) reason.label = option.labels.empty() ? std::to_string(option.value) : option.labels.front();
    if (out.enforces_transitions_) reason.next = option.next;
    if (states != nullptr && option.state) {
      reason.state = option.state;
      for (auto const& state : states->options) {
        if (state.value != *option.state) continue;
        reason.kind = kind_of(state);
        reason.is_default = state.default_status == option.value;
      }
    }
    out.reasons_.push_back(std::move(reason));
  }
  for (auto const& status : schema.statuses) out.statuses_.push_back({status.id, status.name, status.category});
  out.resolutions_ = schema.resolutions;
  out.options_ = std::move(options);
  out.transition_names_ = std::move(names);
  return out;
}

ToDynamics StatusTable::to_dynamics(std::string_view status_id, std::string_view resolution_id) const {
  return ToDynamicsSearch(*this, status_id, resolution_id).run();
}

ToJira StatusTable::to_jira(std::int64_t value) const { return ToJiraSearch(*this, value).run(); }

DynamicsStatus const* StatusTable::reason(std::int64_t value) const {
  return only(reasons_, [&](auto const& one) { return one.value == value; });
}
JiraStatus const* StatusTable::status(std::string_view id) const {
  return only(statuses_, [&](auto const& one) { return one.id == id; });
}
jira::Resolution const* StatusTable::resolution(std::string_view id) const {
  return id.empty() ? nullptr : only(resolutions_, [&](auto const& one) { return one.id == id; });
}

DynamicsStatus const* StatusTable::reason_named(std::string_view text) const {
  if (text.empty()) return nullptr;
  if (auto const* by_value = only(reasons_, [&](auto const& one) { return std::to_string(one.value) == text; })) return by_value;
  auto const any = [](DynamicsStatus const& one, auto fits) {
    return fits(one.label) || std::any_of(one.labels.begin(), one.labels.end(), fits);
  };
  auto const equal = [&](std::string const& label) { return label == text; };
  if (auto const* exact = only(reasons_, [&](auto const& one) { return any(one, equal); })) return exact;
  auto const near = [&](std::string const& label) { return near_equal(label, text); };
  return only(reasons_, [&](auto const& one) { return any(one, near); });
}
JiraStatus const* StatusTable::status_named(std::string_view text) const { return named(statuses_, text); }
jira::Resolution const* StatusTable::resolution_named(std::string_view text) const { return named(resolutions_, text); }

}  // namespace tandem::mapping::status
