#include "dataverse/options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/expand_option.hpp"
#include "dataverse/odata/split.hpp"

namespace sandbox::dataverse {

using odata::split_outside;

namespace {

Checked<std::monostate> apply_option(Options& out, std::string const& name, std::string const& value, Table const& table,
                                     odata::Aliases const& aliases, FilterContext const& context) {
  if (name == "$select") {
    for (auto const& wanted : split_outside(value, ',')) {
      out.selected_names.push_back(wanted);
      // The key of principals comes by itself (Presenter::row), so that asking for it adds nothing but the own key.
      if (wanted == "ownerid" && (table.name == "systemuser" || table.name == "team")) {
        out.select.push_back(table.primary);
        continue;
      }
      SANDBOX_TRY(auto const index, column_named(wanted, table, context.dialect));
      out.select.push_back(index);
    }
  } else if (name == "$filter") {
    SANDBOX_TRY(auto filter, odata::parse_filter(value, aliases, context.dialect));
    SANDBOX_TRY(auto predicate, compile(filter, table, context));
    out.filter = std::move(filter);
    out.predicate = std::move(predicate);
  } else if (name == "$orderby") {
    SANDBOX_TRY(out.order, order_of(value, table, context));
  } else if (name == "$expand") {
    for (auto const& one : split_outside(value, ',')) {
      SANDBOX_TRY(auto expand, expand_of(one, table, context));
      out.expand.push_back(std::move(expand));
    }
  } else if (name == "$top") {
    SANDBOX_TRY(out.top, top_of(value, context.dialect));
  } else if (name == "$count") {
    if (value != "true" && value != "false") {
      return tl::unexpected(
          bad_query(context.dialect, fmt::format("Invalid value '{}' for $count query option found. Valid values are 'true' "
                                                 "and 'false'.",
                                                 value)));
    }
    out.count = value == "true";
  } else if (name == "$skiptoken") {
    out.skip_token = value;
  } else if (name == "$deltatoken") {
    out.delta_token = value;
  } else if (name == "$apply") {
    out.apply = value;
  } else if (name == "fetchXml" || name == "savedQuery" || name == "userQuery") {
    return refuse(501, "", fmt::format("Queries by {} are outside of this service's contract.", name));
  } else if (name.starts_with('$')) {
    return tl::unexpected(bad_query(context.dialect, fmt::format("The query parameter {} is not supported", name)));
  }
  return std::monostate{};
}

}  // namespace

Checked<Options> options_of(Request const& request, Table const& table, FilterContext const& context) {
  Options out;
  auto const query = request.query();
  odata::Aliases aliases;
  for (auto const& [name, value] : query) {
    if (name.starts_with('@')) aliases[name] = value;
  }
  for (auto const& [name, value] : query) {
    SANDBOX_TRY([[maybe_unused]] auto const applied, apply_option(out, name, value, table, aliases, context));
  }
  // A sum of money means little without its currency, which comes along (dataverse.md §7).
  auto const currency = table.index_of("transactioncurrencyid");
  bool const money =
      std::any_of(out.select.begin(), out.select.end(), [&](int index) { return table.column(index).type == Type::money; });
  if (money && currency >= 0) out.select.push_back(currency);
  for (auto const& expand : out.expand) {
    if (expand.references && expand.column >= 0 && !out.select.empty()) out.select.push_back(expand.column);
  }
  std::sort(out.select.begin(), out.select.end());
  out.select.erase(std::unique(out.select.begin(), out.select.end()), out.select.end());
  return out;
}

}  // namespace sandbox::dataverse
