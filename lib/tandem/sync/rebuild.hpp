// Rebuilding links from both systems, after the store was lost (SPEC D11).
//
// A link is where two marks agree: the link note, by its derived id on its record, and the entry in the issue's property. Notes are found by
// their subject and, for those that a person edited, by the ids that the properties name; issues by the project, and those that moved by the
// ids that the notes name. Equal values become the base. Where they differ, one side is taken as told, else the field is held (`unknown-base`).
// A removed link has lost its property first, so it is not rebuilt. plan_rebuild() reads only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

enum class Prefer : std::uint8_t { neither, dynamics, jira };

struct RebuiltLink {
  link::Link link;
  link::Base base;
  dataverse::Record record;
  jira::Issue issue;
  std::vector<std::string> differing;  // rules (FieldRule::key()) whose values are not equal
};
// A mark that has no counterpart.
struct LeftMarked {
  std::string issue_key, record;  // "" where not known
  std::string why;
};
struct RebuildPlan {
  std::vector<RebuiltLink> links;
  std::vector<LeftMarked> left;
  std::size_t known = 0;  // links that the store has already
};

Result<RebuildPlan> plan_rebuild(RunContext& run, RunItem const& item, Prefer prefer,
                                 std::function<void(std::size_t)> const& progress);

struct RebuildDone {
  std::size_t links = 0, held = 0, queued = 0;  // fields held; records that the next run compares
};
// REQUIRES: the run lock. Killed between two batches, the same command goes on.
Result<RebuildDone> commit_rebuild(RunContext& run, RunItem const& item, RebuildPlan const& plan, Prefer prefer);

}  // namespace tandem::sync
