// Broken links: a deleted issue or record is believed only after a direct read by an identity that is proven; then its links are broken: shown,
// never acted on, never made again by themselves (SPEC D12).
#pragma once

#include <tandem/link/link.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// Whether the issue is gone, by a direct read, after the account was proven. False: it can be read.
Result<bool> issue_is_gone(RunContext& run, std::string const& issue_id);
// The same for a record of the item's table.
Result<bool> record_is_gone(RunContext& run, mapping::CompiledItem const& item, std::string const& record);

// Breaks the link, with an entry in the history; nothing when it is broken already or there no more. In the caller's transaction.
Result<Unit> break_link(RunContext& run, store::Writer& writer, std::string const& link_id, Reason reason);

}  // namespace tandem::sync
