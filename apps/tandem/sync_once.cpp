// `sync-once`: one cycle (SPEC E). Parses, runs the library's cycle, prints plan, faults and one summary line per item.
#include <algorithm>
#include <memory>
#include <mutex>

#include <tandem/base/ids/digest.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/prepare.hpp>
#include <tandem/sync/run.hpp>
#include <tandem/sync/run_record.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "commands.hpp"
#include "event_drain.hpp"
#include "run_report/after_run.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::vector<std::string> items;
  std::optional<std::string> link;
  bool dry_run = false, exit_code = false, retry_parked = false, allow_mass_change = false, sweep = false;
};

sync::RunOptions run_options(Options const& options, Config const& config) {
  auto out = configured_run(config);
  out.dry_run = options.dry_run;
  out.retry_parked = options.retry_parked;
  out.allow_mass_change = options.allow_mass_change;
  out.only_issue = options.link;
  out.sweep = options.sweep;
  out.some_items = !options.items.empty();
  // A run of some items cannot judge events of the others: they are handled afterwards.
  out.drain_events = options.items.empty() && !options.link;
  out.drain_until = std::chrono::steady_clock::now() + config.duration("deadline") / 2;
  return out;
}

// A run that found a system shut at the door is a run too: `status` tells of it. What ended the run is told in any case.
void keep_failed(store::Store& store, connection::Connection& connection, Error const& error, sync::RunScope scope) {
  sync::RunRecord run;
  run.scope = scope;
  run.dataverse = connection.limits().of(http::Service::dataverse);
  run.jira = connection.limits().of(http::Service::jira);
  run.id = to_hex(random_bytes(6));
  run.started_at = connection.times().last(http::Service::dataverse);
  run.requests = connection.requests();
  run.exit = exit_code(error.kind);
  run.error = error.to_line();
  static_cast<void>(sync::keep_run(store, run).has_value());
}

// What was sent is known however the run ends.
class TrafficTaker {
 public:
  TrafficTaker(connection::Connection const& connection, RunDigest& digest) : connection_(connection), digest_(digest) {}
  ~TrafficTaker() { digest_.traffic = connection_.traffic(); }
  TrafficTaker(TrafficTaker const&) = delete;
  TrafficTaker& operator=(TrafficTaker const&) = delete;

 private:
  connection::Connection const& connection_;
  RunDigest& digest_;
};

Result<int> cycle(Context& context, Options const& options, RunDigest& digest) {
  auto const lock_timeout =
      context.config().given("lockTimeout") ? context.config().duration("lockTimeout") : kSyncOnceLockTimeout;
  TANDEM_TRY(auto* const store, options.dry_run ? context.open_for_reading() : context.open_for_writing(lock_timeout));
  context.set_events_handled(std::nullopt);  // where a system cannot be used, looking again would end the same way
  context.set_deadline(context.config().duration("deadline"));
  TANDEM_TRY(auto const connection, context.open_connection());
  TrafficTaker const taker(*connection, digest);
  TANDEM_TRY(auto const items, sync::prepare_items(*connection, *store, options.items, !options.dry_run));
  bool owed = false;  // marks of links that were cut, also of items that are gone or disabled
  TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const removals, link::owed_removals(reader, "", nullptr, 1));
    owed = !removals.empty();
    return Unit{};
  }));
  bool const enabled =
      std::any_of(items.begin(), items.end(), [](sync::RunItem const& item) { return item.compiled->item.synchronised(); });
  if (!enabled) context.out().note("nothing to synchronise: no item that does is enabled (see `tandem items list`)");
  if (items.empty() && !owed) {
    context.out().result(json::Object{{"items", json::Array{}}, {"exit", 0}});
    if (!options.dry_run) context.set_events_handled(0);
    return 0;
  }
  auto const organisation = organisation_of(*connection);
  if (!organisation) {
    auto const scope = options.link ? sync::RunScope::issue : options.items.empty() ? sync::RunScope::all : sync::RunScope::items;
    if (!options.dry_run) keep_failed(*store, *connection, organisation.error(), scope);
    return fail(organisation.error());
  }
  auto const chosen = run_options(options, context.config());
  std::optional<std::uint64_t> handled = 0;
  if (chosen.drain_events) {
    TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(handled, sync::event::last_sequence(reader));
      return Unit{};
    }));
  }
  SyncReport report(context.out(), digest);
  auto const stop = [&context] { return must_stop(context); };
  sync::RunInput const input{*connection, *store, context.log(), context.clock(), report, stop, *organisation};
  TANDEM_TRY(auto const run, sync::run_cycle(input, chosen, items));
  report.finish(run);
  digest.record = run;
  bool const reached = run.exit == 0 || run.exit == exit_code(ErrorKind::remote);
  if (!options.dry_run && reached) context.set_events_handled(handled);
  if (stop_requested()) return stop_exit_code();
  if (run.exit == 0 && options.dry_run && options.exit_code && report.changes() > 0) return 10;
  return run.exit;
}

Result<int> sync_once(Context& context, Options const& options) {
  auto const began = context.clock().now();
  RunDigest digest;
  digest.command = "sync-once";
  digest.connection = context.connection_name();
  digest.dry_run = options.dry_run;
  auto result = cycle(context, options, digest);
  digest.duration = std::chrono::duration_cast<Millis>(context.clock().now() - began);
  digest.exit = result ? *result : code_of(result.error());
  if (!result) digest.error = result.error();
  after_run(context, configured_after_run(context.config()), digest);
  return result;
}

}  // namespace

void register_sync_once(App& app) {
  auto options = std::make_shared<Options>();
  app.command("sync-once", "Bring both systems in step, once.")
      .details(
          "Finishes what the last run left open, handles events that wait, then reads what changed in both systems since, makes "
          "issues for new records and brings the linked ones in step. Once a day, and with --sweep, every link is read again. "
          "Meant "
          "for cron: a run that finds another one at work ends at once with exit 8.")
      .values("--item", "ITEM", options->items, "Only this item; may be repeated.")
      .value("--link", "KEY", options->link, "Only the link of this issue.")
      .setting("jobs")
      .setting("deadline")
      .setting("lockTimeout")
      .setting("settleAfter")
      .setting("overlap")
      .setting("sweepEvery")
      .setting("maxFlips")
      .setting("tries")
      .setting("pauses")
      .group("For monitoring")
      .setting("metricsFile")
      .setting("summaryFile")
      .setting("onFailure")
      .setting("onFailureTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Print what would be written, field by field, and write nothing anywhere.")
      .flag("--exit-code", options->exit_code, "With --dry-run: exit 10 when something would change.")
      .flag("--allow-mass-change", options->allow_mass_change, "Run although more is due than the item's brakes allow.")
      .flag("--retry-parked", options->retry_parked, "Try again what failed too often.")
      .flag("--sweep", options->sweep, "Read every linked record and issue again, and look for deleted ones.")
      .example("tandem sync-once --dry-run", "Show every field of every issue that would be made or changed.")
      .example("*/5 * * * * tandem sync-once -q", "A crontab line: a cycle every five minutes.")
      .example("tandem sync-once -q --on-failure 'mail -s \"tandem: exit $TANDEM_EXIT\" ops@example.com'",
               "Tell somebody when somebody is needed.")
      .exits({3, 4, 5, 6, 7, 8, 9, 10, 11, 130, 143})
      .run([options](Context& context) { return sync_once(context, *options); });
}

}  // namespace tandem::cli
