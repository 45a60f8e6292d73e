#include "dataverse/options.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/odata/split.hpp"

namespace sandbox::dataverse {

using odata::split_outside;

namespace {

Checked<int> column_named(std::string_view name, Table const& table, Dialect dialect) {
  auto const index = table.index_of_query_name(name);
  if (index < 0 || !table.column(index).readable) return tl::unexpected(unknown_property(dialect, name, table.name));
  return index;
}

Checked<Expand> expand_of(std::string const& text, Table const& table, FilterContext const& context) {
  Expand out;
  auto const open = text.find('(');
  out.navigation = text.substr(0, open);
  auto const navigation = table.navigation(out.navigation);
  Table const* other = nullptr;
  if (navigation.column >= 0) {
    out.column = navigation.column;
    out.targets = navigation.targets;
    other = context.schema.table(out.targets.front()->table);
  } else {
    out.collection = context.schema.collection(table, out.navigation);
    other = out.collection.table;
  }
  if (other == nullptr) return tl::unexpected(unknown_property(context.dialect, out.navigation, table.name));
  if (open == std::string::npos) return out;
  if (text.back() != ')') return tl::unexpected(bad_query(context.dialect, fmt::format("Syntax error in $expand: '{}'.", text)));
  for (auto const& option : split_outside(std::string_view(text).substr(open + 1, text.size() - open - 2), ';')) {
    if (!option.starts_with("$select=")) {
      return tl::unexpected(bad_query(context.dialect, fmt::format("The option '{}' isn't supported inside $expand.", option)));
    }
    for (auto const& name : split_outside(std::string_view(option).substr(8), ',')) {
      SANDBOX_TRY([[maybe_unused]] auto const index, column_named(name, *other, context.dialect));
      out.select.push_back(name);
    }
  }
  return out;
}

Checked<std::vector<OrderKey>> order_of(std::string_view text, Table const& table, FilterContext const& context) {
  std::vector<OrderKey> out;
  for (auto const& part : split_outside(text, ',')) {
    auto const blank = part.find(' ');
    OrderKey key;
    SANDBOX_TRY(key.column, column_named(part.substr(0, blank), table, context.dialect));
    auto const direction =
        blank == std::string::npos ? std::string_view("asc") : tandem::text::trimmed(std::string_view(part).substr(blank));
    if (direction != "asc" && direction != "desc") {
      return tl::unexpected(bad_query(context.dialect, fmt::format("Syntax error at position {} in '{}'.", blank, part)));
    }
    key.descending = direction == "desc";
    out.push_back(key);
  }
  return out;
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
    if (name == "$select") {
      for (auto const& wanted : split_outside(value, ',')) {
        SANDBOX_TRY(auto const index, column_named(wanted, table, context.dialect));
        out.select.push_back(index);
        out.selected_names.push_back(wanted);
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
      auto const top = std::strtol(value.c_str(), nullptr, 10);
      if (top < 0 || value.empty() || value.find_first_not_of("0123456789") != std::string::npos) {
        return tl::unexpected(
            bad_query(context.dialect, fmt::format("Invalid value '{}' for $top query option found. The $top query option "
                                                   "requires a non-negative integer value.",
                                                   value)));
      }
      out.top = static_cast<std::size_t>(top);
    } else if (name == "$count") {
      out.count = value == "true";
    } else if (name == "$skiptoken") {
      out.skip_token = value;
    } else if (name.starts_with('$')) {
      return tl::unexpected(bad_query(context.dialect, fmt::format("The query parameter {} is not supported", name)));
    }
  }
  std::sort(out.select.begin(), out.select.end());
  out.select.erase(std::unique(out.select.begin(), out.select.end()), out.select.end());
  return out;
}

}  // namespace sandbox::dataverse
