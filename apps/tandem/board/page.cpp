#include "board/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/mapping/reason.hpp>

#include "board/advice.hpp"
#include "board/chart.hpp"
#include "board/page_style.hpp"
#include "board/words.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostListed = 200;
constexpr std::size_t kMostCycles = 50;

// A table that becomes a list of cards where the window is narrow: each cell carries the title of its column.
class HtmlTable {
 public:
  explicit HtmlTable(std::vector<std::string> titles) : titles_(std::move(titles)) {}
  struct Cell {
    std::string text;
    std::string_view look{};  // "bad", "warning"
    Cell(std::string value, std::string_view style = {}) : text(std::move(value)), look(style) {}
    Cell(char const* value) : text(value) {}
    Cell(std::string_view value) : text(value) {}
  };
  void row(std::vector<Cell> const& cells) {
    if (++rows_ > kMostListed) return;
    body_ += "<tr role=\"row\">";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto const look = cells[i].look.empty() ? std::string() : fmt::format(" class=\"{}\"", cells[i].look);
      body_ += fmt::format("<td role=\"cell\" data-name=\"{}\"{}>{}</td>", escaped(titles_[i]), look, escaped(cells[i].text));
    }
    body_ += "</tr>\n";
  }
  [[nodiscard]] bool empty() const { return rows_ == 0; }
  [[nodiscard]] std::string html() const {
    std::string out = "<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">";
    for (auto const& title : titles_) out += fmt::format("<th role=\"columnheader\" scope=\"col\">{}</th>", escaped(title));
    out += "</tr></thead>\n<tbody role=\"rowgroup\">\n" + body_ + "</tbody></table>\n";
    if (rows_ > kMostListed)
      out += fmt::format("<p class=\"faint\">... and {} more: <code>tandem status --output json</code> has them all</p>\n",
                         rows_ - kMostListed);
    return out;
  }

 private:
  std::vector<std::string> titles_;
  std::string body_;
  std::size_t rows_ = 0;
};

std::string section(std::string_view title, std::string const& body) {
  return fmt::format("<h2>{}</h2>\n{}", escaped(title), body);
}

// Commands stand between backticks.
std::string with_code(std::string_view text) {
  std::string out;
  bool code = false;
  for (std::size_t from = 0; from <= text.size();) {
    auto const tick = std::min(text.find('`', from), text.size());
    out += escaped(text.substr(from, tick - from));
    if (tick < text.size()) out += (code = !code) ? "<code>" : "</code>";
    from = tick + 1;
  }
  return code ? out + "</code>" : out;
}

std::string head(Board const& board, std::vector<Advice> const& advice) {
  auto const serious = std::count_if(advice.begin(), advice.end(), [](auto const& one) { return one.gravity != Gravity::note; });
  auto const state = serious == 0 ? std::string("in order") : fmt::format("{} to look at", serious);
  auto const policy = fmt::format("default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
                                  to_base64(sha256(kPageStyle)));
  // The empty icon keeps browsers from asking the server for one.
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{}: {} - tandem</title>\n<style>{}</style>\n</head>\n",
      policy, escaped(board.connection), escaped(state), kPageStyle);
}

std::string banner(std::vector<Advice> const& advice) {
  auto const of = [&](Gravity gravity) {
    return static_cast<std::size_t>(
        std::count_if(advice.begin(), advice.end(), [&](auto const& one) { return one.gravity == gravity; }));
  };
  auto const bad = of(Gravity::bad);
  auto const warnings = of(Gravity::warning);
  if (bad + warnings == 0) return "<p class=\"banner\">All is in order.</p>\n";
  std::string text;
  if (bad > 0) text = counted(bad, "thing needs", "things need") + " a person";
  if (warnings > 0) text += (text.empty() ? "" : ", ") + counted(warnings, "warning", "warnings");
  return fmt::format("<p class=\"banner {}\">{}</p>\n", name_of(bad > 0 ? Gravity::bad : Gravity::warning), escaped(text));
}

std::string advice_list(std::vector<Advice> const& advice) {
  if (advice.empty()) return {};
  std::string out = "<ul class=\"advice\">\n";
  for (auto const& one : advice) {
    out += fmt::format("<li><p><b class=\"{0}\">{0}</b> {1}</p><p class=\"faint\">{2}</p></li>\n", name_of(one.gravity),
                       with_code(one.what), with_code(one.todo));
  }
  return section("What to do", out + "</ul>\n");
}

std::string facts(Board const& board) {
  std::string out = "<dl class=\"facts\">\n";
  auto const fact = [&](std::string_view name, std::string const& text, std::string_view look = {}) {
    out += fmt::format("<div><dt>{}</dt><dd{}>{}</dd></div>\n", escaped(name),
                       look.empty() ? "" : fmt::format(" class=\"{}\"", look), with_code(text));
  };
  auto const* const run = board.last_run();
  fact("Last cycle", last_cycle_text(board), run != nullptr && run->exit != 0 ? "bad" : "");
  fact("Next cycle", next_cycle_text(board), board.schedule.late ? "warning" : "");
  fact("Outbox", outbox_text(board));
  fact("Parked", parked_text(board), board.parked() > 0 ? "bad" : "");
  fact("Held", held_text(board), board.held.empty() ? "" : "bad");
  for (auto const& expiry : board.expiries)
    fact("Credentials", expiry_text(expiry), expiry.days && *expiry.days <= kWarnDays ? "warning" : "");
  fact("Dataverse limits", dataverse_limit_text(board));
  fact("Jira limits", jira_limit_text(board));
  fact("History", history_text(board));
  return out + "</dl>\n";
}

