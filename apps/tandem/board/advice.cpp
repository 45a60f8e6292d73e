#include "board/advice.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/mapping/reason.hpp>

#include "board/words.hpp"
#include "cli/exit.hpp"

namespace tandem::cli {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kFewRequests = 300, kFewSeconds = 60;  // of 6000 and 1200 in five minutes
constexpr std::int64_t kPart = 20;  // of Jira's points: less than one in so many is little
constexpr Millis kPatience = std::chrono::hours{1};  // with events, where the distance of cycles is not known

using List = std::vector<Advice>;

void of_set_up(Board const& board, List& out) {
  if (board.organisation.empty()) out.push_back({Gravity::bad, "the connection is not set up", "`tandem auth set`"});
  if (board.items.empty()) {
    out.push_back({Gravity::note, "no items yet", "`tandem items draft` writes a file, `tandem items apply -f FILE` takes it"});
  } else if (std::none_of(board.items.begin(), board.items.end(), [](auto const& item) { return item.stored.enabled; })) {
    out.push_back({Gravity::warning, "no item is enabled", "`tandem items enable NAME`"});
  }
  for (auto const& item : board.items) {
    if (!item.item)
      out.push_back(
          {Gravity::bad, fmt::format("{} cannot be read by this version", item.name), "upgrade tandem, or apply its file again"});
  }
}

// What a run met is said until a run goes without it.
void of_last_run(Board const& board, List& out) {
  auto const* const run = board.last_run();
  if (run != nullptr && run->exit != 0) {
    auto const said = run->error.empty() ? std::string(meaning_of_exit(run->exit).meaning) : run->error;
    bool const failed = run->exit == exit_code(ErrorKind::remote);
    out.push_back({failed ? Gravity::warning : Gravity::bad, fmt::format("the last run ended with {}: {}", run->exit, said),
                   failed ? "what failed is listed here, and tried again by itself until it is parked"
                          : std::string(meaning_of_exit(run->exit).cure)});
  }
  for (auto const& item : board.items) {
    if (!item.last || item.last->part.error.empty()) continue;
    out.push_back({Gravity::bad, fmt::format("{} stopped: {}", item.name, item.last->part.error),
                   fmt::format("put it right, then `tandem sync-once --item {}`", item.name)});
  }
}

void of_time(Board const& board, List& out) {
  auto const& schedule = board.schedule;
  if (schedule.late) {
    out.push_back({Gravity::warning,
                   fmt::format("a cycle was due {} ago and none has ended since {}", coarse(*schedule.late),
                               schedule.last ? to_rfc3339_seconds(*schedule.last) : "then"),
                   "unless one is at work: look at what starts them, `crontab -l` or `systemctl list-timers`"});
  }
  for (auto const& item : board.items) {
    auto const lag = lag_of(item);
    if (!item.stored.enabled || !item.synchronised() || !lag || *lag < 1s) continue;
    out.push_back({Gravity::warning, fmt::format("{} is {} behind", item.name, coarse(*lag)),
                   "the next cycles go on from there; a longer --deadline reads more at once"});
  }
}

void of_records(Board const& board, List& out) {
  std::map<std::string, std::size_t> parked;
  std::size_t waiting = 0;
  for (auto const& item : board.items) {
    for (auto const& retry : item.retries) retry.parked ? ++parked[retry.reason] : ++waiting;
  }
  for (auto const& [code, count] : parked) {
    auto const reason = reason_named(code);
    auto const what = fmt::format("{}, {}{}{}", counted(count, "record is parked", "records are parked"), code,
                                  reason ? ": " : "", reason ? text_of(*reason).sentence : "");
    auto const cure = reason ? std::string(text_of(*reason).cure) + " " : std::string();
    out.push_back({Gravity::bad, what, cure + "Then: `tandem sync-once --retry-parked`"});
  }
  if (!board.held.empty()) {
    out.push_back({Gravity::bad, counted(board.held.size(), "field is held", "fields are held") + " until a person decides",
                   "`tandem link resolve ISSUE --field FIELD --take dynamics|jira`"});
  }
  if (waiting > 0)
    out.push_back(
        {Gravity::note, counted(waiting, "record waits", "records wait") + " for another try", "nothing: a later cycle tries"});
  if (board.intents.size() + board.open_conversations > 0) {
    out.push_back({Gravity::note,
                   "of " + counted(board.intents.size() + board.open_conversations, "write", "writes") +
                       " it is not known whether it was executed",
                   "nothing: the next run finds out"});
  }
}

void of_outbox(Board const& board, List& out) {
  if (board.events == 0) return;
  auto const patience = board.schedule.every ? *board.schedule.every * 2 : kPatience;
  bool const old = board.oldest_event && board.now - *board.oldest_event > patience;
  auto const what = counted(board.events, "event waits", "events wait") + " in the outbox";
  if (old) {
    out.push_back({Gravity::warning, fmt::format("{}, the first for {}", what, coarse(board.now - *board.oldest_event)),
                   "`tandem sync-once` handles them, or says why it cannot"});
  } else {
    out.push_back({Gravity::note, what, "nothing: the next run handles them"});
  }
}

void of_limit(std::string_view service, http::LimitSeen const& seen, bool low, List& out) {
  auto const advice = "other programs under this account count too; runs further apart or a smaller --jobs ask for less";
  if (seen.refused > 0) {
    out.push_back({Gravity::note,
                   fmt::format("{} refused {} as too many in one run", service, counted(seen.refused, "request", "requests")),
                   std::string("nothing is lost, they were repeated; ") + advice});
  } else if (low) {
    out.push_back({Gravity::warning, fmt::format("little was left of what {} allows", service), advice});
  }
}

void of_access(Board const& board, List& out) {
  for (auto const& expiry : board.expiries) {
    if (!expiry.days || *expiry.days > kWarnDays) continue;
    out.push_back({*expiry.days < 0 ? Gravity::bad : Gravity::warning, expiry_text(expiry),
                   fmt::format("make a new one, then `{}{}`", expiry.renew,
                               expiry.option.empty() ? "" : fmt::format(" {} DATE", expiry.option))});
  }
  auto const& dataverse = board.dataverse_limit;
  of_limit("Dataverse", dataverse,
           dataverse.least.value_or(kFewRequests) < kFewRequests || dataverse.seconds.value_or(kFewSeconds) < kFewSeconds, out);
  auto const& jira = board.jira_limit;
  of_limit("Jira", jira, jira.near || (jira.points && jira.of && jira.left && *jira.left < *jira.of / kPart), out);
}

}  // namespace

std::string_view name_of(Gravity gravity) {
  switch (gravity) {
    case Gravity::bad: return "bad";
    case Gravity::warning: return "warning";
    case Gravity::note: return "note";
  }
  return "";
}

std::vector<Advice> advice_of(Board const& board) {
  List out;
  of_set_up(board, out);
  of_last_run(board, out);
  of_time(board, out);
  of_records(board, out);
  of_outbox(board, out);
  of_access(board, out);
  std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.gravity < b.gravity; });
  return out;
}

}  // namespace tandem::cli
