// The dashboard of SPEC B9: an item with its links and what its last cycle did, read from the store alone.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tandem/mapping/item_store.hpp>
#include <tandem/store/store.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::cli {

struct ItemRow {
  std::string name;
  mapping::StoredItem stored;
  std::optional<mapping::Item> item;  // absent when this version cannot read the definition
  std::size_t links = 0;
  std::optional<std::pair<sync::RunRecord, sync::ItemRun>> last;

  [[nodiscard]] std::string last_time() const;   // "never"
  [[nodiscard]] std::string skipped() const;     // "3 before-baseline, 1 parked"
  [[nodiscard]] json::Object to_json() const;
};

Result<ItemRow> item_row(store::Reader& reader, std::string const& name, mapping::StoredItem stored);
Result<std::vector<ItemRow>> item_rows(store::Store& store);

}  // namespace tandem::cli
