// `link add KEY --item NAME --record REF`: ties an existing issue to an existing record (SPEC D1, D3).
#include <memory>

#include <fmt/format.h>

#include <tandem/link/marks.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/attach.hpp>
#include <tandem/sync/find_record.hpp>

#include "link/add_matching.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> issue, item, record, initial, match;
  bool replace = false, dry_run = false, yes = false, allow_mass_change = false;
};

sync::Initial initial_of(Options const& options) {
  if (options.initial == "jira") return sync::Initial::jira;
  return options.initial == "none" ? sync::Initial::none : sync::Initial::dynamics;
}

// Without --item: the items of this issue are offered, and the only one is taken.
Result<sync::RunItem const*> item_for(LinkSession const& session, Options const& options, jira::Issue const& issue) {
  if (options.item) return session.items.named(*options.item);
  std::vector<std::string> offered;
  sync::RunItem const* only = nullptr;
  for (auto const& item : session.items.items) {
    if (!item.compiled->item.manual_links || sync::why_not_for(*item.compiled, issue)) continue;
    offered.push_back(item.name());
    only = &item;
  }
  if (offered.size() == 1) return only;
  if (offered.empty()) {
    return fail(
        Error{ErrorKind::refused,
              fmt::format("no item is for the issue {} and allows links by hand", issue.key),
              {{"reason", std::string(code_of(Reason::not_in_project))}, {"cure", "`tandem items list` shows what there is"}}});
  }
  return fail(ErrorKind::usage, fmt::format("--item is missing: {} apply to {}", mapping::listed(offered), issue.key));
}

json::Object plan_json(sync::AttachPlan const& plan) {
  json::Array replaced;
  for (auto const& link : plan.replaced)
    replaced.push_back(json::Object{{"issue", link.issue_key}, {"number", link.record_number}, {"record", link.record}});
  return json::Object{{"item", plan.link.item},
                      {"issue", plan.link.issue_key},
                      {"issueId", plan.link.issue},
                      {"entity", plan.link.entity},
                      {"record", plan.link.record},
                      {"number", plan.link.record_number},
                      {"kind", link::name_of(plan.link.kind)},
                      {"replaces", std::move(replaced)},
                      {"first", sync::to_json(plan.first)}};
}

void print_plan(Output& out, sync::AttachPlan const& plan, jira::Issue const& issue, std::string const& title,
                sync::RunItem const& item) {
  auto const* summary = issue.field("summary");
  out.line(fmt::format("link {} ({})", plan.link.issue_key, summary == nullptr ? "" : summary->text()), Style::strong);
  out.line(fmt::format("  to {} ({}) under the item {}", plan.link.record_number, title, plan.link.item), Style::strong);
  for (auto const& old : plan.replaced)
    out.line(fmt::format("  replaces the link of {} and {}", old.issue_key, old.record_number), Style::warning);
  out.line(plan.link.owed.link_note ? "  + issue property, link on the issue, note on the record's timeline"
                                    : "  + issue property, link on the issue");
  if (!item.compiled->item.synchronised()) {
    out.line("  the item only displays: nothing is synchronised");
    return;
  }
  for (auto const& change : plan.first.changes)
    out.line(fmt::format("  ~ {} in {}: \"{}\" -> \"{}\"", change.side == sync::Side::jira ? change.field_name : change.column,
                         change.side == sync::Side::jira ? "Jira" : "Dynamics", change.before, change.after));
  for (auto const& left : plan.first.left) {
    if (left.report.reason == Reason::no_change || left.report.reason == Reason::direction) continue;
    out.line(fmt::format("  ! {} stays: {}{}", left.field, text_of(left.report.reason).sentence,
                         left.report.detail.empty() ? "" : " (" + left.report.detail + ")"),
             Style::warning);
  }
  if (!item.stored.enabled) out.line("  the item is disabled: fields follow when it is enabled", Style::warning);
}

int exit_of(sync::Attached const& done) {
  if (done.unreachable) return exit_code(done.unreachable->kind);
  return done.stats.failed > 0 || done.stats.waiting > 0 ? exit_code(ErrorKind::remote) : 0;
}

