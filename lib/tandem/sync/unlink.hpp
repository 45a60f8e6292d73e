// Unlinking: a link leaves the store at once, its marks on both sides are owed and taken away then and there, or by a later cycle (SPEC D6).
//
// Neither issue nor record is edited. The order per link: the item's entry in the issue property, then link note and remote link. The
// entry goes only while it still names this link. Each step is idempotent by nature; being owed is its intent, so it may be killed anywhere.
#pragma once

#include <string>
#include <vector>

#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// The link, its base and its retries go, its marks become owed; the record keeps the mark `unlinked` where an item is given (its baseline
// says how long it holds). `reason`: for the history, "" for an ordinary removal.
Result<Unit> commit_unlink(RunContext const& run, store::Writer& writer, link::Link const& link, RunItem const* item,
                           std::string reason);

// A mark that could not be taken away yet.
struct LeftMark {
  link::Link link;
  std::string mark;  // "issue property", "link note", "remote link"
  Error why;
};
struct Removals {
  std::size_t done = 0;  // marks taken away
  std::vector<LeftMark> left;
  std::optional<Error> fatal;  // a service that cannot be used: the rest waits for the next run
};
// Takes away what is owed, of one link or (null) of all. What a service refuses stays owed. Errors: store, cancelled.
Result<Removals> write_removals(RunContext& run, link::Link const* only);

}  // namespace tandem::sync
