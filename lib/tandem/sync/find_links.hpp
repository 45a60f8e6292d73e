// Finding what a link command names: an issue, a record, and their links (SPEC D4-D6, D12).
//
// The systems are asked first, since keys change and only ids stay. Where Jira does not show the issue, or cannot be reached, the key that
// the store saw last is taken: a link can be looked at and removed also while a system is down. Reads only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/link/reference.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

link::Sites sites_of(RunContext const& run);
// The fields that a link command reads of an issue.
std::vector<std::string> panel_fields(std::vector<RunItem> const& items);

// Errors: usage (no issue is named), not_found (unknown-issue), and what Jira answers.
Result<jira::Issue> find_issue(RunContext const& run, std::vector<RunItem> const& items, std::string const& text);

struct FoundLinks {
  std::string shown;  // the text, or the key that it stands for
  std::optional<jira::Issue> issue;  // as it is now; of a record with links to several issues: none
  std::vector<link::Link> links;  // of the issue or the record, in the order of their items
  std::optional<Error> unreachable;  // why the system that was named could not be asked; the links are what the store knows
};
// Links of the issue, or of the record. An issue without links is found, with none. Errors: usage (unreadable, ambiguous), not_found
// (neither system knows it, or the record has no link).
Result<FoundLinks> find_links(RunContext const& run, LinkItems const& items, std::string const& text);

}  // namespace tandem::sync
