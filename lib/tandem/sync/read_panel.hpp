// Gathers the panel of SPEC D4: reads each linked record now, and what the store knows of the link. Writes nothing.
//
// A record that is gone, or a system that cannot be reached, is part of the panel and no error.
#pragma once

#include <string>

#include <tandem/link/panel.hpp>
#include <tandem/sync/find_links.hpp>

namespace tandem::sync {

// The panel of one issue; `links` are its links (found.links with that issue).
Result<link::Panel> read_panel(RunContext& run, LinkItems const& items, std::optional<jira::Issue> const& issue,
                               std::vector<link::Link> const& links, std::optional<Error> const& unreachable);

// The display columns of a record with their formatted values.
std::vector<link::PanelColumn> shown_columns(mapping::CompiledItem const& item, dataverse::Record const& record);

}  // namespace tandem::sync
