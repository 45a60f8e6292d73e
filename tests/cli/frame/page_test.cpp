// The dashboard's page: whole, escaped, asking nothing of anybody, and readable on a telephone. Seen in a real browser where one is installed.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>

#include "board/chart.hpp"
#include "board/page.hpp"
#include "folder.hpp"

using namespace tandem;
using namespace tandem::cli;
using namespace std::chrono_literals;

namespace {

Instant const kStart = *parse_instant("2026-11-23T06:00:00Z");
std::string const kHostile =
    "<script>alert(1)</script>\"'>&<img src=x onerror=y>\xf0\x9f\x90\x8d\xe2\x80\xae-and-a-name-without-any-blank-to-break-at";

sync::RunRecord cycle(int i) {
  sync::RunRecord run;
  run.id = std::to_string(i);
  run.started_at = kStart + i * 5min;
  run.duration = Millis{1500 + i % 7 * 900};
  run.requests = 40;
  run.items.push_back(
      {.item = "support-cases", .created = static_cast<std::uint64_t>(i % 3), .updated = 2, .records = 1, .comments = 1});
  run.items.back().skipped["before-baseline"] = 4;
  if (i % 50 == 7) run.items.back().failed = 3;
  if (i % 100 == 99) {
    run.exit = 5;
    run.error = "cannot connect to " + kHostile;
  }
  return run;
}

// A history of cycles five minutes apart. The newest is kept as a run keeps it, the others are put before it.
Board board_of(cli_test::Folder const& folder, int cycles) {
  auto store = store::LmdbStore::open(folder.path("state"), {.access = store::Access::read_write, .migrate = true});
  REQUIRE(store.has_value());
  mapping::StoredItem stored;
  stored.text = "{";  // of a newer version: shown all the same
  REQUIRE((*store)
              ->write([&](store::Writer& writer) -> Result<Unit> {
                TANDEM_CHECK(mapping::save_item(writer, "support-cases", stored));
                sync::Retry retry;
                retry.item = "support-cases";
                retry.record = "r1";
                retry.number = "CAS-01001-A1B2C3";
                retry.parked = true;
                retry.reason = "no-transition";
                retry.detail = kHostile;
                TANDEM_CHECK(sync::put_retry(writer, retry));
                sync::Held held;
                held.link = "l1";
                held.rule = "title";
                held.issue_key = "SUP-1";
                held.field = "summary";
                held.reason = "conflict";
                held.column_shown = kHostile;
                return sync::put_held(writer, held);
              })
              .has_value());
  if (cycles > 0) REQUIRE(sync::keep_run(**store, cycle(cycles - 1)).has_value());
  auto board = read_board(**store, "default", kStart + cycles * 5min);
  REQUIRE(board.has_value());
  for (int i = cycles - 2; i >= 0; --i) board->runs.push_back(cycle(i));
  board->schedule = schedule_of(board->runs, board->now);
  board->organisation = "https://contoso.crm4.dynamics.com";
  board->jira = "https://contoso.atlassian.net";
  return std::move(*board);
}

std::size_t times(std::string const& text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::string browser() {
  for (auto const* const name : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (std::filesystem::exists(name)) return name;
  }
  return {};
}

// What the browser made of a page: its document after all scripts.
std::string dumped(cli_test::Folder const& folder, std::string const& options, std::string const& page) {
  auto const command = fmt::format(
      "HOME={0} XDG_CONFIG_HOME={0} XDG_CACHE_HOME={0} timeout 100 {1} --headless --no-sandbox --disable-gpu "
      "--disable-dev-shm-usage "
      "--no-first-run --disable-background-networking --disable-component-update --allow-file-access-from-files "
      "--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir={0}/profile --virtual-time-budget=3000 {2} --dump-dom file://{3} "
      "2>/dev/null",
      folder.path(), browser(), options, page);
  std::string out;
  auto* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char piece[4096];
  while (auto const got = std::fread(piece, 1, sizeof piece, pipe)) out.append(piece, got);
  ::pclose(pipe);
  return out;
}

}  // namespace

TEST_CASE("the page holds two hundred cycles as bars, and is small") {
  cli_test::Folder const folder;
  auto const page = page_of(board_of(folder, 200), "tandem 0.1.0");
  CHECK(times(page, "<figure>") == 3);
  CHECK(times(page, "<g><title>") == 600);
  CHECK(page.size() < 300'000);
  for (auto const* const part :
       {"support-cases", "CAS-01001-A1B2C3", "4 to look at", "Cycle time", "longest 6s900ms", "at most 6 in a cycle",
        "cycles since 2026-11-23T06:00:00Z", "every 5m", "before-baseline", "no-transition",
        "<code>tandem sync-once --retry-parked</code>", "As of <time>2026-11-23T22:40:00Z</time>"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("nothing foreign becomes markup, and nothing in the page asks for anything [S2]") {
  cli_test::Folder const folder;
  auto const page = page_of(board_of(folder, 100), "tandem 0.1.0");
  CHECK(page.find(
            "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&amp;&lt;img src=x onerror=y&gt;\xf0\x9f\x90\x8d\\u{202e}") !=
        std::string::npos);
  for (auto const* const part :
       {"<script", "<img", "<a ", "<iframe", "<object", "@import", "url(", " style=", " on", "javascript:", " src="}) {
    // Texts are escaped: they cannot hold a quotation mark or an angle bracket that would open an attribute.
    CAPTURE(part);
    auto markup = std::string();
    bool inside = false;
    for (char const c : page) {
      inside = c == '<' || (inside && c != '>');
      if (inside) markup += c;
    }
    auto const style = page.substr(page.find("<style>"), page.find("</style>") - page.find("<style>"));
    CHECK((markup + style).find(part) == std::string::npos);
  }
  CHECK(times(page, "href=") == 1);
  CHECK(page.find("<link rel=\"icon\" href=\"data:,\">") != std::string::npos);
  CHECK(page.find("default-src 'none'; style-src 'sha256-") != std::string::npos);
}

TEST_CASE("a long history is joined into fewer bars that tell the same sums, an empty one has none") {
  cli_test::Folder const folder;
  auto const board = board_of(folder, 999);
  auto const all = points_of(board, 0);
  REQUIRE(all.size() == 999);
  for (std::size_t const most : {1U, 7U, 240U, 500U, 998U, 999U}) {
    auto const joined = points_of(board, most);
    CAPTURE(most, joined.size());
    CHECK(joined.size() <= most);
    CHECK(joined.size() * 3 > most);
    std::size_t cycles = 0;
    Totals totals;
    std::uint64_t stopped = 0;
    for (auto const& point : joined) {
      cycles += point.cycles;
      totals += point.totals;
      stopped += point.stopped;
    }
    CHECK(cycles == 999);
    CHECK(totals.changes() == totals_of(board).changes());
    CHECK(totals.failed == 60);
    CHECK(stopped == 9);
    CHECK(joined.back().to == all.back().to);
    CHECK(joined.front().from == all.front().from);
  }
  cli_test::Folder const none;
  auto const empty = board_of(none, 0);
  CHECK(points_of(empty).empty());
  auto const page = page_of(empty, "tandem 0.1.0");
  CHECK(page.find("<svg") == std::string::npos);
  CHECK(page.find("no cycle has run yet") != std::string::npos);
}

TEST_CASE("what webhooks changed between two cycles is counted with the later one") {
  Board board;
  for (int const minutes : {10, 5}) {
    sync::RunRecord run;
    run.started_at = kStart + std::chrono::minutes{minutes};
    board.runs.push_back(run);
  }
  for (int const minutes : {12, 7, 3}) {
    sync::RunRecord run;
    run.started_at = kStart + std::chrono::minutes{minutes};
    run.items.push_back({.item = "a", .records = static_cast<std::uint64_t>(minutes)});
    board.event_runs.push_back(run);
  }
  auto const points = points_of(board);
  REQUIRE(points.size() == 2);
  CHECK(points[0].totals.records == 3);
  CHECK(points[1].totals.records == 19);
}

TEST_CASE("a browser shows the page at 360 pixels without scrolling sideways, in light and dark, and asks nobody for anything") {
  if (browser().empty()) {
    std::puts("SKIPPED: no browser is installed (package chromium): the page was not looked at");
    return;
  }
  cli_test::Folder const folder;
  folder.write("page.html", page_of(board_of(folder, 200), "tandem 0.1.0"));
  // The page allows no script of its own: a page around it measures it.
  auto const around = folder.write("around.html", R"(<!DOCTYPE html><meta charset="utf-8"><title>measuring</title>
<iframe src="page.html" style="width:360px;height:800px;border:0"></iframe><iframe src="page.html" style="width:1200px;height:800px;border:0"></iframe>
<pre></pre><script>
addEventListener("load", () => {
  const out = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, window = frame.contentWindow;
    for (const part of page.querySelectorAll("details")) part.open = true;
    const wide = page.documentElement.clientWidth;
    const beyond = [...page.body.querySelectorAll("*")].filter(e => !e.closest("thead") && e.getBoundingClientRect().right > wide + 1).map(e => e.tagName);
    const style = window.getComputedStyle(page.body);
    out.push({wide, scrolls: page.documentElement.scrollWidth, beyond, ground: style.backgroundColor, ink: style.color,
      fetched: window.performance.getEntriesByType("resource").map(e => e.name), scripts: page.scripts.length, bars: page.querySelectorAll("svg g").length,
      high: page.querySelector("svg").getBoundingClientRect().height, title: page.title, text: page.body.innerText.replace(/\s+/g, " ")});
  }
  document.querySelector("pre").textContent = "BEGIN" + btoa(unescape(encodeURIComponent(JSON.stringify(out)))) + "END";
});
</script>)");
  for (bool const dark : {false, true}) {
    auto const dom = dumped(folder, fmt::format("--blink-settings=preferredColorScheme={}", dark ? 0 : 1), around);
    auto const from = dom.find("BEGIN", dom.find("<pre>"));
    auto const to = dom.find("END", from == std::string::npos ? 0 : from);
    CAPTURE(dark, dom.substr(0, 2000));
    REQUIRE(from != std::string::npos);
    auto const text = from_base64(dom.substr(from + 5, to - from - 5));
    REQUIRE(text.has_value());
    auto const seen = json::parse(*text);
    REQUIRE(seen.has_value());
    REQUIRE(seen->items().size() == 2);
    CHECK(seen->at(0)["wide"].integer().value_or(0) <= 360);
    for (auto const& one : seen->items()) {
      CAPTURE(*text);
      CHECK(one["scrolls"].integer().value_or(9999) <= one["wide"].integer().value_or(0));
      CHECK(one["beyond"].items().empty());
      CHECK(one["fetched"].items().empty());
      CHECK(one["scripts"].integer() == 0);
      CHECK(one["bars"].integer() == 600);
      CHECK(one["high"].integer().value_or(0) > 50);  // the style was let in by the page's own policy
      CHECK(one["ground"].text() == (dark ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)"));
      CHECK(one["title"].text() == "default: 4 to look at - tandem");
      for (auto const* const part :
           {"What to do", "1 record is parked, no-transition", "Cycle time longest 6s900ms", "Held until a person decides",
            "<script>alert(1)</script>\"'>&<img src=x onerror=y>\xf0\x9f\x90\x8d", "support-cases"}) {
        CAPTURE(part);
        CHECK(one["text"].text().find(part) != std::string::npos);
      }
    }
  }
}
