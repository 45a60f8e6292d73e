#include "dataverse/schema_change.hpp"

#include <algorithm>

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;

namespace {

Result<Unit> misused() {
  return fail(
      ErrorKind::usage,
      R"(dataverse.change is {"table":"incident","dropColumn":"new_area"}, {"table","column","option":{"value":4,"label":"Urgent"}}, )"
      R"({"table","column","dropOption":4} or null)");
}

}  // namespace

Result<Unit> SchemaChanges::apply(Schema& schema, tandem::json::Value const& change) {
  if (change.is_null()) {
    for (auto const& table : schema.tables()) {
      auto const found = declared_.find(table->name);
      if (found == declared_.end()) continue;
      table->columns = found->second;
      table->build_indexes();
    }
    declared_.clear();
    return Unit{};
  }
  auto const& tables = schema.tables();
  auto const found =
      std::find_if(tables.begin(), tables.end(), [&](auto const& one) { return one->name == change["table"].text(); });
  if (found == tables.end()) return misused();
  auto& table = **found;
  auto const index = table.index_of(change.has("dropColumn") ? change["dropColumn"].text() : change["column"].text());
  if (index < 0) return misused();
  auto const before = table.columns;
  auto& column = table.columns[static_cast<std::size_t>(index)];
  auto const drop = [&](std::int64_t value) {
    std::erase_if(column.options, [&](Option const& option) { return option.value == value; });
  };
  if (change.has("dropColumn")) {
    column.name.clear();
    column.query_name.clear();
    column.readable = false;
  } else if (auto const dropped = change["dropOption"].integer()) {
    drop(*dropped);
  } else if (auto const value = change["option"]["value"].integer()) {
    drop(*value);
    Option option;
    option.value = *value;
    option.labels = {{1033, std::string(change["option"]["label"].text())}};
    option.state = change["option"]["state"].integer();
    column.options.push_back(std::move(option));
  } else {
    return misused();
  }
  declared_.emplace(table.name, before);
  table.build_indexes();
  return Unit{};
}

}  // namespace sandbox::dataverse
