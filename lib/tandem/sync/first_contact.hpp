// First contact: what the base holds of two sides that were never compared, so that the reconciliation does what was chosen (SPEC D3).
//
// A field that both sides show alike agrees. Of the others:
//   dynamics   no base: the field follows Dynamics; where its column is empty nothing is emptied (and in two-way mode Jira fills it)
//   jira       as if the field had been empty before: its value goes to Dynamics; an empty field is filled from Dynamics
//   none       both sides as they are: only later edits are followed
// The statuses become the base whatever is chosen (G1). Pure.
#pragma once

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/attach.hpp>

namespace tandem::sync {

link::Base first_contact(mapping::CompiledItem const& item, dataverse::Record const& record, jira::Issue const& issue,
                         Initial initial);

}  // namespace tandem::sync
