#include "dataverse/present.hpp"
#include "dataverse/schema_change.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/time/instant.hpp>

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kFormatted = "OData.Community.Display.V1.FormattedValue";
constexpr std::string_view kLogicalName = "Microsoft.Dynamics.CRM.lookuplogicalname";
constexpr std::string_view kNavigation = "Microsoft.Dynamics.CRM.associatednavigationproperty";

std::string key(std::string_view column, std::string_view annotation) { return fmt::format("{}@{}", column, annotation); }

}  // namespace

std::string etag_of(Row const& row) { return fmt::format("W/\"{}\"", row.version()); }

std::string Presenter::name_of(Reference const& reference) const {
  auto const* row = reference.table == nullptr ? nullptr : database_.find(*reference.table, reference.id);
  return row == nullptr ? "" : std::string(row->text(reference.table->index_of(reference.table->primary_name)));
}

json::Value Presenter::value(Table const& table, Row const& row, int index) const {
  auto const& column = table.column(index);
  if (index == table.primary) return row.id();
  if (index == table.version) return row.version();
  auto const& cell = row.get(index);
  if (is_null(cell)) return nullptr;
  if (auto const* number = std::get_if<std::int64_t>(&cell)) {
    if (column.type == Type::date_time) return tandem::to_rfc3339_seconds(tandem::from_epoch_millis(*number));
    return *number;
  }
  if (auto const* truth = std::get_if<bool>(&cell)) return *truth;
  if (auto const* reference = std::get_if<Reference>(&cell)) return reference->id;
  auto const& text = std::get<std::string>(cell);
  if (column.is_decimal()) return json::Number{text};
  return text;
}

std::optional<std::string> Presenter::formatted(Table const& table, Row const& row, int index) const {
  auto const& column = table.column(index);
  if (index == table.version) return formatted_integer(locale_, row.version());
  auto const& cell = row.get(index);
  if (is_null(cell)) return std::nullopt;
  auto const label = [&](std::int64_t value) {
    auto const* option = column.option(value);
    return option == nullptr ? fmt::format("{}", value) : label_or_any(option->labels, locale_.language);
  };
  switch (column.type) {
    case Type::picklist:
    case Type::state:
    case Type::status: return label(std::get<std::int64_t>(cell));
    case Type::boolean: return label(std::get<bool>(cell) ? 1 : 0);
    case Type::integer:
    case Type::big_int: return formatted_integer(locale_, std::get<std::int64_t>(cell));
    case Type::decimal:
    case Type::real: return formatted_decimal(locale_, std::get<std::string>(cell), column.precision);
    case Type::money: {
      auto const amount = formatted_decimal(locale_, std::get<std::string>(cell), column.precision);
      return locale_.currency_after ? amount + " " + currency_ : currency_ + amount;
    }
    case Type::date_time:
      if (column.is_date_only()) {
        auto const at = tandem::parse_instant(std::get<std::string>(cell) + "T00:00:00Z");
        return at ? std::optional(formatted_date(locale_, tandem::epoch_millis(*at), false)) : std::nullopt;
      }
      {
        constexpr std::int64_t kMinute = 60'000;
        auto const shift = column.behavior == "UserLocal" ? utc_offset_minutes_ * kMinute : 0;
        return formatted_date(locale_, std::get<std::int64_t>(cell) + shift, column.format != "DateOnly");
      }
    case Type::lookup:
    case Type::customer:
    case Type::owner: return name_of(std::get<Reference>(cell));
    case Type::multi_select: {
      std::string out;
      auto const& list = std::get<std::string>(cell);
      for (std::size_t at = 0; at < list.size();) {
        auto const end = std::min(list.find(',', at), list.size());
        out += (out.empty() ? "" : "; ") + label(std::atoll(list.substr(at, end - at).c_str()));
        at = end + 1;
      }
      return out;
    }
    case Type::entity_name: {
      auto const* target = schema_.table(std::get<std::string>(cell));
      return target == nullptr ? std::nullopt : std::optional(label_or_any(target->labels, locale_.language));
    }
    case Type::string:
    case Type::memo:
    case Type::uniqueidentifier: break;
  }
  return std::nullopt;
}

