#include "dataverse/present.hpp"

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
      return formatted_date(locale_, std::get<std::int64_t>(cell), column.format != "DateOnly");
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
    bool const wanted = all ? column.readable && !column.explicit_only : std::binary_search(select.begin(), select.end(), index);
    if (wanted || index == table.primary) add_column(out, table, row, index, preferences);
  }
  auto const indexes = [](Table const& other, std::vector<std::string> const& names) {
    std::vector<int> found;
    for (auto const& name : names) {
      if (auto const index = other.index_of_query_name(name); index >= 0) found.push_back(index);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  for (auto const& one : expand) {
    if (one.column < 0) {
      json::Array rows;
      auto const& data = database_.data(*one.collection.table);
      auto const found = data.by_lookup.find({one.collection.column, row.id()});
      if (found != data.by_lookup.end()) {
        for (auto const id : found->second) {
          if (rows.size() == kMostRows) break;
          rows.push_back(this->row(*one.collection.table, *database_.find(*one.collection.table, id),
                                   indexes(*one.collection.table, one.select), {}, preferences));
        }
      }
      out.set(one.navigation, std::move(rows));
      continue;
    }
    auto const* reference = row.reference(one.column);
    bool const fits = reference != nullptr && reference->table != nullptr &&
                      std::any_of(one.targets.begin(), one.targets.end(),
                                  [&](Target const* target) { return target->table == reference->table->name; });
    auto const* other = fits ? database_.find(*reference->table, reference->id) : nullptr;
    if (other == nullptr)
      out.set(one.navigation, nullptr);
    else
      out.set(one.navigation, this->row(*reference->table, *other, indexes(*reference->table, one.select), {}, preferences));
  }
  return out;
}

}  // namespace sandbox::dataverse
