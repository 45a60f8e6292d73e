// The table "items": definition, baseline and state of each item, by name (SPEC B1, B7, B10).
//
// Deciding what an apply changes is pure (planned_*); only load_* and save_item touch the store.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tandem/mapping/item.hpp>
#include <tandem/mapping/item_diff.hpp>
#include <tandem/store/table.hpp>

namespace tandem::mapping {

inline constexpr store::Table<StoredItem> kItems{"items"};

// `--baseline`: from where on records become issues. `keep` leaves it, or takes the server's time at the first enabling.
struct BaselineChoice {
  enum class Kind : std::uint8_t { keep, all, at };
  Kind kind = Kind::keep;
  Instant at{};
};
// "all" or RFC 3339. Errors: usage.
Result<BaselineChoice> parse_baseline(std::string_view text);

struct PlannedItem {
  StoredItem stored;
  bool created = false;
  bool first_enabled = false;     // this sets the baseline
  std::vector<Change> changes;    // of the definition, then "enabled" and "baseline"
  [[nodiscard]] bool changed() const { return created || !changes.empty(); }
};
// `server_time`: Dataverse's `Date`, never our clock (SPEC R8).
PlannedItem planned_apply(std::optional<StoredItem> const& held, Item const& item, BaselineChoice const& baseline,
                          Instant server_time);
// REQUIRES: `held.text` is readable as an item.
PlannedItem planned_enable(StoredItem const& held, Item const& item, bool enabled, Instant server_time);

// Hashes by which a cycle knows that an item changed (SPEC E3).
std::string filter_mark(Item const& item, std::optional<Instant> const& baseline);
std::string mapping_mark(Item const& item);

// The item of a stored definition. Errors: store, when this version cannot read it.
Result<Item> item_of(StoredItem const& stored);
// What `items export` prints: the definition, with "enabled": false where the item is disabled.
std::string exported(StoredItem const& stored);

Result<std::vector<std::pair<std::string, StoredItem>>> load_items(store::Reader& reader);
Result<std::optional<StoredItem>> load_item(store::Reader& reader, std::string_view name);
Result<Unit> save_item(store::Writer& writer, std::string_view name, StoredItem const& stored);

}  // namespace tandem::mapping
