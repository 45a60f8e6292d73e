#include "report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace bench {

namespace {

double each_millis(Seconds time, double units) { return time.count() * 1000 / std::max(units, 1.0); }

Measured const& median(Result const& result) { return result.runs[result.runs.size() / 2]; }

std::string ratio(double value, double floor) { return floor > 0 ? fmt::format("{:.2f}", value / floor) : "–"; }

void print_row(Result const& result) {
  auto const& middle = median(result);
  auto const floor = middle.floor.value_or(Floor{});
  auto const requests = static_cast<double>(middle.all_requests());
  fmt::print("| {} | {} | {} | {:.0f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.3f} | {:.1f} | {:.0f} | {} |\n", result.name,
             ratio(requests, floor.requests), ratio(middle.wall.count(), floor.time.count()), middle.units, middle.wall.count(),
             each_millis(middle.wall, middle.units), each_millis(result.runs.front().wall, middle.units),
             each_millis(result.runs.back().wall, middle.units), each_millis(middle.cpu, middle.units),
             static_cast<double>(middle.peak_kilobytes) / 1024, requests, middle.throttled);
}

double median_figure(Result const& result, std::size_t which) {
  std::vector<double> values;
  for (auto const& run : result.runs) values.push_back(run.figures[which].value);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string mark_of(Figure const& figure) {
  if (figure.most) return fmt::format("at most {:g}", *figure.most);
  return figure.least ? fmt::format("at least {:g}", *figure.least) : "";
}

void print_figures(Result const& result) {
  for (std::size_t i = 0; i < median(result).figures.size(); ++i) {
    auto figure = median(result).figures[i];
    figure.value = median_figure(result, i);
    fmt::print("| {} | {} | {:.4g} | {} | {} |\n", result.name, figure.name, figure.value, mark_of(figure),
               figure.holds() ? "yes" : "**no**");
  }
}

void print_requests(Result const& result) {
  for (auto const& [request, count] : median(result).requests) fmt::print("| {} | {} | {} |\n", result.name, request, count);
}

}  // namespace

void print_report(std::vector<Result> results) {
  for (auto& result : results) {
    std::sort(result.runs.begin(), result.runs.end(), [](auto const& a, auto const& b) { return a.wall < b.wall; });
  }
  fmt::print("Median of {} runs. Requests and time as multiples of the floor; milliseconds and CPU for each unit.\n\n",
             results.front().runs.size());
  fmt::print(
      "| workload | requests | time | units | s | ms each | fastest | slowest | CPU ms each | MB | requests | 429 |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (auto const& result : results) print_row(result);
  fmt::print("\n| workload | figure | measured | mark | holds |\n|---|---|---|---|---|\n");
  for (auto const& result : results) print_figures(result);
  fmt::print("\n| workload | requests by kind | |\n|---|---|---|\n");
  for (auto const& result : results) print_requests(result);
}

}  // namespace bench
