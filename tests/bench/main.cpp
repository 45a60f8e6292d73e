// tandem_bench [--tandem PROGRAM] [--folder DIR] [--runs N] [--full] [--list] [WORKLOAD…]
//
// Measures each workload N times (5) and prints the run with the median time (report.hpp). A name may be a beginning: W13 runs all of W13.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "bench.hpp"
#include "report.hpp"

namespace {

constexpr std::string_view kUsage =
    "usage: tandem_bench [--tandem PROGRAM] [--folder DIR] [--runs N] [--full] [--list] [WORKLOAD…]\n"
    "Measures named workloads and prints the median of N runs (5). Without a name: all of them. --full: not scaled down.\n";

struct Options {
  std::string tandem, folder;
  int runs = 5;
  bool list = false, help = false, full = false;
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
    } else if (arg == "--full") {
      options.full = true;
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

bench::Result measure(bench::Workload const& workload, Options const& options) {
  auto const folder = std::filesystem::path(options.folder) / workload.name;
  std::filesystem::create_directories(folder);
  bench::Result result{workload.name, {}};
  {
    auto const run = workload.prepare({options.tandem, folder.string(), options.full});
    for (int i = 0; i < options.runs; ++i) {
      result.runs.push_back(run());
      auto const& last = result.runs.back();
      fmt::print(stderr, "{} run {}: {:.2f} s, {} requests\n", workload.name, i + 1, last.wall.count(), last.all_requests());
    }
  }
  std::filesystem::remove_all(folder);
  return result;
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
  bench::add_idle(all);
  bench::add_edits(all);
  bench::add_backfill(all);
  bench::add_trouble(all);
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
  std::vector<bench::Result> results;
  for (auto const& workload : all) results.push_back(measure(workload, options));
  bench::print_report(std::move(results));
  return 0;
}