void Presenter::add_column(json::Object& out, Table const& table, Row const& row, int index,
                           Preferences const& preferences) const {
  auto const& column = table.column(index);
  auto const& name = column.query_name;
  auto const* reference = column.is_lookup() ? row.reference(index) : nullptr;
  if (reference != nullptr) {
    // Read-only lookups (createdby…) have no navigation annotation.
    auto const* target = reference->table == nullptr ? nullptr : column.target(reference->table->name);
    if (target != nullptr && (column.creatable || column.updatable) && preferences.wants_annotation(kNavigation)) {
      out.append(key(name, kNavigation), target->navigation);
    }
    if (reference->table != nullptr && preferences.wants_annotation(kLogicalName))
      out.append(key(name, kLogicalName), reference->table->name);
  }
  if (preferences.wants_annotation(kFormatted)) {
    if (auto text = formatted(table, row, index)) out.append(key(name, kFormatted), std::move(*text));
  }
  out.append(name, value(table, row, index));
}

json::Object Presenter::row(Table const& table, Row const& row, std::vector<int> const& select, std::vector<Expand> const& expand,
                            Preferences const& preferences) const {
  json::Object out;
  out.append("@odata.etag", etag_of(row));
  bool const all = select.empty();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto const index = static_cast<int>(i);
    auto const& column = table.columns[i];
    bool const wanted = all ? column.readable && !column.explicit_only && !is_gone(column)
                            : std::binary_search(select.begin(), select.end(), index);
    if (wanted || index == table.primary) add_column(out, table, row, index, preferences);
  }
  // Users and teams are principals, whose key comes along with their own (metadata document; recorded answers).
  if (table.name == "systemuser" || table.name == "team") out.append("ownerid", row.id());
  for (auto const& one : expand) add_expanded(out, table, row, one, preferences);
  return out;
}

json::Value Presenter::other_row(Table const& table, Row const& row, Expand const& expand, Preferences const& preferences) const {
  if (expand.references) return json::Object{{"@odata.id", fmt::format("{}/{}({})", base_, table.set_name, row.id())}};
  std::vector<int> select;
  for (auto const& name : expand.select) {
    auto const index = table.index_of_query_name(name);
    if (index < 0) continue;
    select.push_back(index);
    auto const currency = table.index_of("transactioncurrencyid");
    if (table.column(index).type == Type::money && currency >= 0) select.push_back(currency);
  }
  std::sort(select.begin(), select.end());
  return this->row(table, row, select, expand.expand, preferences);
}

void Presenter::add_collection(json::Object& out, Table const& table, Row const& row, Expand const& expand,
                               Preferences const& preferences) const {
  auto const& other = *expand.collection.table;
  std::vector<Row const*> found;
  auto const& by_lookup = database_.data(other).by_lookup;
  if (auto const related = by_lookup.find({expand.collection.column, row.id()}); related != by_lookup.end()) {
    for (auto const id : related->second) {
      auto const* candidate = database_.find(other, id);
      if (candidate != nullptr && (!expand.predicate || (*expand.predicate)(*candidate).value_or(false)))
        found.push_back(candidate);
    }
  }
  std::stable_sort(found.begin(), found.end(), [&](Row const* a, Row const* b) {
    for (auto const& key : expand.order) {
      auto const order = compare_cells(other.column(key.column), a->get(key.column), b->get(key.column));
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  });
  auto const most = std::min(expand.top.value_or(page_size_), page_size_);
  bool const more = found.size() > most && !expand.top;
  if (found.size() > most) found.resize(most);
  json::Array rows;
  for (auto const* one : found) rows.push_back(other_row(other, *one, expand, preferences));
  out.set(expand.navigation, std::move(rows));
  if (!more) return;
  std::string select;
  for (auto const& name : expand.select) select += (select.empty() ? "?$select=" : ",") + name;
  out.set(expand.navigation + "@odata.nextLink",
          fmt::format("{}/{}({})/{}{}", base_, table.set_name, row.id(), expand.navigation, select));
}

void Presenter::add_expanded(json::Object& out, Table const& table, Row const& row, Expand const& expand,
                             Preferences const& preferences) const {
  if (expand.column < 0) {
    add_collection(out, table, row, expand, preferences);
    return;
  }
  auto const* reference = row.reference(expand.column);
  bool const fits = reference != nullptr && reference->table != nullptr &&
                    std::any_of(expand.targets.begin(), expand.targets.end(),
                                [&](Target const* target) { return target->table == reference->table->name; });
  auto const* other = fits ? database_.find(*reference->table, reference->id) : nullptr;
  out.set(expand.navigation, other == nullptr ? json::Value() : other_row(*reference->table, *other, expand, preferences));
}

}  // namespace sandbox::dataverse
