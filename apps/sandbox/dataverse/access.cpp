#include <algorithm>

#include <tandem/base/time/instant.hpp>

#include "dataverse/predicate.hpp"

namespace sandbox::dataverse {
namespace {

using odata::Filter;
using odata::Literal;

bool is_id(Literal const& literal) { return literal.kind == Literal::Kind::guid || literal.kind == Literal::Kind::text; }

// The column and ids of "x eq id", "In(x,[…])", or an `or` of such on one column.
struct Ids {
  int column = -1;
  std::vector<std::string> ids;
};
Ids ids_of(Filter const& filter, Table const& table) {
  if (filter.path.size() == 1 && filter.kind == Filter::Kind::compare && filter.op == "eq" && filter.other.empty() &&
      is_id(filter.literal)) {
    return {table.index_of_query_name(filter.path[0]), {filter.literal.text}};
  }
  if (filter.path.size() == 1 && filter.kind == Filter::Kind::function && filter.op == "In") {
    auto const column = table.index_of_query_name(filter.path[0]);
    return {column >= 0 ? column : table.index_of(filter.path[0]), filter.values};
  }
  if (filter.kind != Filter::Kind::any) return {};
  Ids out;
  for (auto const& part : filter.parts) {
    auto one = ids_of(part, table);
    if (one.column < 0 || (out.column >= 0 && out.column != one.column)) return {};
    out.column = one.column;
    out.ids.insert(out.ids.end(), one.ids.begin(), one.ids.end());
  }
  return out;
}

void add(Access& access, Filter const& filter, Table const& table) {
  if (filter.kind == Filter::Kind::all) {
    for (auto const& part : filter.parts) add(access, part, table);
    return;
  }
  if (auto found = ids_of(filter, table); found.column >= 0) {
    if (found.column == table.primary)
      access.ids = std::move(found.ids);
    else if (is_indexed(table.column(found.column))) {
      access.lookup = found.column;
      access.lookup_ids = std::move(found.ids);
    }
    return;
  }
  bool const on_modified = filter.kind == Filter::Kind::compare && filter.path.size() == 1 && filter.path[0] == "modifiedon" &&
                           filter.other.empty() &&
                           (filter.literal.kind == Literal::Kind::date_time || filter.literal.kind == Literal::Kind::date);
  if (!on_modified) return;
  auto const text = filter.literal.kind == Literal::Kind::date ? filter.literal.text + "T00:00:00Z" : filter.literal.text;
  auto const at = tandem::parse_instant(text);
  if (!at) return;
  auto const millis = tandem::epoch_millis(*at);
  if (filter.op == "ge" || filter.op == "gt" || filter.op == "eq")
    access.modified_from = std::max(access.modified_from.value_or(millis), millis);
  if (filter.op == "le" || filter.op == "lt" || filter.op == "eq")
    access.modified_to = std::min(access.modified_to.value_or(millis), millis);
}

}  // namespace

Access access_of(Filter const& filter, Table const& table) {
  Access access;
  add(access, filter, table);
  for (auto* ids : {access.ids ? &*access.ids : nullptr, &access.lookup_ids}) {
    if (ids == nullptr) continue;
    for (auto& id : *ids)
      std::transform(id.begin(), id.end(), id.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    std::sort(ids->begin(), ids->end());
    ids->erase(std::unique(ids->begin(), ids->end()), ids->end());
  }
  return access;
}

}  // namespace sandbox::dataverse
