// OData literals and functions (contract: dataverse.md §7).
#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/dataverse/client.hpp>

namespace tandem::dataverse {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char const c : text) {
    out += c;
    if (c == '\'') out += '\'';
  }
  out += '\'';
  return out;
}

std::string literal(Instant at) { return to_rfc3339_seconds(at); }

std::string in_list(std::string_view column, std::vector<std::string> const& values) {
  json::Array array;
  for (auto const& value : values) array.emplace_back(value);
  return fmt::format("Microsoft.Dynamics.CRM.In(PropertyName={},PropertyValues={})", quoted(column),
                     json::to_text(std::move(array)));
}

}  // namespace tandem::dataverse
