#include "board/chart.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::cli {

namespace {

constexpr double kWidth = 720, kHeight = 120;

std::uint64_t stopped_in(sync::RunRecord const& run) {
  std::uint64_t count = 0;
  bool told = false;  // an item that stopped has told the run's error itself
  for (auto const& part : run.items) {
    if (part.error.empty()) continue;
    ++count;
    told = told || part.error == run.error;
  }
  return count + (run.error.empty() || run.stopped || told ? 0 : 1);
}

CyclePoint point_of(sync::RunRecord const& run) {
  CyclePoint point{run.started_at, run.started_at, 1, run.duration, {}, stopped_in(run)};
  point.totals.add(run);
  return point;
}

void join(CyclePoint& into, CyclePoint const& next) {
  if (!into.from) into.from = next.from;
  if (next.to) into.to = next.to;
  into.cycles += next.cycles;
  into.longest = std::max(into.longest, next.longest);
  into.totals += next.totals;
  into.stopped += next.stopped;
}

std::string when(CyclePoint const& point) {
  if (!point.from || !point.to) return "at an unknown time";
  if (point.cycles == 1) return to_rfc3339_seconds(*point.from);
  return fmt::format("{} to {}, {} cycles", to_rfc3339_seconds(*point.from), to_rfc3339_seconds(*point.to), point.cycles);
}

std::string short_time(Millis duration) {
  return duration < std::chrono::seconds{10} ? to_text(std::chrono::round<Millis>(duration)) : coarse(duration);
}

// Two digits after the point are a hundredth of a screen's dot.
std::string number(double value) {
  auto text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

double height_of(Bar const& bar) {
  double sum = 0;
  for (auto const part : bar.parts) sum += part;
  return sum;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text::printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::vector<CyclePoint> points_of(Board const& board, std::size_t most) {
  std::vector<CyclePoint> all;
  auto event = board.event_runs.rbegin();
  for (auto run = board.runs.rbegin(); run != board.runs.rend(); ++run) {
    auto point = point_of(*run);
    // What webhooks brought since the cycle before belongs to the same stretch of time.
    while (event != board.event_runs.rend() &&
           (!event->started_at || !run->started_at || *event->started_at <= *run->started_at)) {
      point.totals.add(*event);
      point.stopped += stopped_in(*event);
      ++event;
    }
    all.push_back(point);
  }
  for (; event != board.event_runs.rend() && !all.empty(); ++event) {
    all.back().totals.add(*event);
    all.back().stopped += stopped_in(*event);
  }
  if (most == 0 || all.size() <= most) return all;
  auto const together = (all.size() + most - 1) / most;
  std::vector<CyclePoint> joined;
  // From the newest on, so that the last bar is as full as the others.
  auto const odd = all.size() % together;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 0 || (i + together - odd) % together == 0) {
      joined.push_back(all[i]);
    } else {
      join(joined.back(), all[i]);
    }
  }
  return joined;
}

std::string to_svg(Chart const& chart) {
  std::string out =
      fmt::format("<figure><figcaption><b>{}</b> <span>{}</span></figcaption>\n", escaped(chart.name), escaped(chart.scale));
  double top = 0;
  for (auto const& bar : chart.bars) top = std::max(top, height_of(bar));
  out += fmt::format(
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}: {} bars, {}; {} to {}\">\n", kWidth,
      kHeight, escaped(chart.name), chart.bars.size(), escaped(chart.scale), escaped(chart.first), escaped(chart.last));
  out += fmt::format("<path class=\"grid\" d=\"M0 .5H{0}M0 {1}H{0}M0 {2}H{0}\"/>\n", kWidth, kHeight / 2, kHeight - .5);
  // A few bars stay bars and do not become walls.
  auto const step = std::min(kWidth / static_cast<double>(std::max<std::size_t>(chart.bars.size(), 1)), kWidth / 24);
  auto const wide = step * (chart.bars.size() > 120 ? .95 : .8);
  auto x = kWidth - step * static_cast<double>(chart.bars.size());
  for (auto const& bar : chart.bars) {
    out += fmt::format("<g><title>{}</title><rect class=\"hit\" x=\"{}\" y=\"0\" width=\"{}\" height=\"{}\"/>",
                       escaped(bar.title), number(x), number(step), kHeight);
    auto y = kHeight;
    for (std::size_t i = 0; i < bar.parts.size() && top > 0; ++i) {
      if (bar.parts[i] <= 0) continue;
      auto const high = std::max(bar.parts[i] / top * kHeight, 1.0);
      y = std::max(y - high, 0.0);
      out += fmt::format("<rect class=\"s{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", i, number(x), number(y),
                         number(wide), number(high));
    }
    out += "</g>\n";
    x += step;
  }
  out +=
      fmt::format("</svg>\n<p class=\"axis\"><span>{}</span> <span>{}</span></p>\n", escaped(chart.first), escaped(chart.last));
  if (chart.series.size() > 1) {
    out += "<ul class=\"legend\">";
    for (std::size_t i = 0; i < chart.series.size(); ++i)
      out += fmt::format("<li class=\"k{}\">{}</li>", i, escaped(chart.series[i]));
    out += "</ul>\n";
  }
  return out + "</figure>\n";
}

std::array<Chart, 3> charts_of(Board const& board) {
  auto const points = points_of(board);
  Chart time{.name = "Cycle time", .scale = {}, .series = {"time"}, .bars = {}, .first = {}, .last = {}};
  Chart changes{.name = "Changes",
                .scale = {},
                .series = {"issues created", "issues updated", "records updated", "comments, notes and files"},
                .bars = {},
                .first = {},
                .last = {}};
  Chart failures{.name = "Failures",
                 .scale = {},
                 .series = {"records failed", "runs and items stopped"},
                 .bars = {},
                 .first = {},
                 .last = {}};
  Millis longest{0};
  std::uint64_t most = 0;
  std::uint64_t failed = 0;
  auto const count = [](std::uint64_t value) { return static_cast<double>(value); };
  for (auto const& point : points) {
    auto const& totals = point.totals;
    longest = std::max(longest, point.longest);
    most = std::max(most, totals.changes());
    failed += totals.failed + point.stopped;
    time.bars.push_back({{static_cast<double>(point.longest.count())},
                         fmt::format("{}: {}{}", when(point), point.cycles > 1 ? "longest " : "", short_time(point.longest))});
    changes.bars.push_back({{count(totals.created), count(totals.updated), count(totals.records), count(totals.copied)},
                            fmt::format("{}: {} created, {} issues and {} records updated, {} copied", when(point),
                                        totals.created, totals.updated, totals.records, totals.copied)});
    failures.bars.push_back({{count(totals.failed), count(point.stopped)},
                             fmt::format("{}: {} failed, {} stopped", when(point), totals.failed, point.stopped)});
  }
  time.scale = "longest " + short_time(longest);
  changes.scale =
      points.size() < board.runs.size() ? fmt::format("at most {} in a bar", most) : fmt::format("at most {} in a cycle", most);
  failures.scale = failed == 0 ? "none" : fmt::format("{} in all", failed);
  std::array<Chart, 3> charts{std::move(time), std::move(changes), std::move(failures)};
  for (auto& chart : charts) {
    if (points.empty()) continue;
    if (points.front().from) chart.first = to_rfc3339_seconds(*points.front().from);
    if (points.back().to) chart.last = to_rfc3339_seconds(*points.back().to);
  }
  return charts;
}

}  // namespace tandem::cli