std::string charts(Board const& board) {
  if (board.runs.empty()) return {};
  std::string out = "<div class=\"charts\">\n";
  auto const all = charts_of(board);
  for (std::size_t i = 0; i < all.size(); ++i) {
    out += i + 1 == all.size() ? "<div class=\"failures\">" : "<div>";
    out += to_svg(all[i]) + "</div>\n";
  }
  return section("Cycles", out + "</div>\n");
}

std::string skipped_text(BoardItem const& item) {
  std::string out;
  if (!item.last) return out;
  for (auto const& [code, count] : item.last->part.skipped) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, code);
  return out;
}

std::string items(Board const& board) {
  HtmlTable table({"item", "mode", "enabled", "baseline", "links", "lag", "waiting", "parked", "last run", "result", "skipped"});
  for (auto const& item : board.items) {
    auto const* const run = item.last ? &board.runs[item.last->run] : nullptr;
    auto result = item.last ? summary_line(item.last->part, false) : std::string();
    if (auto const name = item.name + ": "; result.starts_with(name)) result.erase(0, name.size());
    result.resize(std::min(result.find("; "), result.size()));  // reasons have their own column
    table.row({item.name,
               item.item ? mapping::name_of(item.item->mode) : std::string_view("?"),
               item.stored.enabled ? "yes" : "no",
               baseline_text(item),
               std::to_string(item.links),
               lag_text(board, item),
               std::to_string(item.waiting()),
               {std::to_string(item.parked()), item.parked() > 0 ? "bad" : ""},
               run != nullptr && run->started_at ? to_rfc3339_seconds(*run->started_at) : "never",
               result,
               skipped_text(item)});
  }
  return table.empty() ? std::string() : section("Items", table.html());
}

// What the reasons mean that the items were skipped for.
std::string reasons(Board const& board) {
  HtmlTable table({"reason", "meaning", "what to do"});
  std::vector<std::string> told;
  for (auto const& item : board.items) {
    if (!item.last) continue;
    for (auto const& [code, count] : item.last->part.skipped) {
      if (std::find(told.begin(), told.end(), code) != told.end()) continue;
      told.push_back(code);
      auto const reason = reason_named(code);
      if (reason) table.row({code, text_of(*reason).sentence, text_of(*reason).cure});
    }
  }
  return table.empty() ? std::string() : section("Why records were skipped", table.html());
}

std::string trouble(Board const& board) {
  HtmlTable table({"item", "record", "state", "tries", "next try", "reason", "detail"});
  for (auto const& item : board.items) {
    for (auto const& retry : item.retries) {
      table.row({item.name,
                 retry.number,
                 {retry.parked ? "parked" : "waiting", retry.parked ? "bad" : ""},
                 std::to_string(retry.tries),
                 retry.parked || !retry.next ? "" : to_rfc3339_seconds(*retry.next),
                 retry.reason,
                 retry.detail});
    }
  }
  for (auto const& intent : board.intents) {
    table.row({intent.item, intent.number, "unsettled", "", "", code_of(Reason::open_intent),
               "the next run finds out whether it was executed"});
  }
  return table.empty() ? std::string() : section("Parked and waiting", table.html());
}

std::string held(Board const& board) {
  HtmlTable table({"issue", "record", "field", "reason", "in Dynamics", "in Jira"});
  for (auto const& one : board.held)
    table.row({one.issue_key, one.number, one.field, one.reason, one.column_shown, one.field_shown});
  return table.empty() ? std::string() : section("Held until a person decides", table.html());
}

std::string cycles(Board const& board) {
  if (board.runs.empty()) return {};
  HtmlTable table({"started", "took", "requests", "created", "updated", "records", "copied", "failed", "exit", "error"});
  auto const shown = std::min(board.runs.size(), kMostCycles);
  for (std::size_t i = 0; i < shown; ++i) {
    auto const& run = board.runs[i];
    Totals totals;
    totals.add(run);
    table.row({run.started_at ? to_rfc3339_seconds(*run.started_at) : "unknown",
               to_text(run.duration),
               std::to_string(run.requests),
               std::to_string(totals.created),
               std::to_string(totals.updated),
               std::to_string(totals.records),
               std::to_string(totals.copied),
               {std::to_string(totals.failed), totals.failed > 0 ? "bad" : ""},
               {std::to_string(run.exit), run.exit != 0 ? "bad" : ""},
               run.error});
  }
  return fmt::format("<h2>Last cycles</h2>\n<details><summary>the last {}</summary>\n{}</details>\n", shown, table.html());
}

}  // namespace

std::string page_of(Board const& board, std::string_view version) {
  auto const advice = advice_of(board);
  std::string out = head(board, advice);
  out += fmt::format("<body>\n<h1>{}</h1>\n<p class=\"faint\">{} &lt;-&gt; {}</p>\n", escaped(board.connection),
                     escaped(board.organisation.empty() ? "not set up" : board.organisation),
                     escaped(board.jira.empty() ? "not set up" : board.jira));
  out += banner(advice) + advice_list(advice);
  out += section("State", facts(board));
  out += charts(board) + items(board) + trouble(board) + held(board) + reasons(board) + cycles(board);
  out += fmt::format("<footer><p>As of <time>{}</time>, {}. Times are UTC.</p></footer>\n</body>\n</html>\n",
                     to_rfc3339_seconds(board.now), escaped(version));
  return out;
}

}  // namespace tandem::cli
