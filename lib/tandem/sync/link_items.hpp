// The items that a link command may need: all of them, also disabled and display-only ones, with metadata kept or fetched.
//
// An item whose metadata no longer fits costs only itself: it is listed with its fault, and a command that names it fails with that.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/sync/run.hpp>

namespace tandem::sync {

struct LinkItems {
  std::vector<RunItem> items;  // in the order of their names
  std::vector<std::pair<std::string, Error>> unusable;

  [[nodiscard]] RunItem const* find(std::string_view name) const;
  // Errors: not_found with the names that exist; what is wrong with it.
  [[nodiscard]] Result<RunItem const*> named(std::string const& name) const;
};

// `keep` false (a reader): what was fetched is not stored. Errors: store, and those of a service that cannot be used.
Result<LinkItems> load_link_items(connection::Connection& connection, store::Store& store, bool keep);

}  // namespace tandem::sync
