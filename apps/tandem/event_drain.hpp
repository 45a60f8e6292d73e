// What `push-event` and `sync-once` share: handling what waits in the outbox, and looking again after the lock was let go (SPEC F3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tandem/sync/observer.hpp>
#include <tandem/sync/run.hpp>

#include "cli/context.hpp"

namespace tandem::cli {

// The settings of a run.
sync::RunOptions configured_run(Config const& config);
// Part of every derived id. `auth set --no-verify` could not learn it: then the organisation is asked.
Result<std::string> organisation_of(connection::Connection& connection);
// A signal or the deadline.
bool must_stop(Context& context);

struct Drained {
  bool locked = false;  // another run holds the lock: it looks again after it lets go
  std::optional<Error> error;  // why not everything was handled; what was not waits
};
// Tries for the lock, handles what waits, lets go, and begins again while something new came meanwhile. Store and lock are let go at the
// end. Errors: store.
Result<Drained> drain_events(Context& context, sync::Observer& observer);

// After a run that saw everything up to `seen`: whether something came since. REQUIRES: the store is closed; it is afterwards.
Result<bool> came_since(Context& context, std::uint64_t seen);

}  // namespace tandem::cli
