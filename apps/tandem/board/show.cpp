#include "board/show.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/reason.hpp>

#include "board/advice.hpp"
#include "board/words.hpp"
#include "cli/fold.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostListed = 200;

json::Value time_or_null(std::optional<Instant> at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }
json::Value millis_or_null(std::optional<Millis> millis) {
  return millis ? json::Value(std::int64_t{millis->count()}) : json::Value();
}

Style style_of(Gravity gravity) {
  return gravity == Gravity::bad ? Style::bad : gravity == Gravity::warning ? Style::warning : Style::plain;
}

void print_facts(Output& out, Board const& board) {
  Table facts({{.title = "what"}, {.title = "now", .may_wrap = true}});
  auto const* const run = board.last_run();
  facts.row({"last cycle", {last_cycle_text(board), run != nullptr && run->exit != 0 ? Style::bad : Style::plain}})
      .row({"next cycle", {next_cycle_text(board), board.schedule.late ? Style::warning : Style::plain}})
      .row({"outbox", outbox_text(board)})
      .row({"parked", {parked_text(board), board.parked() > 0 ? Style::bad : Style::plain}})
      .row({"held", {held_text(board), board.held.empty() ? Style::plain : Style::bad}});
  for (auto const& expiry : board.expiries) {
    bool const soon = expiry.days && *expiry.days <= kWarnDays;
    facts.row({"credentials", {expiry_text(expiry), soon ? Style::warning : Style::plain}});
  }
  facts.row({"Dataverse limits", dataverse_limit_text(board)}).row({"Jira limits", jira_limit_text(board)});
  facts.row({"history", history_text(board)});
  out.table(facts);
}

// `text` folded, at `indent`; the lines after the first one at four blanks more.
void print_folded(Output& out, std::string const& text, std::size_t indent, Style style) {
  auto const width = out.options().width;
  auto lines = width > 2 * (indent + 4) ? paragraph(text, width - indent - 4) : text + "\n";
  auto at = indent;
  while (!lines.empty()) {
    auto const end = lines.find('\n');
    out.line(std::string(at, ' ') + lines.substr(0, end), style);
    lines.erase(0, end + 1);
    at = indent + 4;
  }
}

void print_advice(Output& out, Board const& board) {
  auto const advice = advice_of(board);
  if (advice.empty()) return;
  out.line("to look at:", Style::strong);
  for (auto const& one : advice) {
    print_folded(out, std::string(name_of(one.gravity)) + ": " + text::printable(one.what), 2, style_of(one.gravity));
    print_folded(out, "-> " + text::printable(one.todo), 6, Style::plain);
  }
  out.line("");
}

void print_items(Output& out, Board const& board) {
  if (board.items.empty()) return;
  Table table({{.title = "item"},
               {.title = "mode"},
               {.title = "enabled"},
               {.title = "links", .right = true},
               {.title = "lag"},
               {.title = "waiting", .right = true},
               {.title = "parked", .right = true},
               {.title = "last run", .may_wrap = true},
               {.title = "baseline", .may_wrap = true},
               {.title = "result", .may_wrap = true}});
  for (auto const& item : board.items) {
    auto const* const run = item.last ? &board.runs[item.last->run] : nullptr;
    table.row({item.name,
               item.item ? mapping::name_of(item.item->mode) : std::string_view("?"),
               item.stored.enabled ? "yes" : "no",
               std::to_string(item.links),
               lag_text(board, item),
               std::to_string(item.waiting()),
               {std::to_string(item.parked()), item.parked() > 0 ? Style::bad : Style::plain},
               run != nullptr && run->started_at ? to_rfc3339_seconds(*run->started_at) : "never",
               baseline_text(item),
               item.last ? summary_line(item.last->part, false) : ""});
  }
  out.line("");
  out.table(table);
}

void print_trouble(Output& out, Board const& board) {
  Table trouble({{.title = "item"},
                 {.title = "record"},
                 {.title = "state"},
                 {.title = "tries", .right = true},
                 {.title = "next try"},
                 {.title = "reason"},
                 {.title = "detail", .may_wrap = true}});
  std::size_t listed = 0;
  for (auto const& item : board.items) {
    for (auto const& retry : item.retries) {
      if (listed++ >= kMostListed) continue;
      trouble.row({item.name, retry.number, retry.parked ? "parked" : "waiting", std::to_string(retry.tries),
                   retry.parked || !retry.next ? "" : to_rfc3339_seconds(*retry.next), retry.reason, retry.detail});
    }
  }
  for (auto const& intent : board.intents) {
    if (listed++ >= kMostListed) continue;
    trouble.row({intent.item, intent.number, "unsettled", "", "", std::string(code_of(Reason::open_intent)),
                 "the next run finds out whether it was executed"});
  }
  Table held({{.title = "issue"},
              {.title = "record"},
              {.title = "field held"},
              {.title = "reason"},
              {.title = "in Dynamics", .may_wrap = true},
              {.title = "in Jira", .may_wrap = true}});
  for (auto const& one : board.held) {
    if (listed++ >= kMostListed) continue;
    held.row({one.issue_key, one.number, one.field, one.reason, one.column_shown, one.field_shown});
  }
  for (auto const* const table : {&trouble, &held}) {
    if (table->empty()) continue;
    out.line("");
    out.table(*table);
  }
  if (listed > kMostListed) out.line(fmt::format("... and {} more: --output json has them all", listed - kMostListed));
}

