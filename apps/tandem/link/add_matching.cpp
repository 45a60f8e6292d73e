#include "link/add_matching.hpp"

#include <fmt/format.h>

#include <tandem/sync/match_pairs.hpp>

#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostListed = 200;

json::Object to_json(sync::Matches const& found, bool dry_run) {
  json::Array pairs;
  for (auto const& [request, plan] : found.pairs) {
    pairs.push_back(json::Object{{"issue", plan.link.issue_key},
                                 {"number", plan.link.record_number},
                                 {"record", plan.link.record},
                                 {"first", sync::to_json(plan.first)}});
  }
  json::Array left;
  for (auto const& one : found.left)
    left.push_back(json::Object{{"issue", one.issue_key}, {"value", one.value}, {"reason", one.reason}, {"detail", one.detail}});
  return json::Object{{"dryRun", dry_run}, {"pairs", std::move(pairs)}, {"left", std::move(left)}};
}

void print(Output& out, sync::Matches const& found) {
  Table pairs({{.title = "issue"}, {.title = "record"}, {.title = "fields that change", .may_wrap = true}});
  for (std::size_t i = 0; i < std::min(found.pairs.size(), kMostListed); ++i) {
    auto const& plan = found.pairs[i].plan;
    std::string fields;
    for (auto const& change : plan.first.changes) fields += (fields.empty() ? "" : ", ") + change.field_name;
    pairs.row({plan.link.issue_key, plan.link.record_number, fields.empty() ? "-" : fields});
  }
  if (!pairs.empty()) out.table(pairs);
  Table left({{.title = "issue"}, {.title = "value"}, {.title = "reason"}, {.title = "detail", .may_wrap = true}});
  for (std::size_t i = 0; i < std::min(found.left.size(), kMostListed); ++i) {
    auto const& one = found.left[i];
    left.row({one.issue_key, one.value, one.reason, one.detail});
  }
  if (!left.empty()) {
    out.line("left alone:");
    out.table(left);
  }
  if (found.pairs.size() > kMostListed || found.left.size() > kMostListed) out.note("… and more: --output json has them all");
}

}  // namespace

Result<int> add_matching(Context& context, MatchingOptions const& options) {
  TANDEM_TRY(auto const rule, sync::parse_match(options.match));
  TANDEM_TRY(auto const session, LinkSession::open(context, !options.dry_run));
  TANDEM_TRY(auto const* const item, session->items.named(options.item));
  auto& out = context.out();
  TANDEM_TRY(auto found, sync::match_pairs(session->run, session->items.items, *item, rule, options.initial));
  auto report = to_json(found, options.dry_run);
  print(out, found);
  auto const summary = fmt::format("{} {} to link, {} left alone", found.pairs.size(), found.pairs.size() == 1 ? "pair" : "pairs",
                                   found.left.size());
  out.line(summary, Style::strong);
  if (options.dry_run || found.pairs.empty()) {
    out.result(report);
    return 0;
  }
  auto const most = static_cast<std::size_t>(item->compiled->item.brakes.max_updates);
  if (found.pairs.size() > most && !options.allow_mass_change) {
    return fail(
        Error{ErrorKind::refused,
              fmt::format("{} pairs are more than the item's brake allows in one go ({}); nothing was linked", found.pairs.size(),
                          most),
              {{"reason", std::string(code_of(Reason::brake))}, {"cure", "check the plan, then give --allow-mass-change"}}});
  }
  if (!options.yes && (out.json() || !can_ask())) {
    return fail(
        Error{ErrorKind::refused, fmt::format("{}; nothing was linked", summary), {{"cure", "check the plan, then give --yes"}}});
  }
  TANDEM_TRY(bool const yes, confirmed(context, "Link them?", options.yes));
  if (!yes) {
    out.note("nothing was changed");
    return 0;
  }
  auto const count = found.pairs.size();
  ProgressLine line(out);
  TANDEM_TRY(auto const done, sync::attach_many(session->run, std::move(found.pairs), [&](std::size_t linked) {
               line.show({"", sync::Work::links, linked, linked, count, 0});
             }));
  line.end();
  warn(context, *session);
  int code = done.stats.failed > 0 || done.stats.waiting > 0 ? exit_code(ErrorKind::remote) : 0;
  if (done.unreachable) {
    code = exit_code(done.unreachable->kind);
    out.warning(fmt::format("not all is done; run the command again: {}", done.unreachable->to_line()));
  }
  report.set("stats", done.stats.to_json());
  report.set("notes", notes_json(session->observer.notes));
  report.set("exit", code);
  out.result(report);
  out.line(fmt::format("{} marks written, {} issues updated", done.stats.marks, done.stats.updated));
  return code;
}

}  // namespace tandem::cli
