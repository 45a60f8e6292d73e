// CreateMultiple and UpdateMultiple (dataverse.md §13), bound to a set: all rows or none.
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>

#include "dataverse/functions.hpp"
#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::size_t kMostTargets = 1000;

Checked<json::Array> targets_of(Call const& call, Table const& table) {
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  auto const* given = parameters.find("Targets");
  if (given == nullptr || !given->is_array() || given->items().empty())
    return tl::unexpected(invalid_argument("The parameter 'Targets' is required and is not empty."));
  if (given->items().size() > kMostTargets)
    return tl::unexpected(invalid_argument(fmt::format("'Targets' has more than {} rows.", kMostTargets)));
  for (auto const& target : given->items()) {
    auto const type = target["@odata.type"].text();
    bool const fits =
        target.is_object() && (type == "Microsoft.Dynamics.CRM." + table.name || type == "#Microsoft.Dynamics.CRM." + table.name);
    if (!fits) {
      return tl::unexpected(bad_payload(
          table.set_name, fmt::format("Microsoft.OData.ODataException: Each of the targets is an object with the @odata.type "
                                      "Microsoft.Dynamics.CRM.{}.",
                                      table.name)));
    }
  }
  return given->items();
}

}  // namespace

Checked<Response> create_multiple(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY(auto const targets, targets_of(call, table));
  Transaction transaction(engine.database);
  json::Array ids;
  for (auto const& target : targets) {
    SANDBOX_TRY(auto const* row, insert_row(engine, call, table, {}, target.members()));
    ids.emplace_back(row->id());
  }
  transaction.commit();
  return json_answer(200, json::Object{{"@odata.context", call.base + "/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"},
                                       {"Ids", std::move(ids)}});
}

Checked<Response> update_multiple(Engine& engine, Call const& call, Table const& table) {
  SANDBOX_TRY(auto const targets, targets_of(call, table));
  Transaction transaction(engine.database);
  for (auto const& target : targets) {
    auto const id = tandem::normalized_uuid(target[table.primary_id].text());
    if (!id) return tl::unexpected(invalid_argument(fmt::format("A target of UpdateMultiple has no '{}'.", table.primary_id)));
    SANDBOX_TRY([[maybe_unused]] auto const* row, update_row(engine, call, table, *id, target.members()));
  }
  transaction.commit();
  return no_content();
}

}  // namespace sandbox::dataverse
