#include "sync_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/conversation/plan.hpp>

namespace tandem::cli {

namespace {

// Enough for every reason to be seen without a 20,000-record run filling memory and screen.
constexpr std::size_t kMostListed = 1000;

std::string one_line(std::string_view text, std::size_t most) {
  std::string flat;
  for (char const c : text) flat += c == '\n' || c == '\r' ? ' ' : c;
  auto const cut = text::cut_code_points(flat, most);
  return cut.size() == flat.size() ? flat : std::string(cut) + "…";
}

json::Value skipped_json(sync::Skipped const& skipped) {
  return json::Object{{"item", skipped.item},       {"record", skipped.record},          {"number", skipped.number},
                      {"issue", skipped.issue_key}, {"reason", code_of(skipped.reason)}, {"detail", skipped.detail}};
}

json::Value to_json(link::Link const& link, sync::conversation::Plan const& plan) {
  json::Array changes;
  for (auto const& change : plan.changes) {
    if (change.step == sync::conversation::Step::keep) continue;
    changes.push_back(json::Object{{"step", name_of(change.step)},
                                   {"note", change.twin.note},
                                   {"jira", change.twin.jira},
                                   {"part", static_cast<std::int64_t>(change.part)},
                                   {"before", change.before},
                                   {"after", change.shown},
                                   {"bytes", change.size}});
  }
  json::Array left;
  for (auto const& one : plan.left) {
    left.push_back(json::Object{{"kind", link::name_of(one.kind)},
                                {"side", link::name_of(one.side)},
                                {"id", one.id},
                                {"reason", code_of(one.report.reason)},
                                {"detail", one.report.detail}});
  }
  return json::Object{{"action", "conversation"},     {"item", link.item},       {"record", link.record},
                      {"number", link.record_number}, {"issue", link.issue_key}, {"changes", std::move(changes)},
                      {"left", std::move(left)}};
}

std::string subject_of(sync::Skipped const& skipped) {
  std::string subject = skipped.item + " " + (skipped.number.empty() ? skipped.record : skipped.number);
  return skipped.issue_key.empty() ? subject : subject + " / " + skipped.issue_key;
}

}  // namespace

std::string summary_line(sync::ItemRun const& stats, bool dry_run) {
  auto line = dry_run ? fmt::format("{}: {} to create, {} to update, {} unchanged", stats.item, stats.created, stats.updated,
                                    stats.unchanged)
                      : fmt::format("{}: {} created, {} updated, {} unchanged, {} failed", stats.item, stats.created,
                                    stats.updated, stats.unchanged, stats.failed);
  if (stats.records > 0)
    line +=
        fmt::format(", {} {} {}", stats.records, stats.records == 1 ? "record" : "records", dry_run ? "to update" : "updated");
  if (stats.held > 0) line += fmt::format(", {} held", stats.held);
  if (stats.broken > 0) line += fmt::format(", {} {} broken", stats.broken, stats.broken == 1 ? "link" : "links");
  auto const copied = [&](std::uint64_t n, std::string_view one, std::string_view many) {
    if (n > 0) line += fmt::format(", {} {}{}", n, n == 1 ? one : many, dry_run ? " to copy" : "");
  };
  copied(stats.comments, "comment", "comments");
  copied(stats.notes, "note", "notes");
  copied(stats.files, "file", "files");
  if (stats.adopted > 0) line += fmt::format(", {} adopted", stats.adopted);
  if (stats.waiting > 0) line += fmt::format(", {} waiting to be settled", stats.waiting);
  if (stats.values_left > 0) line += fmt::format(", {} values not written", stats.values_left);
  for (auto const& [code, count] : stats.skipped) line += fmt::format("; {} {}", count, code);
  if (stats.older > 0) {
    line += fmt::format("; {} older {} {} (make issues of them with `tandem items apply -f FILE --baseline all`)", stats.older,
                        stats.older == 1 ? "record is" : "records are", code_of(Reason::before_baseline));
  }
  if (stats.behind) line += fmt::format("; {} behind", to_text(std::chrono::floor<std::chrono::seconds>(*stats.behind)));
  return line;
}

Output::About about(sync::Skipped const& one) {
  return {{"item", one.item},
          {"record", one.record},
          {"number", one.number},
          {"issue", one.issue_key},
          {"reason", std::string(code_of(one.reason))}};
}

void SyncReport::run_started(std::string const& run) {
  DigestObserver::run_started(run);
  out_.set_run(run);
}

void SyncReport::item_started(std::string const& item) { progress_.say(fmt::format("{}: reading what changed", item)); }

void SyncReport::planned(sync::Plan const& plan) {
  DigestObserver::planned(plan);
  if (!dry_run_) return;
  bool const changes = !plan.changes.empty() || (plan.status && !plan.status->left);
  if (changes) ++changes_;
  if (!changes && !plan.status && plan.left.empty() && plan.held.empty()) return;
  if (out_.json()) {
    plans_.push_back(sync::to_json(plan));
    return;
  }
  if (!changes && plan.held.empty() && !plan.status) return;
  print(plan);
}

void SyncReport::print(sync::Plan const& plan) {
  using sync::Side;
  if (plan.action == sync::Action::create_issue) {
    out_.line(fmt::format("create issue for {}: {}", plan.number, one_line(plan.title, 100)), Style::strong);
  } else if (plan.changes.empty() && !plan.held.empty()) {
    out_.line(fmt::format("hold {} and {}: {}", plan.issue_key, plan.number, one_line(plan.title, 100)), Style::strong);
  }
  for (auto const side : {Side::jira, Side::dynamics}) {
    if (plan.changes_of(side) == 0) continue;
    bool const jira = side == Side::jira;
    if (plan.action != sync::Action::create_issue) {
      out_.line(fmt::format("update {} from {}: {}", jira ? plan.issue_key : plan.number, jira ? plan.number : plan.issue_key,
                            one_line(plan.title, 100)),
                Style::strong);
    }
    for (auto const& change : plan.changes) {
      if (change.side == side) print(plan, change);
    }
  }
  if (plan.status) print(plan, *plan.status);
  for (auto const& field : plan.held) {
    out_.line(fmt::format("    {} held, {}: Dynamics has \"{}\", Jira has \"{}\"", field.field, code_of(field.report.reason),
                          one_line(field.column_shown, 100), one_line(field.field_shown, 100)),
              Style::warning);
  }
  for (auto const& field : plan.left) {
    if (field.report.reason == Reason::no_change) continue;
    out_.line(
        fmt::format("    {} left alone, {}: {}", field.field, code_of(field.report.reason), one_line(field.report.detail, 200)),
        Style::faint);
  }
}

void SyncReport::print(sync::Plan const& plan, sync::StatusChange const& status) {
  bool const jira = status.side == sync::Side::jira;
  if (status.left) {
    out_.line(fmt::format("leave the status of {} and {}: Dynamics has \"{}\", Jira has \"{}\"", plan.issue_key, plan.number,
                          one_line(status.dynamics, 100), one_line(status.jira, 100)),
              Style::strong);
    out_.line(fmt::format("    {}: {}", code_of(status.left->reason), one_line(status.left->detail, 200)), Style::faint);
    return;
  }
  if (plan.changes_of(status.side) == 0) {
    out_.line(fmt::format("update {} from {}: {}", jira ? plan.issue_key : plan.number, jira ? plan.number : plan.issue_key,
                          one_line(plan.title, 100)),
              Style::strong);
  }
  out_.line(fmt::format("    status: {} -> {}", one_line(status.before, 150), one_line(status.after, 150)));
}

void SyncReport::print(sync::Plan const& plan, sync::FieldChange const& change) {
  auto const& name = change.side == sync::Side::jira ? change.field : change.column;
  out_.line(plan.action == sync::Action::create_issue
                ? fmt::format("    {} = {}", name, one_line(change.after, 300))
                : fmt::format("    {}: {} -> {}", name, one_line(change.before, 150), one_line(change.after, 150)));
  for (auto const& report : change.reports) {
    out_.line(fmt::format("      {}: {}", code_of(report.reason), one_line(report.detail, 200)), Style::warning);
  }
}

void SyncReport::planned_conversation(link::Link const& link, sync::conversation::Plan const& plan) {
  DigestObserver::planned_conversation(link, plan);
  if (!dry_run_ || plan.writes() + plan.left.size() == 0) return;
  changes_ += plan.writes();
  if (out_.json()) {
    plans_.push_back(to_json(link, plan));
    return;
  }
  if (plan.writes() == 0) return;
  out_.line(fmt::format("conversation of {} and {}", link.record_number, link.issue_key), Style::strong);
  for (auto const& change : plan.changes) {
    if (change.step == sync::conversation::Step::keep) continue;
    out_.line(fmt::format("    {}: {}", name_of(change.step), one_line(change.shown, 150)));
    for (auto const& report : change.reports) {
      out_.line(fmt::format("      {}: {}", code_of(report.reason), one_line(report.detail, 200)), Style::warning);
    }
  }
  for (auto const& left : plan.left) {
    out_.line(fmt::format("    left alone, {}: {}", code_of(left.report.reason), one_line(left.report.detail, 200)),
              Style::faint);
  }
}

void SyncReport::skipped(sync::Skipped const& skipped) {
  if (skipped_.size() < kMostListed) skipped_.push_back(skipped_json(skipped));
  // What waits or was refused wants a person's eye; an ordinary reason is in the summary's count.
  bool const notable = skipped.reason == Reason::open_intent || skipped.reason == Reason::link_note_refused ||
                       skipped.reason == Reason::remote_link_refused;
  if (!notable) return;
  auto const& text = text_of(skipped.reason);
  out_.warning(fmt::format("{}: {}: {}{}", subject_of(skipped), text.code,
                           skipped.detail.empty() ? std::string(text.sentence) : skipped.detail,
                           text.cure == "Nothing." ? "" : fmt::format(" ({})", text.cure)),
               about(skipped));
}

void SyncReport::failed(sync::Skipped const& failed) {
  DigestObserver::failed(failed);
  if (failed_.size() < kMostListed) failed_.push_back(skipped_json(failed));
  out_.warning(
      fmt::format("{}: {}: {} ({})", subject_of(failed), code_of(failed.reason), failed.detail, text_of(failed.reason).cure),
      about(failed));
}

void SyncReport::held(sync::Skipped const& held) {
  DigestObserver::held(held);
  if (held_.size() < kMostListed) held_.push_back(skipped_json(held));
  out_.warning(
      fmt::format("{}: held, {}: {} ({})", subject_of(held), code_of(held.reason), held.detail, text_of(held.reason).cure),
      about(held));
}

void SyncReport::item_finished(sync::ItemRun const& stats) {
  progress_.end();
  auto const summary = summary_line(stats, dry_run_);
  // Under cron a line for each item every five minutes would be a mail every five minutes.
  if (!out_.quiet() || dry_run_) out_.line(summary);
  auto counts = stats.to_json();
  counts.set("event", dry_run_ ? "planned_item" : "finished_item");
  out_.summary(summary, counts.members());
  if (!stats.error.empty()) out_.warning(fmt::format("{}: {}", stats.item, stats.error), {{"item", stats.item}});
}

json::Value to_json(sync::event::EventOutcome const& outcome) {
  auto const& hint = outcome.waiting.hint;
  return json::Object{{"issue", outcome.issue_key},
                      {"issueId", hint.issue},
                      {"kinds", json::Array(hint.kinds.begin(), hint.kinds.end())},
                      {"outcome", name_of(outcome.end)},
                      {"reason", outcome.reason ? json::Value(code_of(*outcome.reason)) : json::Value()},
                      {"detail", outcome.detail},
                      {"items", json::Array(outcome.items.begin(), outcome.items.end())}};
}

std::string to_line(sync::event::EventOutcome const& outcome) {
  auto const& hint = outcome.waiting.hint;
  std::string kinds;
  for (auto const& kind : hint.kinds) kinds += (kinds.empty() ? "" : ",") + kind;
  auto const subject = !outcome.issue_key.empty() ? outcome.issue_key : !hint.issue.empty() ? "issue " + hint.issue : "a file";
  auto line = fmt::format("{} {}: {}", subject, kinds, name_of(outcome.end));
  if (outcome.reason) {
    auto const& text = text_of(*outcome.reason);
    line += fmt::format(", {}: {}", text.code, outcome.detail.empty() ? std::string(text.sentence) : outcome.detail);
  } else if (!outcome.detail.empty()) {
    line += ": " + outcome.detail;
  }
  return line;
}

void SyncReport::event_handled(sync::event::EventOutcome const& outcome) {
  DigestObserver::event_handled(outcome);
  ++(outcome.end == sync::event::End::queued ? events_waiting_ : events_handled_);
  if (events_.size() < kMostListed) events_.push_back(to_json(outcome));
  if (dry_run_) out_.line("event " + to_line(outcome));
}

void SyncReport::finish(sync::RunRecord const& run) {
  if (events_handled_ + events_waiting_ > 0 && (!out_.quiet() || dry_run_))
    out_.line(fmt::format("events: {} handled, {} waiting", events_handled_, events_waiting_));
  if (run.stopped) out_.note("stopped before the end: the next run continues");
  // An item that stopped has told its error itself.
  bool const told = std::any_of(run.items.begin(), run.items.end(), [&](auto const& item) { return item.error == run.error; });
  if (!run.error.empty() && !run.stopped && !told) out_.warning(run.error);
  if (!out_.json()) return;
  auto report = run.to_json();
  report.set("dryRun", dry_run_);
  if (dry_run_) report.set("plans", std::move(plans_));
  report.set("skipped", std::move(skipped_));
  report.set("failed", std::move(failed_));
  report.set("held", std::move(held_));
  report.set("events", std::move(events_));
  out_.result(report);
}

}  // namespace tandem::cli
