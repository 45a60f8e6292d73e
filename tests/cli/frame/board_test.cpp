// The dashboard's pure parts: when the next cycle is due, what is to be looked at, and how it reads.
#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

#include <tandem/base/json/write.hpp>

#include "board/advice.hpp"
#include "board/show.hpp"
#include "board/words.hpp"
#include "cli/screen.hpp"

using namespace tandem;
using namespace tandem::cli;
using namespace std::chrono_literals;

namespace {

Instant const kStart = *parse_instant("2026-11-23T06:00:00Z");

// Runs of all items that started so many seconds after kStart.
std::vector<sync::RunRecord> runs_at(std::vector<int> const& seconds) {
  std::vector<sync::RunRecord> runs;
  for (auto at = seconds.rbegin(); at != seconds.rend(); ++at) {
    sync::RunRecord run;
    run.id = std::to_string(*at);
    run.started_at = kStart + std::chrono::seconds{*at};
    runs.push_back(run);
  }
  return runs;
}

Board board_at(Millis after) {
  Board board;
  board.connection = "default";
  board.organisation = "https://contoso.crm4.dynamics.com";
  board.jira = "https://contoso.atlassian.net";
  board.now = kStart + after;
  BoardItem item;
  item.name = "support-cases";
  item.item.emplace();
  item.item->mode = mapping::Mode::two_way;
  board.items.push_back(item);
  return board;
}

std::string said(Board const& board) {
  std::string all;
  for (auto const& one : advice_of(board)) all += std::string(name_of(one.gravity)) + ": " + one.what + " => " + one.todo + "\n";
  return all;
}

bool says(Board const& board, std::string const& text) { return said(board).find(text) != std::string::npos; }

std::string printed(Board const& board, std::size_t width) {
  std::string text;
  Redactor redactor;
  Output out(
      {.width = width}, [&](std::string_view piece) { text += piece; }, [](std::string_view) {}, redactor);
  print_board(out, board);
  return text;
}

}  // namespace

TEST_CASE("when the next cycle is due is read off the distances of the last ones, and unknown where they tell nothing") {
  struct Row {
    std::vector<int> starts;  // seconds
    std::optional<Millis> every;
    std::optional<int> next;  // seconds
    std::string unknown;
  };
  auto const row = GENERATE(values<Row>({
      {{}, {}, {}, "no cycle has run yet"},
      {{0, 300, 600}, {}, {}, "too few cycles have run to tell how often they come"},
      {{0, 300, 600, 900}, 300s, 1200, ""},
      {{0, 301, 599, 902, 1200}, 300s, 1500, ""},  // cron's jitter
      {{0, 300, 600, 900, 1043}, 300s, 1200, ""},  // the last one by hand: the timer goes on
      {{0, 300, 600, 700, 900, 1200, 1500}, 300s, 1800, ""},  // one by hand in between
      {{0, 300, 600, 900, 6300, 6600, 6900}, 300s, 7200, ""},  // the machine was off for a while
      {{0, 300, 600, 900, 1200, 9000}, 300s, 9300, ""},  // and has just come back
      {{0, 20, 300, 310, 4000, 9000}, {}, {}, "cycles come at no regular distance"},
      {{0, 0, 0, 0, 0}, {}, {}, "too few cycles have run to tell how often they come"},  // one server second
      {{0, 2, 4, 6, 8}, 2s, 10, ""},
  }));
  CAPTURE(row.starts);
  auto const schedule = schedule_of(runs_at(row.starts), kStart);
  CHECK(schedule.every == row.every);
  CHECK(schedule.unknown == row.unknown);
  CHECK(schedule.next == (row.next ? std::optional<Instant>(kStart + std::chrono::seconds{*row.next}) : std::nullopt));
  CHECK_FALSE(schedule.late);
}

TEST_CASE("runs of one issue or of some items are no schedule, and a missing cycle is late after a whole distance") {
  auto runs = runs_at({0, 300, 600, 900, 950, 960, 970, 1200});
  for (auto const id : {"950", "960"}) {
    std::find_if(runs.begin(), runs.end(), [&](auto const& run) { return run.id == id; })->scope = sync::RunScope::issue;
  }
  std::find_if(runs.begin(), runs.end(), [](auto const& run) { return run.id == "970"; })->scope = sync::RunScope::items;
  CHECK(schedule_of(runs, kStart + 1500s).next == kStart + 1500s);
  CHECK_FALSE(schedule_of(runs, kStart + 1800s).late);
  CHECK(schedule_of(runs, kStart + 1801s).late == Millis{301s});
  // A machine whose clock is behind says nothing.
  CHECK_FALSE(schedule_of(runs, kStart - 24h).late);
}

