// Rows: records of the feed, or fetched by id, joined with what the store knows of them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct Row {
  dataverse::Record record;
  std::optional<Instant> created_on, modified_on;
  bool seen = false;          // this very version was handled in the overlap already
  bool open_intent = false;
  std::optional<link::Link> link;
  std::optional<link::Base> base;
  std::optional<Retry> retry;
  std::vector<Held> held;     // its fields that wait for a person
  std::set<std::string> flipping;  // rules that were written and undone too often in the last hour
  bool look = false;          // both sides are compared, whatever the record shows
  std::optional<jira::Issue> issue;  // as it was read moments ago; else it is read
  [[nodiscard]] SeenRow mark() const { return {record.id, record.etag, modified_on.value_or(Instant{})}; }
};

// The columns of every read of the item's records.
std::vector<std::string> row_columns(mapping::CompiledItem const& item);
// Current versions by id, in one query per 100; what is invisible or gone is absent.
Result<std::vector<dataverse::Record>> records_by_id(RunContext& run, mapping::CompiledItem const& item,
                                                     std::vector<std::string> const& ids);
// In one snapshot. A record twice on one page (it moved while paging) is kept once, in its later version.
Result<std::vector<Row>> joined(RunContext& run, mapping::CompiledItem const& item, std::vector<dataverse::Record> records);
// Of these records, those that the item's filter lets through. One query; none when the item has no filter.
Result<std::vector<std::string>> passing_filter(RunContext& run, mapping::CompiledItem const& item,
                                                std::vector<std::string> const& ids);

}  // namespace tandem::sync
