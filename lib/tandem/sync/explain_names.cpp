#include <tandem/sync/explain_names.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync::explain {

namespace {

constexpr std::size_t kMostText = 200;
constexpr int kMostFound = 5;

// What follows `before` in an address, up to the next separator; "" when it is not in it.
std::string_view part_after(std::string_view address, std::string_view before) {
  auto const at = address.find(before);
  if (at == std::string_view::npos) return {};
  auto const rest = address.substr(at + before.size());
  return rest.substr(0, rest.find_first_of("/?&#"));
}

std::optional<std::string> issue_in(std::string_view text) {
  std::string key(text);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return jira::webhook::is_issue_key(key) || jira::webhook::is_id(key) ? std::optional(key) : std::nullopt;
}

}  // namespace

Named named(std::string_view text) {
  text = text::trimmed(text);
  Named out;
  if (text.find("://") != std::string_view::npos) {
    auto const browsed = part_after(text, "/browse/");
    out.issue = issue_in(browsed.empty() ? part_after(text, "selectedIssue=") : browsed);
    auto const first = part_after(text, "?id=");
    out.record = normalized_uuid(first.empty() ? part_after(text, "&id=") : first).value_or("");
    return out;
  }
  out.record = normalized_uuid(text).value_or("");
  if (!out.record.empty()) return out;
  out.issue = issue_in(text);
  if (text.size() <= kMostText && text::is_valid(text)) out.number = text;
  return out;
}

Result<std::vector<RunItem>> all_items(connection::Connection& connection, store::Store& store) {
  struct Kept {
    mapping::StoredItem stored;
    mapping::Item item;
    std::optional<connection::Schema> schema;
  };
  std::vector<Kept> all;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto items, mapping::load_items(reader));
    for (auto& [name, stored] : items) {
      TANDEM_TRY(auto item, mapping::item_of(stored));
      TANDEM_TRY(auto schema, mapping::load_schema(reader, name));
      all.push_back({std::move(stored), std::move(item), std::move(schema)});
    }
    return Unit{};
  }));
  std::vector<RunItem> out;
  for (auto& one : all) {
    if (!one.schema) {
      TANDEM_TRY(auto const carried, mapping::carried_entity(one.item));
      TANDEM_TRY(one.schema,
                 connection::fetch_schema(connection, one.item.entity, one.item.project, one.item.issue_type, carried));
      if (!mapping::validate(one.item, *one.schema, "").empty()) continue;  // a run tells of it
    }
    TANDEM_TRY(auto compiled, mapping::compile(std::move(one.item), std::move(*one.schema)));
    out.push_back({std::move(compiled), std::move(one.stored)});
  }
  return out;
}

Result<std::vector<std::string>> records_named(RunContext& run, mapping::CompiledItem const& item, Named const& named) {
  std::vector<std::string> out;
  if (!named.record.empty()) {
    TANDEM_TRY(auto const found, records_by_id(run, item, {named.record}));
    for (auto const& record : found) out.push_back(record.id);
    return out;
  }
  if (named.number.empty()) return out;
  bool const numbered = item.entity().attribute("ticketnumber") != nullptr;
  std::string const column = numbered ? "ticketnumber" : item.entity().primary_name;
  dataverse::Query query;
  query.set_name = item.entity().set_name;
  query.primary_id = item.entity().primary_id;
  query.select = {query.primary_id};
  query.filter = fmt::format("{} eq {}", column, dataverse::quoted(named.number));
  if (numbered) query.filter += fmt::format(" or startswith({},{})", column, dataverse::quoted(named.number + "-"));
  query.page_size = kMostFound;
  TANDEM_TRY(auto const page, run.dataverse().query(query));
  for (auto const& record : page.records) out.push_back(record.id);
  return out;
}

}  // namespace tandem::sync::explain
