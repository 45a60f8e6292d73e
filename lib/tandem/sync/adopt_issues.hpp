// Issues that an earlier store's runs made for records which this store does not know yet: they are adopted, not made again (SPEC E4, D11).
//
// The derived link note names the issue, and its property agrees. While a store is new, the property of an issue that our own account made is
// enough: the note may not have been written any more, or somebody deleted it. Reads only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// By link id, the oldest issue of each.
using OwnIssues = std::map<std::string, jira::Issue>;
// Of the item's project, made by our account since the item's baseline. A new item has none: one request.
Result<OwnIssues> find_own_issues(RunContext& run, RunItem const& item);

struct Adoptable {
  jira::Issue issue;
  link::Kind kind = link::Kind::automatic;
  std::vector<link::Twin> twins;
};
// By link id. Without the right to read notes nothing is adopted by them, and nothing is lost: the property still settles lost answers.
Result<std::map<std::string, Adoptable>> find_adoptable(RunContext& run, mapping::CompiledItem const& item,
                                                        std::vector<Intent> const& intents, OwnIssues const& own);

}  // namespace tandem::sync
