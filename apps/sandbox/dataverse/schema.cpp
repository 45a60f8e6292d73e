#include "dataverse/schema.hpp"

#include <algorithm>

namespace sandbox::dataverse {
namespace {

struct TypeName {
  Type type;
  std::string_view name;
};
constexpr TypeName kTypes[] = {
    {Type::string, "String"},
    {Type::memo, "Memo"},
    {Type::integer, "Integer"},
    {Type::big_int, "BigInt"},
    {Type::decimal, "Decimal"},
    {Type::real, "Double"},
    {Type::money, "Money"},
    {Type::boolean, "Boolean"},
    {Type::picklist, "Picklist"},
    {Type::multi_select, "MultiSelectPicklist"},
    {Type::state, "State"},
    {Type::status, "Status"},
    {Type::date_time, "DateTime"},
    {Type::lookup, "Lookup"},
    {Type::customer, "Customer"},
    {Type::owner, "Owner"},
    {Type::uniqueidentifier, "Uniqueidentifier"},
    {Type::entity_name, "EntityName"},
};

}  // namespace

std::string_view name_of(Type type) {
  for (auto const& entry : kTypes) {
    if (entry.type == type) return entry.name;
  }
  return "";
}

std::optional<Type> type_named(std::string_view name) {
  for (auto const& entry : kTypes) {
    if (entry.name == name) return entry.type;
  }
  return std::nullopt;
}

std::optional<std::string> label_in(Labels const& labels, int language) {
  auto const found = labels.find(language);
  return found == labels.end() ? std::nullopt : std::optional(found->second);
}

std::string label_or_any(Labels const& labels, int language) {
  if (auto label = label_in(labels, language)) return *label;
  if (auto label = label_in(labels, 1033)) return *label;
  return labels.empty() ? "" : labels.begin()->second;
}

Option const* Column::option(std::int64_t value) const {
  for (auto const& candidate : options) {
    if (candidate.value == value) return &candidate;
  }
  return nullptr;
}

Target const* Column::target(std::string_view table) const {
  for (auto const& candidate : targets) {
    if (candidate.table == table) return &candidate;
  }
  return nullptr;
}

int Table::index_of(std::string_view logical_name) const {
  auto const found = by_name_.find(std::string(logical_name));
  return found == by_name_.end() ? -1 : found->second;
}

int Table::index_of_query_name(std::string_view query_name) const {
  auto const found = by_query_name_.find(std::string(query_name));
  return found == by_query_name_.end() ? -1 : found->second;
}

Table::Navigation Table::navigation(std::string_view navigation_name) const {
  Navigation out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (auto const& target : columns[i].targets) {
      if (target.navigation != navigation_name) continue;
      out.column = static_cast<int>(i);
      out.targets.push_back(&target);
    }
    if (out.column >= 0) return out;
  }
  return out;
}

void Table::build_indexes() {
  by_name_.clear();
  by_query_name_.clear();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    by_name_[columns[i].name] = static_cast<int>(i);
    by_query_name_[columns[i].query_name] = static_cast<int>(i);
    if (columns[i].type == Type::state) state = static_cast<int>(i);
    if (columns[i].type == Type::status) status = static_cast<int>(i);
  }
  primary = index_of(primary_id);
  created_on = index_of("createdon");
  modified_on = index_of("modifiedon");
  created_by = index_of("createdby");
  modified_by = index_of("modifiedby");
  version = index_of("versionnumber");
  owner = index_of("ownerid");
  owning_user = index_of("owninguser");
  owning_unit = index_of("owningbusinessunit");
}

Table const* Schema::table(std::string_view logical_name) const {
  for (auto const& candidate : tables_) {
    if (candidate->name == logical_name) return candidate.get();
  }
  return nullptr;
}

void Schema::set_change_tracking(std::string_view logical_name, bool enabled) {
  for (auto& candidate : tables_) {
    if (candidate->name == logical_name) candidate->change_tracking = enabled;
  }
}

Table const* Schema::table_of_set(std::string_view set_name) const {
  for (auto const& candidate : tables_) {
    if (candidate->set_name == set_name) return candidate.get();
  }
  return nullptr;
}

Table const* Schema::table_of_metadata(std::string_view metadata_id) const {
  for (auto const& candidate : tables_) {
    if (candidate->metadata_id == metadata_id) return candidate.get();
  }
  return nullptr;
}

Schema::Collection Schema::collection(Table const& referenced, std::string_view navigation) const {
  for (auto const& candidate : tables_) {
    for (std::size_t i = 0; i < candidate->columns.size(); ++i) {
      auto const* target = candidate->columns[i].target(referenced.name);
      if (target != nullptr && !navigation.empty() && target->collection_navigation == navigation) {
        return {candidate.get(), static_cast<int>(i)};
      }
    }
  }
  return {};
}

}  // namespace sandbox::dataverse