Result<int> add(Context& context, Options const& options) {
  if (options.match) {
    if (options.issue || options.record || options.replace)
      return fail(ErrorKind::usage, "--match finds the pairs itself: give no KEY, --record or --replace with it");
    if (!options.item) return fail(ErrorKind::usage, "--item is missing: the item to link under");
    return add_matching(
        context, {*options.match, *options.item, initial_of(options), options.dry_run, options.yes, options.allow_mass_change});
  }
  if (!options.issue) return fail(ErrorKind::usage, "the issue is missing: give its key, or --match for many pairs");
  if (!options.record) return fail(ErrorKind::usage, "--record is missing: the record's id, number or page");
  // What is misspelt is told before anything is locked or asked.
  TANDEM_TRY(auto const session, LinkSession::open(context, !options.dry_run));
  auto& run = session->run;
  auto& out = context.out();
  TANDEM_TRY(auto reference, link::parse_record(*options.record, sync::sites_of(run)));
  sync::AttachRequest request;
  TANDEM_TRY(request.issue, sync::find_issue(run, session->items.items, *options.issue));
  TANDEM_TRY(request.item, item_for(*session, options, request.issue));
  TANDEM_TRY(request.record, sync::find_record(run, *request.item->compiled, reference));
  request.initial = initial_of(options);
  request.replace = options.replace;
  TANDEM_TRY(auto plan, sync::plan_attach(run, request));

  auto report = plan_json(plan);
  print_plan(out, plan, request.issue, request.item->compiled->record_title(request.record), *request.item);
  if (options.dry_run) {
    report.set("dryRun", true);
    out.result(report);
    return 0;
  }
  TANDEM_TRY(bool const yes, confirmed(context, "Link them?", options.yes));
  if (!yes) {
    out.note("nothing was changed");
    return 0;
  }
  TANDEM_TRY(auto const done, sync::attach(run, request, std::move(plan)));
  warn(context, *session);
  if (done.unreachable) {
    out.warning(
        fmt::format("the link is made; what could not be written yet is owed and follows with the next `tandem sync-once`: {}",
                    done.unreachable->to_line()));
  }
  int const code = exit_of(done);
  report.set("dryRun", false);
  report.set("linked", true);
  report.set("stats", done.stats.to_json());
  report.set("notes", notes_json(session->observer.notes));
  report.set("exit", code);
  out.result(report);
  out.line(fmt::format("{} and {} are linked", report.find("issue")->text(), report.find("number")->text()), Style::good);
  return code;
}

}  // namespace

void register_link_add(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link add", "Tie an existing issue to an existing record.")
      .details(
          "The two statuses become the base and neither is changed. Fields follow --initial once, then the item's mode. The plan "
          "is "
          "shown first; on a terminal it is asked for. Nothing is made in either system but the link's marks.")
      .argument("KEY", options->issue, "The issue's key, or the address of its page.")
      .value("--item", "ITEM", options->item, "The item to link under; may be left out where only one applies.")
      .value("--record", "REF", options->record, "The record's id, its number or name, or the address of its page.")
      .choice("--initial", {"dynamics", "jira", "none"}, options->initial,
              "Whose fields are taken at first contact (dynamics); an empty value never replaces another.")
      .flag("--replace", options->replace, "Swap a link that was made by hand, in one step.")
      .value("--match", "COLUMN=FIELD", options->match,
             "Link all pairs whose column and field show the same value; the plan comes first.")
      .setting("jobs")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Show what would be written; change nothing.")
      .flag("-y,--yes", options->yes, "Do not ask; --match needs it where nobody can be asked.")
      .flag("--allow-mass-change", options->allow_mass_change, "With --match: more pairs than the item's brakes allow.")
      .example("tandem link add SUP-12 --item support-cases --record CAS-01001-S8K4Y2", "By the case number.")
      .example("tandem link add SUP-12 --item support-cases --record CAS-01001-S8K4Y2 --initial none --dry-run",
               "What would happen if both sides stayed as they are.")
      .example("tandem link add --item support-cases --match ticketnumber=customfield_10050 --dry-run",
               "Cases whose number somebody typed into a Jira field.")
      .exits({3, 4, 5, 6, 7, 8, 9, 11, 143})
      .run([options](Context& context) { return add(context, *options); });
}

}  // namespace tandem::cli
