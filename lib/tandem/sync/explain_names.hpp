// What a person names to have it explained, and the items that it may be about.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/sync/run_context.hpp>

namespace tandem::sync::explain {

// Read without asking anybody. A text may be both a key and a record's number ("CAS-1"): who asks the systems decides.
struct Named {
  std::optional<std::string> issue;  // key in capital letters, or id
  std::string record;                // GUID in lower case
  std::string number;                // of a record: the text as it is; "" for an address
};
Named named(std::string_view text);

// Every item that fits its metadata, also disabled and display-only ones; nothing is stored.
Result<std::vector<RunItem>> all_items(connection::Connection& connection, store::Store& store);

// Ids of the item's records with that id or number; a number may be named by its beginning up to a hyphen.
Result<std::vector<std::string>> records_named(RunContext& run, mapping::CompiledItem const& item, Named const& named);

}  // namespace tandem::sync::explain
