// Report: what was measured, as Markdown: ratios to the floor first, then time, CPU, memory, requests; then each mark, and requests by kind.
// Of each workload the run with the median time is shown; of each figure with a mark the median.
#pragma once

#include <string>
#include <vector>

#include "bench.hpp"

namespace bench {

struct Result {
  std::string name;
  std::vector<Measured> runs;  // at least one
};

void print_report(std::vector<Result> results);

}  // namespace bench
