// What `push-event`, `sync-once` and every command that took the run lock share: handling what waits in the outbox, and looking again after the lock was let go (SPEC F3).
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
  http::TrafficCounts traffic{};
  bool locked = false;  // another run holds the lock: it looks again after it lets go
  std::optional<Error> error;  // why not everything was handled; what was not waits
};
// Of several connections.
void add_traffic(http::TrafficCounts& sum, http::TrafficCounts const& more);
// Tries for the lock, handles what waits, lets go, and begins again while something new came meanwhile. Store and lock are let go at the
// end. Errors: store.
Result<Drained> drain_events(Context& context, sync::Observer& observer);

// After any command that held the run lock: what came since, and found it held, is handled now. Failing is no fault of the command: it is
// told, and the events wait for the next run. Nothing happens after a command that only read.
void look_again(Context& context);

}  // namespace tandem::cli