json::Value item_json(Board const& board, BoardItem const& item) {
  json::Array retries;
  for (auto const& retry : item.retries) retries.push_back(retry.to_json());
  json::Object out{{"name", item.name},
                   {"enabled", item.stored.enabled},
                   {"baseline", baseline_text(item)},
                   {"links", static_cast<std::uint64_t>(item.links)},
                   {"watermark", time_or_null(item.watermark)},
                   {"retries", std::move(retries)},
                   {"lastRun", item.last ? item.last->part.to_json() : json::Value()},
                   {"lastRunAt", item.last ? time_or_null(board.runs[item.last->run].started_at) : json::Value()},
                   {"lagMs", millis_or_null(lag_of(item))},
                   {"parked", static_cast<std::uint64_t>(item.parked())},
                   {"waiting", static_cast<std::uint64_t>(item.waiting())}};
  if (item.item) {
    out.set("mode", mapping::name_of(item.item->mode));
    out.set("project", item.item->project);
    out.set("entity", item.item->entity);
  }
  return out;
}

json::Value schedule_json(Board const& board) {
  auto const& schedule = board.schedule;
  return json::Object{{"lastAt", time_or_null(schedule.last)},
                      {"nextAt", time_or_null(schedule.next)},
                      {"everyMs", millis_or_null(schedule.every)},
                      {"lateMs", millis_or_null(schedule.late)},
                      {"unknown", schedule.unknown}};
}

}  // namespace

void print_board(Output& out, Board const& board) {
  auto const left =
      fmt::format("connection {}: {}", board.connection, board.organisation.empty() ? "not set up" : board.organisation);
  auto const right = "<-> " + (board.jira.empty() ? "not set up" : board.jira);
  auto const width = out.options().width;
  if (width == 0 || text::display_width(left) + 1 + text::display_width(right) <= width) {
    out.line(left + " " + right, Style::strong);
  } else {
    out.line(left, Style::strong);
    out.line("  " + right, Style::strong);
  }
  print_advice(out, board);  // first: a low window shows it too
  print_facts(out, board);
  print_items(out, board);
  print_trouble(out, board);
}

json::Object board_json(Board const& board) {
  json::Array items;
  for (auto const& item : board.items) items.push_back(item_json(board, item));
  json::Array held;
  for (auto const& one : board.held) held.push_back(one.to_json());
  json::Array warnings;
  json::Array credentials;
  for (auto const& expiry : board.expiries) {
    if (expiry.days && *expiry.days <= kWarnDays) warnings.emplace_back(expiry_text(expiry));
    credentials.push_back(json::Object{{"what", expiry.what},
                                       {"expires", expiry.days ? json::Value(expiry.date) : json::Value()},
                                       {"daysLeft", expiry.days ? json::Value(*expiry.days) : json::Value()}});
  }
  json::Array advice;
  for (auto const& one : advice_of(board))
    advice.push_back(json::Object{{"gravity", name_of(one.gravity)}, {"what", one.what}, {"todo", one.todo}});
  auto const limit = [](http::LimitSeen const& seen) { return seen.told() ? seen.to_json() : json::Value(); };
  auto const totals = totals_of(board);
  return json::Object{
      {"connection", board.connection},
      {"items", std::move(items)},
      {"unsettled", static_cast<std::uint64_t>(board.intents.size() + board.open_conversations)},
      {"eventsWaiting", static_cast<std::uint64_t>(board.events)},
      {"parked", static_cast<std::uint64_t>(board.parked())},
      {"held", std::move(held)},
      {"warnings", std::move(warnings)},
      {"lastRun", board.runs.empty() ? json::Value() : board.runs.front().to_json()},
      {"exit", board.exit()},
      {"organisation", board.organisation},
      {"jira", board.jira},
      {"schedule", schedule_json(board)},
      {"outbox",
       json::Object{{"waiting", static_cast<std::uint64_t>(board.events)}, {"firstAt", time_or_null(board.oldest_event)}}},
      {"credentials", std::move(credentials)},
      {"limits", json::Object{{"dataverse", limit(board.dataverse_limit)}, {"jira", limit(board.jira_limit)}}},
      {"history", json::Object{{"cycles", static_cast<std::uint64_t>(board.runs.size())},
                               {"since", board.runs.empty() ? json::Value() : time_or_null(board.runs.back().started_at)},
                               {"created", totals.created},
                               {"updated", totals.updated},
                               {"records", totals.records},
                               {"copied", totals.copied},
                               {"failed", totals.failed}}},
      {"advice", std::move(advice)}};
}

}  // namespace tandem::cli
