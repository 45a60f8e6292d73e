// `items rehearse ITEM --record R`: walks a sample pair through its statuses on both sides, and puts it back (SPEC G8).
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "items/items.hpp"
#include "items/rehearsal_text.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> item, record;
  bool dry_run = false, yes = false;
};

sync::Waits told_when_waiting(Context& context) {
  return [&context](Millis longest) {
    context.out().note(
        fmt::format("the answer to a write was lost: waiting up to {} s until it is certain whether it was executed",
                    std::chrono::duration_cast<std::chrono::seconds>(longest).count()));
  };
}

// What an earlier rehearsal left is put back before anything else; a dry run only says that it is there.
Result<std::optional<sync::PutBack>> earlier(Context& context, LinkSession& session, sync::RunItem const& item,
                                             link::Link const& link) {
  if (session.options.dry_run) return std::optional<sync::PutBack>{};
  Unstoppable const whole;
  TANDEM_TRY(auto back, sync::put_back_earlier(session.run, item, link, told_when_waiting(context)));
  if (!back) return back;
  context.out().note(fmt::format("an earlier rehearsal of {} and {} ended before its end", link.record_number, link.issue_key));
  print_back(context.out(), *back, link);
  return back;
}

Result<bool> may_begin(Context& context, Options const& options, sync::PreparedRehearsal const& prepared) {
  if (options.yes) return true;
  if (context.out().json() || !can_ask()) {
    return fail(Error{
        ErrorKind::refused,
        fmt::format("a rehearsal changes the statuses of {} and {} for a while, and nobody can be asked; nothing was changed",
                    prepared.link.record_number, prepared.link.issue_key),
        {{"cure", "look at the plan with --dry-run, then give --yes"}}});
  }
  return confirmed(context, "Rehearse?", false);
}

int exit_of(sync::Rehearsed const& done) {
  if (int const signal = stop_exit_code(); signal != 0) return signal;
  if (done.not_back) return exit_code(done.not_back->kind);
  if (done.stopped) return exit_code(done.stopped->kind);
  return done.all_ok() && done.back->complete() ? 0 : exit_code(ErrorKind::remote);
}

Result<int> rehearse(Context& context, Options const& options) {
  if (!options.record) return fail(ErrorKind::usage, "--record is missing: the record's id, number or page, or its issue's key");
  TANDEM_TRY(auto const session, LinkSession::open(context, !options.dry_run));
  TANDEM_TRY(auto const* const item, session->items.named(*options.item));
  TANDEM_TRY(auto const link, sync::find_rehearsal_pair(session->run, session->items, *item, *options.record));
  auto& out = context.out();
  TANDEM_TRY(auto const restored, earlier(context, *session, *item, link));
  TANDEM_TRY(auto const prepared, sync::prepare_rehearsal(session->run, *item, link));
  auto report = plan_json(prepared);
  report.set("earlier", restored ? back_json(*restored) : json::Value());
  report.set("dryRun", options.dry_run);
  print_plan(out, prepared);
  if (options.dry_run || !prepared.plan.walks()) {
    int const code = options.dry_run ? 0 : exit_code(ErrorKind::remote);
    if (!options.dry_run) out.line("no step can be walked; nothing was changed", Style::warning);
    report.set("exit", code);
    out.result(report);
    return code;
  }
  TANDEM_TRY(bool const yes, may_begin(context, options, prepared));
  if (!yes) {
    out.note("nothing was changed");
    return 0;
  }
  std::optional<Unstoppable> whole;
  sync::RehearsalWatch watch;
  watch.walked = [&](sync::RehearsedStep const& step) { print_step(out, prepared, step); };
  watch.waits = told_when_waiting(context);
  watch.putting_back = [&] {
    if (stop_requested()) out.note("stopped: both statuses are put back first; a second Ctrl-C leaves that to the next run");
    whole.emplace();
  };
  TANDEM_TRY(auto const done, sync::rehearse(session->run, prepared, watch));
  whole.reset();
  warn(context, *session);
  print_end(out, prepared, done);
  int const code = exit_of(done);
  add_outcome(report, prepared, done);
  report.set("exit", code);
  out.result(report);
  return code;
}

}  // namespace

void register_items_rehearse(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items rehearse", "Walk a linked sample pair through its statuses on both sides, and put it back.")
      .details(
          "The record is resolved, reopened, cancelled and reopened, and its issue follows; then the issue is moved the same "
          "way, and the "
          "record follows: by the very writes of a sync. Each step tells which request or transition was used, or which field, "
          "screen, "
          "transition, privilege or rule is in the way, and what to do about it. At the end, also after a failure or Ctrl-C, "
          "both have the "
          "status from before; killed, the next rehearsal or `sync-once` puts them back. What cannot be undone is told before "
          "anything is "
          "written. The item may be disabled: rehearse before you enable it.")
      .argument("ITEM", options->item, "The item's name.", true)
      .value("--record", "REF", options->record, "A linked sample: the record's id, its number, its page, or its issue's key.")
      .setting("settleAfter")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Show the steps and what would stay; change nothing.")
      .flag("-y,--yes", options->yes, "Do not ask; needed where nobody can be asked.")
      .example("tandem items rehearse support-cases --record CAS-01001-S8K4Y2 --dry-run", "Which statuses would be walked?")
      .example("tandem items rehearse support-cases --record CAS-01001-S8K4Y2 --yes --output json",
               "From a script, on a sample case.")
      .exits({0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 130, 143})
      .run([options](Context& context) { return rehearse(context, *options); });
}

}  // namespace tandem::cli
