// Items made ready for a run: the stored definition joined with the metadata it was applied with; live metadata where none is kept.
#pragma once

#include <string>
#include <vector>

#include <tandem/sync/run.hpp>

namespace tandem::sync {

// The enabled items, or those named (`only`), starting with another one each run (SPEC E1). Of a display-only one a run writes what its links
// owe, and nothing else. Errors: not_found for a name that
// does not exist, refused for a disabled or display-only one that was named, config when an item no longer fits its metadata.
// `keep` false (dry run): what was fetched is not stored.
Result<std::vector<RunItem>> prepare_items(connection::Connection& connection, store::Store& store,
                                           std::vector<std::string> const& only, bool keep);

}  // namespace tandem::sync