TEST_CASE("each thing that is amiss has its line with what to do about it, and nothing amiss has none") {
  auto board = board_at(10min);
  CHECK(said(board).empty());

  SECTION("not set up, no items, none enabled") {
    board.items.front().stored.enabled = false;
    CHECK(says(board, "warning: no item is enabled => `tandem items enable NAME`"));
    board.items.clear();
    board.organisation.clear();
    CHECK(says(board, "bad: the connection is not set up => `tandem auth set`"));
    CHECK(says(board, "note: no items yet"));
  }
  SECTION("the last run") {
    sync::RunRecord run;
    run.exit = 4;
    run.error = "AADSTS7000222: the client secret is expired";
    board.runs.push_back(run);
    CHECK(says(board, "bad: the last run ended with 4: AADSTS7000222: the client secret is expired => renew the credential"));
    board.runs.front().exit = 6;
    board.runs.front().error.clear();
    CHECK(says(board, "warning: the last run ended with 6: finished, but"));
  }
  SECTION("late and behind") {
    board.schedule = schedule_of(runs_at({0, 300, 600, 900}), kStart + 1h);
    CHECK(says(board, "warning: a cycle was due 40m ago and none has ended since 2026-11-23T06:15:00Z"));
    board.items.front().last_read = ItemPart{};
    board.items.front().last_read->part.behind = 12min;
    CHECK(says(board, "warning: support-cases is 12m behind => the next cycles go on"));
    CHECK(lag_text(board, board.items.front()) == "12m");
  }
  SECTION("parked by reason, held, waiting, unsettled") {
    for (auto const* const reason : {"no-transition", "no-transition", "from-a-newer-tandem"}) {
      sync::Retry retry;
      retry.parked = true;
      retry.reason = reason;
      board.items.front().retries.push_back(retry);
    }
    board.items.front().retries.emplace_back();
    board.intents.emplace_back();
    board.held.emplace_back();
    CHECK(says(board, "bad: 2 records are parked, no-transition: "));
    CHECK(says(board, "bad: 1 record is parked, from-a-newer-tandem => Then: `tandem sync-once --retry-parked`"));
    CHECK(says(board,
               "bad: 1 field is held until a person decides => `tandem link resolve ISSUE --field FIELD --take dynamics|jira`"));
    CHECK(says(board, "note: 1 record waits for another try"));
    CHECK(says(board, "note: of 1 write it is not known whether it was executed"));
    CHECK(board.exit() == 6);
    CHECK(said(board).find("bad: ") < said(board).find("note: "));
  }
  SECTION("the outbox") {
    board.events = 3;
    board.oldest_event = board.now - 5min;
    CHECK(says(board, "note: 3 events wait in the outbox => nothing: the next run handles them"));
    board.oldest_event = board.now - 2h;
    CHECK(says(board, "warning: 3 events wait in the outbox, the first for 2h => `tandem sync-once`"));
  }
  SECTION("credentials [A10]") {
    auto const [days, line] = GENERATE(table<std::int64_t, std::string>({
        {31, ""},
        {30,
         "warning: the client secret expires on 2026-12-24 (in 30 days) => make a new one, then `tandem auth set "
         "--client-secret-stdin --client-secret-expires DATE`"},
        {1, "warning: the client secret expires on 2026-12-24 (in 1 day)"},
        {0, "warning: the client secret expires on 2026-12-24 (in 0 days)"},
        {-1, "bad: the client secret expired on 2026-12-24"},
    }));
    board.expiries.push_back(
        {"the client secret", "--client-secret-expires", "tandem auth set --client-secret-stdin", "2026-12-24", days});
    board.expiries.push_back({"the Jira token", "--jira-token-expires", "tandem auth set --jira-token-stdin", "", {}});
    CHECK((line.empty() ? said(board).empty() : says(board, line)));
    CHECK(expiry_text(board.expiries.back()) ==
          "when the Jira token expires is not known (tell it with `tandem auth set --jira-token-expires DATE`)");
  }
  SECTION("limits") {
    board.dataverse_limit = {.left = 4000, .least = 299, .seconds = 1100};
    board.jira_limit = {.left = 3249, .of = 65000, .points = true};
    CHECK(says(board, "warning: little was left of what Dataverse allows"));
    CHECK(says(board, "warning: little was left of what Jira allows"));
    board.dataverse_limit = {.left = 4000, .least = 300, .seconds = 60, .refused = 2};
    board.jira_limit = {.left = 1, .of = 100};  // of a second's at one endpoint: no cause for worry
    CHECK(says(board, "note: Dataverse refused 2 requests as too many in one run"));
    CHECK_FALSE(says(board, "Jira"));
    CHECK(dataverse_limit_text(board) ==
          "4000 requests (at least 300) and 1m of execution left of 5 minutes' worth; 2 requests were refused as too many");
    CHECK(jira_limit_text(board) == "1 of 100 requests left of a second's, at one endpoint");
  }
}

