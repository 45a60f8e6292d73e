// Rebuilding links from both systems, after the store was lost (SPEC D11, D12, F9).
//
// A link is where two marks agree: the link note, by its derived id on its record, and the entry in the issue's property (rebuild_marks.hpp).
// Marks that were still being written or removed when the store was lost are told apart by the order of those writes (decisions/0018):
//
//   property | note               | remote link | result
//   names it | names the issue    | any         | the link
//   names it | names an issue that exists and has no entry any more | any | the link: it took that one's place
//   names it | none               | none        | the link: its marks were still to be written
//   names it | none               | there       | left: somebody deleted the note, or its removal was interrupted
//   none     | names an issue that exists       | any | left: the link was removed; what is left of its marks is owed to go
//   -        | names an issue that is gone      | -   | a broken link, as it was; likewise where the record is gone
//
// For a record that is left no issue is made by itself: nothing is doubled. Equal values become the base. Where they differ, the status too, one
// side is taken as told, else the field is held (`unknown-base`). Twins are found by ids and marks (conversation/recognise.hpp); comments, notes
// and files without one are not copied when they are older than the rebuild. plan_rebuild() reads only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/progress.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

enum class Prefer : std::uint8_t { neither, dynamics, jira };

struct RebuiltLink {
  link::Link link;
  link::Base base;
  dataverse::Record record;
  jira::Issue issue;
  std::vector<std::string> differing;  // rules (FieldRule::key(), kStatusRule) whose values are not equal
  std::vector<link::Twin> twins;
  std::string twins_unknown;  // why not all of them could be found; "" = they are all there
  [[nodiscard]] std::size_t twins_of(link::TwinKind kind) const;
};
// A mark that has no counterpart.
struct LeftMarked {
  std::string issue_key, record;  // "" where not known
  std::string why;
};
struct RebuildPlan {
  std::vector<RebuiltLink> links;
  std::vector<link::Link> broken;  // one of their sides is gone
  std::vector<LeftMarked> left;
  std::vector<link::Removal> removals;  // what is left of the marks of links that were removed or replaced
  std::size_t known = 0;  // links that the store has already
};

Result<RebuildPlan> plan_rebuild(RunContext& run, RunItem const& item, Prefer prefer,
                                 std::function<void(Progress const&)> const& progress);

struct RebuildDone {
  std::size_t links = 0, held = 0, queued = 0;  // fields held; records that the next run compares
  std::size_t comments = 0, files = 0;  // twins
  std::size_t broken = 0;
};
// REQUIRES: the run lock. Killed between two batches, the same command goes on.
Result<RebuildDone> commit_rebuild(RunContext& run, RunItem const& item, RebuildPlan const& plan, Prefer prefer);

}  // namespace tandem::sync
