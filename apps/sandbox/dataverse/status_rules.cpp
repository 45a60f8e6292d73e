#include "dataverse/status_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/cell_input.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

Refusal not_of_state(Table const& table, Row const& row, std::int64_t status, std::int64_t state) {
  auto const* option = table.column(table.state).option(state);
  return {400, "0x80048408",
          fmt::format("{} is not a valid status code for state code {}State.{} on {} with Id {}.", status, table.schema_name,
                      option == nullptr ? fmt::format("{}", state) : option->invariant_name, table.name, row.id())};
}

Refusal transition_refused(std::int64_t state) {
  constexpr std::string_view kText =
      "Because of the status transition rules, you can't {} in the current status.Change the case status, and "
      "then try {}, or contact your system administrator.";
  if (state == 1) return {400, "0x8004F854", fmt::format(kText, "resolve a case", "resolving it")};
  if (state == 2) return {400, "0x8004F855", fmt::format(kText, "cancel a case", "canceling it")};
  return {400, "0x8004F856", fmt::format(kText, "activate a case", "activating it")};
}

// REQUIRES: the table has state and status.
Checked<std::monostate> assign(Table const& table, Row& row, std::int64_t state, std::int64_t status) {
  auto const& statuses = table.column(table.status);
  auto const* option = statuses.option(status);
  if (option == nullptr || option->state != state) return tl::unexpected(not_of_state(table, row, status, state));
  auto const* before = statuses.option(row.number(table.status));
  bool const restricted = table.enforce_transitions && before != nullptr && before->transitions && before->value != status;
  if (restricted && std::find(before->transitions->begin(), before->transitions->end(), status) == before->transitions->end()) {
    return tl::unexpected(transition_refused(state));
  }
  row.set(table.state, state);
  row.set(table.status, status);
  return std::monostate{};
}

std::int64_t default_status(Table const& table, std::int64_t state) {
  auto const* option = table.column(table.state).option(state);
  if (option != nullptr && option->default_status) return *option->default_status;
  for (auto const& reason : table.column(table.status).options) {
    if (reason.state == state) return reason.value;
  }
  return 0;
}

}  // namespace

Checked<std::monostate> set_state(Table const& table, Row& row, std::int64_t state, std::int64_t status) {
  return assign(table, row, state, status == -1 ? default_status(table, state) : status);
}

Checked<std::monostate> apply_status(Settings const& settings, Table const& table, Row& row, json::Object const& body) {
  if (table.state < 0 || table.status < 0) return std::monostate{};
  auto const* state_value = body.find("statecode");
  auto const* status_value = body.find("statuscode");
  if (state_value == nullptr && status_value == nullptr) return std::monostate{};
  auto state = row.number(table.state);
  auto const before = state;
  if (state_value != nullptr && !state_value->is_null()) {
    SANDBOX_TRY(auto const cell, cell_from_json(table, table.column(table.state), *state_value));
    state = std::get<std::int64_t>(cell);
  }
  auto const* option = table.column(table.state).option(state);
  if (state != before && option != nullptr && !option->set_by.empty()) {
    auto const label = label_or_any(option->labels, 1033);
    bool const unverified = option->set_by == "CloseIncidentRequest";
    auto const& answer = settings.resolve_patch;
    return refuse(
        unverified ? answer.status : 400, unverified && !answer.code.empty() ? answer.code : option->set_by_code,
        fmt::format("This message can not be used to set the state of {} to {}. In order to set state of {} to {}, use the {} "
                    "message instead.",
                    table.name, label, table.name, label, option->set_by));
  }
  auto status = state == before ? row.number(table.status) : default_status(table, state);
  if (status_value != nullptr && !status_value->is_null()) {
    SANDBOX_TRY(auto const cell, cell_from_json(table, table.column(table.status), *status_value));
    status = std::get<std::int64_t>(cell);
  }
  return assign(table, row, state, status);
}

}  // namespace sandbox::dataverse