TEST_CASE("times read as people tell them, and say nothing of a moment that this machine has not reached") {
  auto const [millis, text] = GENERATE(table<std::int64_t, std::string>({{0, "0s"},
                                                                         {999, "0s"},
                                                                         {45'999, "45s"},
                                                                         {60'000, "1m"},
                                                                         {61'000, "1m 1s"},
                                                                         {7'500'000, "2h 5m"},
                                                                         {3'605'000, "1h"},
                                                                         {86'400'000, "1d"},
                                                                         {97'200'000, "1d 3h"},
                                                                         {-5, "0s"}}));
  CHECK(coarse(Millis{millis}) == text);
  CHECK(ago(kStart, kStart + 3min) == "3m ago");
  CHECK(ago(kStart, kStart + 4s) == "just now");
  CHECK(ago(kStart, kStart - 6s).empty());
}

TEST_CASE("the board fits 80 columns in plain characters, whatever names it has to show") {
  auto board = board_at(1h);
  board.runs = runs_at({0, 300, 600, 900});
  board.runs.front().items.push_back({.item = "support-cases", .created = 3, .skipped = {{"before-baseline", 12}}});
  board.items.front().last = board.items.front().last_read = ItemPart{0, board.runs.front().items.front()};
  board.items.front().stored.baseline = kStart;
  board.schedule = schedule_of(board.runs, board.now);
  board.dataverse_limit = {.left = 5990, .seconds = 1189};
  board.expiries.push_back(
      {"the client secret", "--client-secret-expires", "tandem auth set --client-secret-stdin", "2026-12-01", 8});
  sync::Retry retry;
  retry.item = "support-cases";
  retry.number = "CAS-01001-A1B2C3";
  retry.parked = true;
  retry.tries = 5;
  retry.reason = "no-transition";
  retry.detail = "no transition of SUP-12 leads to \"Done\": Open -> In progress, \x1b[2J and \xe2\x80\xae more of it";
  board.items.front().retries.push_back(retry);
  auto const text = printed(board, 80);
  CAPTURE(text);
  for (auto const* const part : {"last cycle", "next cycle", "every 5m", "outbox", "parked", "held", "credentials",
                                 "Dataverse limits", "support-cases", "two-way", "CAS-01001-A1B2C3", "3 created"})
    CHECK(text.find(part) != std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
    CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  }
  // In a pipe each row is one line.
  auto const piped = printed(board, 0);
  CHECK(piped.find("support-cases  two-way") != std::string::npos);
  CHECK(piped.find("12 before-baseline") != std::string::npos);
  CHECK(piped.find("default: https://contoso.crm4.dynamics.com <-> https://contoso.atlassian.net\n") != std::string::npos);
  auto const json = board_json(board);
  for (auto const* const member : {"connection", "items", "unsettled", "eventsWaiting", "parked", "held", "warnings", "lastRun",
                                   "exit", "schedule", "outbox", "credentials", "limits", "history", "advice"})
    CHECK(json.find(member) != nullptr);
}

TEST_CASE("what has no room on a watched terminal is left out at its end, and said so") {
  auto const [text, columns, rows, shown] = GENERATE(table<std::string, std::size_t, std::size_t, std::string>({
      {"a\nb\nc\n", 80, 3, "a\nb\nc\n"},
      {"a\nb\nc\n", 80, 24, "a\nb\nc\n"},
      {"a\nb\nc\nd\n", 80, 3, "a\nb\n... 2 more lines: make the window higher\n"},
      {"a\nb\n", 80, 1, "... 2 more lines: make the window higher\n"},
      {"a\nb\n", 5, 1, "... 2\n"},
      {"aaaaaa\nb\nc\n", 5, 4, "aaaaaa\nb\nc\n"},  // one line in two rows
      {"aaaaaa\nb\nc\n", 5, 3, "aaaaaa\n... 2\n"},
      {"a\nbbbbbbbbbbb\nc\n", 5, 3, "a\n... 2\n"},
      {"\x1b[31maaaaa\x1b[0m\nb\n", 5, 2, "\x1b[31maaaaa\x1b[0m\nb\n"},  // colours have no width
      {"", 80, 24, ""},
  }));
  CAPTURE(text, columns, rows);
  CHECK(fitted(text, {columns, rows}) == shown);
}
