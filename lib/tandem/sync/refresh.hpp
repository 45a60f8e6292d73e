// Refreshing a link now, without waiting for a cycle (SPEC D5, D9, D12).
//
// Both sides are read directly. What is gone is confirmed and breaks the link; a broken link whose sides are both there again is whole again.
// The marks are put right: the remote link, the issue property, and a link note that a person deleted comes back. A display-only item's link
// is done with that; of a synchronised item the pair is then reconciled as a cycle would.
#pragma once

#include <optional>
#include <string>

#include <tandem/link/link.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct Refreshed {
  enum class End : std::uint8_t { refreshed, broken, restored };
  End end = End::refreshed;
  std::optional<Reason> reason;  // of a broken link
  std::size_t marks = 0;  // written
  ItemRun stats;
  link::Link link;  // as it is afterwards
};
std::string_view name_of(Refreshed::End end);

// REQUIRES: the run lock. Errors: what a service answers, refused (open-intent), store.
Result<Refreshed> refresh_link(RunContext& run, RunItem const& item, link::Link const& link);

}  // namespace tandem::sync
