// What the items commands share: finding an item, the server's time, and registering.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tandem/connection/connection.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/store.hpp>

#include "cli/app.hpp"

namespace tandem::cli {

void register_items_apply(App& app);
void register_items_validate(App& app);
void register_items_list(App& app);
void register_items_show(App& app);
void register_items_enable(App& app);   // and disable
void register_items_export(App& app);
void register_items_remove(App& app);
void register_items_modules(App& app);  // and entities
void register_items_columns(App& app);
void register_items_fields(App& app);   // and issue-types
void register_items_statuses(App& app);
void register_items_rehearse(App& app);
void register_items_draft(App& app);

struct HeldItem {
  mapping::StoredItem stored;
  mapping::Item item;
};
// Errors: not_found, with the names that exist; store.
Result<HeldItem> held_item(store::Store& store, std::string const& name);

// What Dataverse's clock showed in its last answer (SPEC R8). REQUIRES: it was asked something before.
Result<Instant> dataverse_time(connection::Connection& connection);

// "2026-11-01T08:00:00Z", "all", or "not set" for an item that was never enabled.
std::string baseline_of(mapping::StoredItem const& stored);
// "auto-create", "fields", … : the switches that are on.
std::vector<std::string> options_of(mapping::Item const& item);

}  // namespace tandem::cli
