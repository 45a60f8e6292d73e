#include "board/words.hpp"

#include <array>

#include <fmt/format.h>

namespace tandem::cli {

namespace {

using namespace std::chrono_literals;

struct UnitOfTime {
  std::int64_t seconds;
  std::string_view name;
};
constexpr std::array<UnitOfTime, 4> kUnits{{{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}};

std::string with_ago(Instant then, Instant now) {
  auto const passed = ago(then, now);
  return to_rfc3339_seconds(then) + (passed.empty() ? "" : " (" + passed + ")");
}

std::string refused_text(http::LimitSeen const& seen) {
  return seen.refused == 0 ? "" : fmt::format("; {} refused as too many", counted(seen.refused, "request was", "requests were"));
}

std::string seen_at(Board const& board, http::LimitSeen const& seen) {
  auto const passed = seen.at ? ago(*seen.at, board.now) : std::string();
  return passed.empty() ? "" : " (" + passed + ")";
}

}  // namespace

std::string coarse(Millis duration) {
  auto left = std::chrono::floor<std::chrono::seconds>(duration).count();
  if (left < 1) return "0s";
  std::string out;
  int parts = 0;
  for (auto const& unit : kUnits) {
    auto const count = left / unit.seconds;
    left %= unit.seconds;
    if (count == 0 && parts == 0) continue;
    if (count > 0) out += fmt::format("{}{}{}", out.empty() ? "" : " ", count, unit.name);
    if (++parts == 2) break;
  }
  return out;
}

std::string ago(Instant then, Instant now) {
  auto const passed = now - then;
  if (passed < -5s) return {};
  return passed < 5s ? "just now" : coarse(passed) + " ago";
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string last_cycle_text(Board const& board) {
  auto const* const run = board.last_run();
  if (run == nullptr) return "none yet";
  auto text = run->started_at ? with_ago(*run->started_at, board.now) : std::string("at an unknown time");
  text += fmt::format(", took {}, {}", run->duration < 10s ? to_text(run->duration) : coarse(run->duration),
                      counted(run->requests, "request", "requests"));
  if (run->scope == sync::RunScope::items) text += ", some items only";
  if (run->scope == sync::RunScope::issue) text += ", one issue only";
  if (run->stopped) text += ", stopped before its end";
  return text + fmt::format(", ended with {}", run->exit);
}

std::string next_cycle_text(Board const& board) {
  auto const& schedule = board.schedule;
  if (!schedule.next || !schedule.every) return "unknown: " + schedule.unknown;
  auto text = fmt::format("about {}, one every {}", to_rfc3339_seconds(*schedule.next), coarse(*schedule.every));
  if (schedule.late) text += fmt::format("; {} late", coarse(*schedule.late));
  return text;
}

std::string outbox_text(Board const& board) {
  if (board.events == 0) return "empty";
  auto text = counted(board.events, "event waits", "events wait");
  if (board.oldest_event) text += ", the first since " + with_ago(*board.oldest_event, board.now);
  return text;
}

std::string parked_text(Board const& board) {
  return board.parked() == 0 ? "none" : counted(board.parked(), "record", "records");
}

std::string held_text(Board const& board) { return board.held.empty() ? "none" : counted(board.held.size(), "field", "fields"); }

std::string expiry_text(Expiry const& expiry) {
  if (!expiry.days) {
    auto const tell = expiry.option.empty() ? "" : fmt::format(" (tell it with `tandem auth set {} DATE`)", expiry.option);
    return fmt::format("when {} expires is not known{}", expiry.what, tell);
  }
  if (*expiry.days < 0) return fmt::format("{} expired on {}", expiry.what, expiry.date);
  return fmt::format("{} expires on {} (in {})", expiry.what, expiry.date,
                     counted(static_cast<std::uint64_t>(*expiry.days), "day", "days"));
}

std::string dataverse_limit_text(Board const& board) {
  auto const& seen = board.dataverse_limit;
  if (!seen.told()) return "not told";
  std::string text;
  if (seen.left) {
    text = counted(static_cast<std::uint64_t>(*seen.left), "request", "requests");
    if (seen.least && *seen.least < *seen.left) text += fmt::format(" (at least {})", *seen.least);
  }
  if (seen.seconds)
    text += fmt::format("{}{} of execution", text.empty() ? "" : " and ", coarse(std::chrono::seconds{*seen.seconds}));
  text = text.empty() ? "how much is left was not told" : text + " left of 5 minutes' worth";
  return text + refused_text(seen) + seen_at(board, seen);
}

std::string jira_limit_text(Board const& board) {
  auto const& seen = board.jira_limit;
  if (!seen.told()) return "not told";
  std::string text = "how much is left was not told";
  if (seen.left) {
    text = seen.of ? fmt::format("{} of {} {} left", *seen.left, *seen.of, seen.points ? "points" : "requests")
                   : fmt::format("{} {} left", *seen.left, seen.points ? "points" : "requests");
    text += seen.points ? " of the hour's" : " of a second's, at one endpoint";
    if (seen.least && *seen.least < *seen.left) text += fmt::format(" (at least {})", *seen.least);
  }
  if (seen.points && seen.resets) text += ", all again at " + to_rfc3339_seconds(*seen.resets);
  if (seen.near) text += "; Jira says that little is left";
  return text + refused_text(seen) + seen_at(board, seen);
}

std::optional<Millis> lag_of(BoardItem const& item) {
  if (!item.last_read) return std::nullopt;
  auto const& part = item.last_read->part;
  if (part.behind) return part.behind;
  return part.complete ? std::optional(Millis{0}) : std::nullopt;
}

std::string lag_text(Board const&, BoardItem const& item) {
  if (!item.stored.enabled || !item.synchronised()) return "";
  if (!item.last_read) return "not read yet";
  auto const lag = lag_of(item);
  if (!lag) return "unknown";
  return *lag < Millis{1000} ? "none" : coarse(*lag);
}

std::string baseline_text(BoardItem const& item) { return item.stored.baseline ? to_rfc3339(*item.stored.baseline) : "all"; }

void Totals::add(sync::RunRecord const& run) {
  for (auto const& part : run.items) {
    created += part.created + part.adopted;
    updated += part.updated;
    records += part.records;
    copied += part.comments + part.notes + part.files;
    failed += part.failed;
  }
}

Totals& Totals::operator+=(Totals const& more) {
  created += more.created;
  updated += more.updated;
  records += more.records;
  copied += more.copied;
  failed += more.failed;
  return *this;
}

Totals totals_of(Board const& board) {
  Totals totals;
  for (auto const& run : board.runs) totals.add(run);
  for (auto const& run : board.event_runs) totals.add(run);
  return totals;
}

std::string history_text(Board const& board) {
  if (board.runs.empty()) return "none yet";
  auto const totals = totals_of(board);
  auto const since = board.runs.back().started_at;
  return fmt::format("{}{}: {} created, {} and {} updated, {}, {} failed", counted(board.runs.size(), "cycle", "cycles"),
                     since ? " since " + to_rfc3339_seconds(*since) : "", counted(totals.created, "issue", "issues"),
                     counted(totals.updated, "issue", "issues"), counted(totals.records, "record", "records"),
                     counted(totals.copied, "comment or file", "comments and files"), totals.failed);
}

}  // namespace tandem::cli
