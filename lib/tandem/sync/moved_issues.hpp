// Issues that moved to another project, or whose project got another key (SPEC D12, F9). Identity is the id: the link stays, its marks are owed.
//
// The projects that linked issues moved to are searched for changes beside the item's own: an item names only one.
// Table "moved_to": (item, project key) -> MovedTo.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/store/table.hpp>

namespace tandem::sync {

// The link's issue has this key now: link note and remote link are owed. True when another one was known.
Result<bool> follow_key(store::Writer& writer, std::string_view link_id, std::string const& key);
// A link was made anew whose issue is not in the item's own project.
Result<Unit> remember_project(store::Writer& writer, std::string_view item, std::string_view own_project, std::string_view key);
// Keys of projects beside the item's own.
Result<std::vector<std::string>> other_projects(store::Reader& reader, std::string_view item, std::string_view own_project);
// "project = SUP", or "project in (SUP, OPS)".
std::string in_projects(std::string const& own_project, std::vector<std::string> const& others);
Result<Unit> forget_projects(store::Writer& writer, std::string_view item);

}  // namespace tandem::sync
