#include "dataverse/expand_option.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/odata/split.hpp"

namespace sandbox::dataverse {

using odata::split_outside;

Checked<int> column_named(std::string_view name, Table const& table, Dialect dialect) {
  auto const index = table.index_of_query_name(name);
  if (index < 0 || !table.column(index).readable) return tl::unexpected(unknown_property(dialect, name, table.name));
  return index;
}

Checked<std::size_t> top_of(std::string const& text, Dialect dialect) {
  bool const digits = !text.empty() && text.size() <= 9 && text.find_first_not_of("0123456789") == std::string::npos;
  if (digits) return static_cast<std::size_t>(std::strtoul(text.c_str(), nullptr, 10));
  return tl::unexpected(bad_query(dialect, fmt::format("Invalid value '{}' for $top query option found. The $top query option "
                                                       "requires a non-negative integer value.",
                                                       text)));
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

namespace {

tl::unexpected<Refusal> not_inside(std::string_view option, Dialect dialect) {
  return tl::unexpected(bad_query(dialect, fmt::format("The option '{}' isn't supported inside $expand.", option)));
}

Checked<std::monostate> apply_nested(Expand& out, std::string const& option, Table const& other, FilterContext const& context,
                                     int depth) {
  auto const equals = option.find('=');
  auto const name = std::string(tandem::text::trimmed(std::string_view(option).substr(0, equals)));
  if (equals == std::string::npos) return not_inside(option, context.dialect);
  auto const value = option.substr(equals + 1);
  if (name == "$select") {
    for (auto const& wanted : split_outside(value, ',')) {
      SANDBOX_TRY([[maybe_unused]] auto const index, column_named(wanted, other, context.dialect));
      out.select.push_back(wanted);
    }
    return std::monostate{};
  }
  if (name == "$expand") {
    for (auto const& one : split_outside(value, ',')) {
      SANDBOX_TRY(auto inner, expand_of(one, other, context, depth + 1));
      out.expand.push_back(std::move(inner));
    }
    return std::monostate{};
  }
  if (out.column >= 0) return not_inside(option, context.dialect);  // the rest makes sense for collections only
  if (name == "$filter") {
    // Parameter aliases do not reach into $expand.
    SANDBOX_TRY(auto const filter, odata::parse_filter(value, {}, context.dialect));
    SANDBOX_TRY(auto predicate, compile(filter, other, context));
    out.predicate = std::move(predicate);
  } else if (name == "$orderby") {
    SANDBOX_TRY(out.order, order_of(value, other, context));
  } else if (name == "$top") {
    SANDBOX_TRY(out.top, top_of(value, context.dialect));
  } else {
    return not_inside(option, context.dialect);
  }
  return std::monostate{};
}

}  // namespace

Checked<Expand> expand_of(std::string const& text, Table const& table, FilterContext const& context, int depth) {
  if (depth > kMostExpandDepth) return tl::unexpected(bad_query(context.dialect, "The $expand is nested too deeply."));
  Expand out;
  auto const open = text.find('(');
  out.navigation = text.substr(0, open);
  constexpr std::string_view kReference = "/$ref";
  if (out.navigation.ends_with(kReference)) {
    out.navigation.resize(out.navigation.size() - kReference.size());
    out.references = true;
  }
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
    SANDBOX_TRY([[maybe_unused]] auto const applied, apply_nested(out, option, *other, context, depth));
  }
  return out;
}

}  // namespace sandbox::dataverse
