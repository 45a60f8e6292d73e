#include <tandem/sync/rows.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/status/plan_status.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kIdsPerQuery = 100;  // keeps the URL far below 32,768 characters

std::optional<Instant> time_of(dataverse::Record const& record, std::string_view column) {
  auto const* value = record.column(column);
  return value == nullptr ? std::nullopt : parse_instant(value->text());
}

dataverse::Query query_for(mapping::CompiledItem const& item, std::vector<std::string> select) {
  dataverse::Query query;
  query.set_name = item.entity().set_name;
  query.primary_id = item.entity().primary_id;
  query.select = std::move(select);
  query.page_size = static_cast<int>(kIdsPerQuery);
  return query;
}

Result<Unit> find_flips(RunContext const& run, mapping::CompiledItem const& item, store::Reader& reader, Row& row, Instant now) {
  for (auto const& rule : item.rules) {
    TANDEM_TRY(auto const flips, flips_of(reader, row.link->id, rule->key(), now));
    if (flips > run.options.max_flips) row.flipping.insert(rule->key());
  }
  if (item.statuses) {
    TANDEM_TRY(auto const flips, flips_of(reader, row.link->id, kStatusRule, now));
    if (flips > run.options.max_flips) row.flipping.emplace(kStatusRule);
  }
  return Unit{};
}

}  // namespace

std::vector<std::string> row_columns(mapping::CompiledItem const& item) {
  auto columns = item.feed_columns();
  for (auto const* column : {"statecode", "statuscode", "createdon", "modifiedon"}) {
    bool const known = item.entity().attribute(column) != nullptr;
    if (known && std::find(columns.begin(), columns.end(), column) == columns.end()) columns.emplace_back(column);
  }
  return columns;
}

Result<std::vector<dataverse::Record>> records_by_id(RunContext& run, mapping::CompiledItem const& item,
                                                     std::vector<std::string> const& ids) {
  std::vector<dataverse::Record> records;
  for (std::size_t at = 0; at < ids.size(); at += kIdsPerQuery) {
    std::vector<std::string> const part(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                        ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + kIdsPerQuery, ids.size())));
    auto query = query_for(item, row_columns(item));
    query.filter = dataverse::in_list(item.entity().primary_id, part);
    TANDEM_TRY(auto page, run.dataverse().query(query));
    for (;;) {
      std::move(page.records.begin(), page.records.end(), std::back_inserter(records));
      if (page.next_link.empty()) break;
      TANDEM_TRY(page, run.dataverse().next(page, query));
    }
  }
  return records;
}

Result<std::vector<Row>> joined(RunContext& run, mapping::CompiledItem const& item, std::vector<dataverse::Record> records) {
  std::vector<Row> rows;
  for (auto& record : records) {
    auto const same = std::find_if(rows.begin(), rows.end(), [&](Row const& row) { return row.record.id == record.id; });
    Row row;
    row.created_on = time_of(record, "createdon");
    row.modified_on = time_of(record, "modifiedon");
    row.record = std::move(record);
    if (same == rows.end()) {
      rows.push_back(std::move(row));
    } else {
      *same = std::move(row);
    }
  }
  auto const& name = item.item.name;
  Feed const feed(name);
  auto const now = run.dataverse_now();
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto& row : rows) {
      TANDEM_TRY(row.seen, feed.was_seen(reader, row.mark()));
      TANDEM_TRY(row.link, link::find_by_record(reader, name, row.record.id));
      if (row.link) {
        TANDEM_TRY(row.base, link::find_base(reader, row.link->id));
        TANDEM_TRY(row.held, held_of_link(reader, row.link->id));
        if (now) TANDEM_CHECK(find_flips(run, item, reader, row, *now));
      }
      TANDEM_TRY(auto const intent, find_intent(reader, link::link_id(run.in.organisation_id, name, row.record.id)));
      row.open_intent = intent.has_value();
      TANDEM_TRY(row.retry, find_retry(reader, name, row.record.id));
    }
    return Unit{};
  }));
  return rows;
}

Result<std::vector<std::string>> passing_filter(RunContext& run, mapping::CompiledItem const& item,
                                                std::vector<std::string> const& ids) {
  if (item.item.filter.empty() || ids.empty()) return ids;
  std::vector<std::string> passing;
  for (std::size_t at = 0; at < ids.size(); at += kIdsPerQuery) {
    std::vector<std::string> const part(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                        ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + kIdsPerQuery, ids.size())));
    auto query = query_for(item, {item.entity().primary_id});
    query.filter = fmt::format("({}) and {}", item.item.filter, dataverse::in_list(item.entity().primary_id, part));
    TANDEM_TRY(auto page, run.dataverse().query(query));
    for (;;) {
      for (auto const& record : page.records) passing.push_back(record.id);
      if (page.next_link.empty()) break;
      TANDEM_TRY(page, run.dataverse().next(page, query));
    }
  }
  return passing;
}

}  // namespace tandem::sync
