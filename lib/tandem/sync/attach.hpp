// Attaching: an existing issue and an existing record become a link by hand (SPEC D1, D3).
//
// plan_attach() is all the rules; nothing is written before it said yes. attach() then works in this order: one commit makes the link with
// everything that it owes (issue property, link note, remote link) and queues the record for its first contact; then the property, without
// which there is no link: refused for good, the commit is undone. Note and remote link stay owed when they cannot be written. Killed anywhere,
// the next cycle goes on from what is owed. The two statuses become the base and neither is changed (G1).
#pragma once

#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/unlink.hpp>

namespace tandem::sync {

enum class Initial : std::uint8_t { dynamics, jira, none };

struct AttachRequest {
  RunItem const* item = nullptr;
  jira::Issue issue;  // with panel_fields()
  dataverse::Record record;  // with panel_columns()
  Initial initial = Initial::dynamics;
  bool replace = false;  // swaps links that were made by hand
};

struct AttachPlan {
  link::Link link;
  link::Base base;
  std::vector<link::Link> replaced;  // of the issue, of the record; they go in the same commit
  std::vector<link::Base> replaced_bases;
  Plan first;  // what the first contact writes, where the item synchronises
  bool contact = false;  // the record is looked at after the link is made
};

// Whether the item is for this issue: nothing, or why not (not-in-project, wrong-type).
std::optional<Reason> why_not_for(mapping::CompiledItem const& item, jira::Issue const& issue);

// Errors: refused, each with its Reason's code as context "reason": manual-links-off, not-in-project, wrong-type, already-linked,
// automatic-link, open-intent, direction (--initial jira where the item does not write Dynamics).
Result<AttachPlan> plan_attach(RunContext& run, AttachRequest const& request);

struct Attached {
  ItemRun stats;
  std::optional<Error> unreachable;  // the link is made; what is owed waits for the next run
};
// REQUIRES: the run lock; `plan` was made under it. Errors: refused by Jira for good (nothing was changed), store.
Result<Attached> attach(RunContext& run, AttachRequest const& request, AttachPlan plan);

// The commit that makes the link, with everything that it owes. In the caller's transaction.
Result<Unit> commit_attach(RunContext& run, store::Writer& writer, AttachRequest const& request, AttachPlan const& plan);

}  // namespace tandem::sync
