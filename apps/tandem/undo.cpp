// `undo RUN`: puts back what stood there before one run, where nobody edited since: shown first, done with --yes (lib/tandem/sync/undo).
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/link/reference.hpp>
#include <tandem/sync/status/plan_status.hpp>
#include <tandem/sync/undo/undo.hpp>

#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "commands.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

namespace undo = sync::undo;

constexpr std::size_t kMostShown = 80;  // of a value, in the table; JSON has all that people are shown

struct Options {
  std::optional<std::string> run, item, link, side, field;
  bool dry_run = false, yes = false, allow_mass_change = false;
};

std::string brief(std::string_view value) {
  if (value.empty()) return "(empty)";
  std::string shown;
  for (char const c : value) shown += c == '\n' || c == '\r' ? ' ' : c;
  auto const cut = text::cut_code_points(shown, kMostShown);
  return cut.size() == shown.size() ? shown : std::string(cut) + "…";
}

std::string side_of(undo::Subject const& of) { return of.side == sync::Side::jira ? "Jira" : "Dynamics"; }
std::string record_of(std::string const& number, std::string const& record) { return number.empty() ? record : number; }

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string why(Report const& report) {
  auto const& text = text_of(report.reason);
  return fmt::format("{}: {}{}", text.code, text.sentence, report.detail.empty() ? "" : " [" + report.detail + "]");
}

// One cure for each reason, below the table.
void print_cures(Output& out, std::vector<Reason> reasons) {
  std::sort(reasons.begin(), reasons.end());
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  for (auto const reason : reasons) out.line(fmt::format("  {}: {}", code_of(reason), text_of(reason).cure), Style::faint);
}

void print_left(Output& out, std::vector<undo::Left> const& left, std::vector<undo::Stays> const& stays) {
  if (left.empty() && stays.empty()) return;
  out.line("");
  out.line("left as it is:", Style::strong);
  Table table({{.title = "record"}, {.title = "issue"}, {.title = "what"}, {.title = "why", .may_wrap = true}});
  std::vector<Reason> reasons;
  for (auto const& one : left) {
    auto const now = one.now.empty() ? "" : fmt::format(" It is now: {}", brief(one.now));
    table.row({record_of(one.of.number, one.of.record), one.of.issue_key, fmt::format("{} in {}", one.of.field, side_of(one.of)),
               why(one.report) + now});
    reasons.push_back(one.report.reason);
  }
  for (auto const& one : stays) {
    table.row({record_of(one.number, one.record), one.issue_key,
               one.what.empty() ? one.action : fmt::format("{}: {}", one.action, brief(one.what)), why(one.report)});
    reasons.push_back(one.report.reason);
  }
  out.table(table);
  print_cures(out, std::move(reasons));
}

void print_plan(Output& out, undo::Prepared const& prepared) {
  auto const steps = prepared.steps();
  std::size_t links = 0;
  for (auto const& item : prepared.items) links += item.links.size();
  auto const began = prepared.began ? " of " + readable(*prepared.began) : std::string();
  auto const itself = prepared.undoes.empty() ? std::string() : fmt::format(", the undo of run {}", prepared.undoes);
  out.line(steps.empty() ? fmt::format("run {}{}{}: nothing goes back", prepared.run, began, itself)
                         : fmt::format("run {}{}{}: {} of {} {} back", prepared.run, began, itself,
                                       counted(steps.size(), "value"), counted(links, "link"), steps.size() == 1 ? "goes" : "go"),
           Style::strong);
  if (prepared.already > 0)
    out.line(
        fmt::format("{} {} as before the run already", counted(prepared.already, "value"), prepared.already == 1 ? "is" : "are"));
  if (!steps.empty()) {
    Table table({{.title = "record"},
                 {.title = "issue"},
                 {.title = "side"},
                 {.title = "field"},
                 {.title = "now -> back to", .may_wrap = true}});
    for (auto const& step : steps)
      table.row({record_of(step.of.number, step.of.record), step.of.issue_key, side_of(step.of), step.of.field,
                 fmt::format("{} -> {}", brief(step.now), brief(step.back))});
    out.table(table);
  }
  print_left(out, prepared.left, prepared.stays);
}

json::Object named(undo::Subject const& of) {
  return {{"item", of.item},       {"record", of.record},      {"number", of.number},
          {"issue", of.issue_key}, {"side", name_of(of.side)}, {"field", of.field}};
}

json::Array steps_json(std::vector<undo::Step> const& steps) {
  json::Array out;
  for (auto const& step : steps) {
    auto one = named(step.of);
    one.set("now", step.now);
    one.set("back", step.back);
    out.push_back(std::move(one));
  }
  return out;
}

json::Array left_json(std::vector<undo::Left> const& left) {
  json::Array out;
  for (auto const& one : left) {
    auto shown = named(one.of);
    shown.set("now", one.now);
    shown.set("back", one.back);
    shown.set("reason", code_of(one.report.reason));
    shown.set("detail", one.report.detail);
    out.push_back(std::move(shown));
  }
  return out;
}

json::Array stays_json(std::vector<undo::Stays> const& stays) {
  json::Array out;
  for (auto const& one : stays) {
    out.push_back(json::Object{{"item", one.item},
                               {"record", one.record},
                               {"number", one.number},
                               {"issue", one.issue_key},
                               {"action", one.action},
                               {"what", one.what},
                               {"reason", code_of(one.report.reason)},
                               {"detail", one.report.detail}});
  }
  return out;
}

