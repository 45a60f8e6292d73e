// tandem_bench [--tandem PROGRAM] [--folder DIR] [--runs N] [--list] [WORKLOAD…]
//
// Prints a table: per workload the median of N runs (5), the fastest and the slowest. A name may be a beginning: W13 runs all of W13.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "bench.hpp"

namespace {

constexpr std::string_view kUsage =
    "usage: tandem_bench [--tandem PROGRAM] [--folder DIR] [--runs N] [--list] [WORKLOAD…]\n"
    "Measures named workloads and prints the median of N runs (5). Without a name: all of them.\n";

struct Options {
  std::string tandem, folder;
  int runs = 5;
  bool list = false, help = false;
  std::vector<std::string> names;
};

bool read(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    std::string_view const arg = argv[i];
    bool const takes = arg == "--tandem" || arg == "--folder" || arg == "--runs";
    if (takes && i + 1 == argc) return false;
    if (arg == "--tandem") {
      options.tandem = argv[++i];
    } else if (arg == "--folder") {
      options.folder = argv[++i];
    } else if (arg == "--runs") {
      std::string_view const number = argv[++i];
      auto const done = std::from_chars(number.data(), number.data() + number.size(), options.runs);
      if (done.ec != std::errc{} || options.runs < 1 || options.runs > 1000) return false;
    } else if (arg == "--list") {
      options.list = true;
    } else if (arg == "--help" || arg == "-h") {
      options.help = true;
    } else if (arg.starts_with('-')) {
      return false;
    } else {
      options.names.emplace_back(arg);
    }
  }
  return true;
}

bool wanted(bench::Workload const& workload, std::vector<std::string> const& names) {
  return names.empty() ||
         std::any_of(names.begin(), names.end(), [&](auto const& name) { return workload.name.starts_with(name); });
}

void measure(bench::Workload const& workload, Options const& options) {
  std::vector<bench::Measured> runs;
  for (int i = 0; i < options.runs; ++i) {
    auto const folder = std::filesystem::path(options.folder) / fmt::format("{}-{}", workload.name, i);
    std::filesystem::create_directories(folder);
    runs.push_back(workload.run({options.tandem, folder.string()}));
    std::filesystem::remove_all(folder);
  }
  std::sort(runs.begin(), runs.end(), [](auto const& a, auto const& b) { return a.wall / a.units < b.wall / b.units; });
  auto const& middle = runs[runs.size() / 2];
  auto const each = [](bench::Seconds time, double units) { return time.count() * 1000 / units; };
  fmt::print("{:<24} {:>9.0f} {:>12.3f} {:>12.3f} {:>12.3f} {:>12.3f} {:>12.0f}  {}\n", workload.name, middle.units,
             each(middle.wall, middle.units), each(runs.front().wall, runs.front().units),
             each(runs.back().wall, runs.back().units), each(middle.cpu, middle.units), middle.units / middle.wall.count(),
             workload.what);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read(argc, argv, options)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  if (options.help) {
    fmt::print("{}", kUsage);
    return 0;
  }
  std::vector<bench::Workload> all;
  bench::add_enqueue(all);
  std::erase_if(all, [&](auto const& workload) { return !wanted(workload, options.names); });
  if (all.empty()) {
    fmt::print(stderr, "tandem_bench: no workload has such a name; --list shows them\n");
    return 9;
  }
  if (options.list) {
    for (auto const& workload : all) fmt::print("{:<24} {}\n", workload.name, workload.what);
    return 0;
  }
  if (options.tandem.empty() || options.folder.empty()) {
    fmt::print(stderr, "tandem_bench: --tandem and --folder are needed; scripts/bench gives them\n");
    return 2;
  }
  fmt::print("median of {} runs; milliseconds for each unit\n", options.runs);
  fmt::print("{:<24} {:>9} {:>12} {:>12} {:>12} {:>12} {:>12}  {}\n", "workload", "units", "median", "fastest", "slowest", "cpu",
             "units/s", "what");
  for (auto const& workload : all) measure(workload, options);
  return 0;
}
