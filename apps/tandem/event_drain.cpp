#include "event_drain.hpp"

#include <algorithm>

#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/prepare.hpp>

namespace tandem::cli {

namespace {

// A command that has no deadline of its own does not become a long one because events wait.
constexpr Millis kMostAfterwards{30'000};

// One look under the lock. The connection is gone when this returns.
Result<Unit> drain_once(Context& context, store::Store& store, sync::Observer& observer, http::TrafficCounts& traffic) {
  TANDEM_TRY(auto const connection, context.open_connection());
  struct Taker {
    connection::Connection const& from;
    http::TrafficCounts& to;
    ~Taker() { add_traffic(to, from.traffic()); }
  } const taker{*connection, traffic};
  TANDEM_TRY(auto const items, sync::prepare_items(*connection, store, {}, true));
  TANDEM_TRY(auto const organisation, organisation_of(*connection));
  auto const stop = [&context] { return must_stop(context); };
  sync::RunInput const input{*connection, store, context.log(), context.clock(), observer, stop, organisation};
  auto options = configured_run(context.config());
  options.drain_events = true;
  options.only_events = true;
  TANDEM_TRY(auto const run, sync::run_cycle(input, options, items));
  if (run.stopped) return fail(ErrorKind::cancelled, "stopped before the end: the next run continues");
  if (run.error.empty()) return Unit{};
  auto const damaged = run.exit == exit_code(ErrorKind::store);
  return fail(damaged ? ErrorKind::store : ErrorKind::transient, run.error);
}

// Whether something came after `seen`. REQUIRES: the store is closed; it is afterwards.
Result<bool> came_since(Context& context, std::uint64_t seen) {
  bool came = false;
  {
    TANDEM_TRY(auto* const store, context.open_for_appending());
    TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(came, sync::event::anything_after(reader, seen));
      return Unit{};
    }));
  }
  context.close();
  return came;
}

}  // namespace

sync::RunOptions configured_run(Config const& config) {
  sync::RunOptions out;
  out.jobs = static_cast<int>(config.integer("jobs"));
  out.overlap = config.duration("overlap");
  out.settle_after = config.duration("settleAfter");
  auto const pauses = config.pauses();
  out.retries = {static_cast<int>(config.integer("tries")), pauses.first, pauses.most};
  out.max_flips = static_cast<int>(config.integer("maxFlips"));
  out.sweep_every = config.duration("sweepEvery");
  out.history = std::chrono::days{config.integer("historyDays")};
  return out;
}

Result<std::string> organisation_of(connection::Connection& connection) {
  if (!connection.settings().organization_id.empty()) return connection.settings().organization_id;
  TANDEM_TRY(auto const identity, connection.dataverse().who_am_i());
  return identity.organization_id;
}

bool must_stop(Context& context) {
  return stop_requested() || (context.deadline() && std::chrono::steady_clock::now() >= *context.deadline());
}

void add_traffic(http::TrafficCounts& sum, http::TrafficCounts const& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    for (std::size_t j = 0; j < sum[i].answers.size(); ++j) sum[i].answers[j] += more[i].answers[j];
    sum[i].waits += more[i].waits;
    sum[i].waited += more[i].waited;
  }
}

Result<Drained> drain_events(Context& context, sync::Observer& observer) {
  Drained out;
  for (;;) {
    context.close();
    auto store = context.try_for_writing();
    if (!store && store.error().kind == ErrorKind::locked) {
      out.locked = true;
      return out;
    }
    if (!store) {  // a newer tandem's store, for example: what was appended waits for that program
      out.error = std::move(store).error();
      return out;
    }
    std::uint64_t seen = 0;
    TANDEM_CHECK((*store)->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(seen, sync::event::last_sequence(reader));
      return Unit{};
    }));
    auto done = drain_once(context, **store, observer, out.traffic);
    context.close();
    context.set_events_handled(std::nullopt);
    if (!done) {
      if (done.error().kind == ErrorKind::store) return fail(std::move(done).error());
      out.error = std::move(done).error();
      return out;
    }
    TANDEM_TRY(bool const more, came_since(context, seen));
    if (!more || must_stop(context)) return out;
  }
}

void look_again(Context& context) {
  auto const seen = context.events_handled_up_to();
  if (!seen || stop_requested()) return;
  context.close();
  auto const more = came_since(context, *seen);
  // No store any more (`auth remove`), or one that cannot be used: the command itself has told.
  if (!more || !*more) return;
  if (!context.deadline()) context.set_deadline(std::min(context.config().duration("deadline"), kMostAfterwards));
  if (must_stop(context)) return;
  sync::Observer nobody;
  auto const drained = drain_events(context, nobody);
  auto const* const error = !drained ? &drained.error() : drained->error ? &*drained->error : nullptr;
  if (error != nullptr) context.out().warning("events wait for the next run: " + error->to_line());
}

}  // namespace tandem::cli