Result<undo::Question> question_of(Options const& options, link::Sites const& sites) {
  undo::Question question;
  question.run = *options.run;
  question.item = options.item.value_or("");
  question.field = options.field.value_or("");
  if (options.side) {
    question.side = sync::side_named(*options.side);
    if (!question.side) return fail(ErrorKind::usage, fmt::format("--side {}: expected dynamics or jira", *options.side));
  }
  if (options.link) {
    std::string const given(text::trimmed(*options.link));
    if (jira::webhook::is_id(given)) {
      question.link = sync::HistoryLink{given, given};
    } else {
      TANDEM_TRY(auto const reference, link::parse_reference(given, sites));
      sync::HistoryLink one;
      if (reference.key) one.issue = *reference.key;
      if (reference.record) one.record = reference.record->id.empty() ? reference.record->name : reference.record->id;
      question.link = one;
    }
  }
  return question;
}

// Whether it is to be done now. A program that cannot be asked gets the plan, and --yes does it.
Result<bool> may_begin(Context& context, Options const& options, bool writing) {
  if (!writing) {
    if (!options.dry_run) context.out().note("nothing was changed: --yes does it");
    return false;
  }
  TANDEM_TRY(bool const yes, confirmed(context, "Put these values back?", options.yes));
  if (!yes) context.out().note("nothing was changed");
  return yes;
}

void print_end(Output& out, std::string const& run, undo::Undone const& done) {
  out.line("");
  out.line(fmt::format("{} put back by run {}; `tandem undo {}` takes that back", counted(done.done.size(), "value"), run, run),
           done.not_done.empty() ? Style::good : Style::warning);
  print_left(out, done.not_done, {});
}

int exit_of(undo::Undone const& done) {
  if (int const signal = stop_exit_code(); signal != 0) return signal;
  if (done.stopped && done.stopped->kind != ErrorKind::cancelled) return exit_code(done.stopped->kind);
  return done.not_done.empty() ? 0 : exit_code(ErrorKind::remote);
}

Result<int> take_back(Context& context, Options const& options) {
  bool const writing = !options.dry_run && (options.yes || (!context.out().json() && can_ask()));
  TANDEM_TRY(auto const session, LinkSession::open(context, writing));
  session->options.allow_mass_change = options.allow_mass_change;
  session->run.run_id = std::string(undo::kUndoRun) + session->run.run_id;
  if (options.item) TANDEM_CHECK(session->items.named(*options.item));
  TANDEM_TRY(auto const question, question_of(options, sync::sites_of(session->run)));
  if (writing) TANDEM_CHECK(undo::settle_first(session->run, session->items));
  TANDEM_TRY(auto const prepared, undo::prepare_undo(session->run, session->items, question));
  auto& out = context.out();
  print_plan(out, prepared);
  json::Object report{{"run", prepared.run},
                      {"undoes", prepared.undoes.empty() ? json::Value() : json::Value(prepared.undoes)},
                      {"steps", steps_json(prepared.steps())},
                      {"left", left_json(prepared.left)},
                      {"stays", stays_json(prepared.stays)},
                      {"already", prepared.already},
                      {"done", nullptr}};
  bool yes = false;
  if (!prepared.steps().empty()) {
    TANDEM_TRY(yes, may_begin(context, options, writing));
  }
  int code = 0;
  if (yes) {
    TANDEM_TRY(auto const done, undo::undo(session->run, session->items, prepared, question));
    print_end(out, session->run.run_id, done);
    if (done.stopped) out.warning(done.stopped->to_line());
    code = exit_of(done);
    report.set("done", json::Object{{"run", session->run.run_id},
                                    {"steps", steps_json(done.done)},
                                    {"notDone", left_json(done.not_done)},
                                    {"error", done.stopped ? json::Value(done.stopped->to_line()) : json::Value()}});
  }
  report.set("exit", code);
  out.result(report);
  return code;
}

}  // namespace

void register_undo(App& app) {
  auto options = std::make_shared<Options>();
  app.command("undo", "Put back what stood there before one run, where nobody edited since.")
      .details(
          "First it is shown, field by field, what goes back and why the rest does not; it is done with --yes, or when a person "
          "says so. A value goes back only where both systems still show what the run left: somebody's edit is never "
          "overwritten. "
          "Statuses go back over the ways that the workflow offers; a closed record is opened again, but none is closed. What "
          "was "
          "made (issues, comments, notes, files, links) stays. Afterwards the two sides differ where only one had been written: "
          "later runs leave that so until either side is edited. An undo is a run of its own, and can be undone.")
      .argument("RUN|last", options->run, "A run's id, as `tandem history` tells it; or last: the newest that wrote anything.",
                true)
      .value("--item", "ITEM", options->item, "Only what it wrote under this item.")
      .value("--link", "LINK", options->link, "Only what it wrote to this link: its issue or its record, or its id.")
      .value("--side", "dynamics|jira", options->side, "Only what it wrote to this side.")
      .value("--field", "FIELD", options->field, "Only this field, as Jira or as Dynamics names it; or status.")
      .setting("settleAfter")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Show what would go back; change nothing.")
      .flag("-y,--yes", options->yes, "Do it without asking; needed where nobody can be asked.")
      .flag("--allow-mass-change", options->allow_mass_change, "Let one undo write more links than brakes.maxUpdates.")
      .example("tandem undo last", "What did the last run write, and what would go back?")
      .example("tandem undo 3f2a9c71b04e --link SUP-12 --yes", "Put one link back to what it was.")
      .example("tandem undo 3f2a9c71b04e --side jira --dry-run --output json", "For a script, without changing anything.")
      .exits({0, 2, 3, 4, 5, 6, 7, 8, 9, 11, 130, 143})
      .run([options](Context& context) { return take_back(context, *options); });
}

}  // namespace tandem::cli
