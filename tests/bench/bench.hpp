// Bench: named workloads, each run several times; the median is what counts. To add one, write a file with a function that registers it and
// name it in main.cpp.
//
// A workload is prepared once (a sandbox, an item, links) and then run several times on what it prepared. Only what `Measured` holds is measured:
// edits that a run needs, and whatever settles afterwards, are not.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bench {

using Seconds = std::chrono::duration<double>;

struct Surroundings {
  std::string tandem;  // the program
  std::string folder;  // fresh, for the workload's state; on the disk that is measured
  bool full = false;  // the sizes of the specification, where they are scaled down otherwise
};

// The fewest requests and the least time in which the services' documented limits and latencies allow this work; each workload says how it comes
// to them.
struct Floor {
  double requests = 0;
  Seconds time{0};
};

// A figure with the mark that it must not pass, or must reach.
struct Figure {
  std::string name;  // "writes for each change"
  double value = 0;
  std::optional<double> most, least;
  [[nodiscard]] bool holds() const { return (!most || value <= *most) && (!least || value >= *least); }
};

// Of one run of a workload.
struct Measured {
  double units = 0;  // how many were done
  Seconds wall{0};
  Seconds cpu{0};  // of the processes that did it, user and system
  long peak_kilobytes = 0;  // the largest resident set of any of them
  std::map<std::string, std::uint64_t> requests;  // "PUT /rest/api/3/issue/{id}" -> how often
  std::uint64_t throttled = 0;  // answers 429
  std::optional<Floor> floor;
  std::vector<Figure> figures;
  [[nodiscard]] std::uint64_t all_requests() const;
};

using Run = std::function<Measured()>;

struct Workload {
  std::string name;  // "W13-enqueue-single"
  std::string what;  // one line
  std::function<Run(Surroundings const&)> prepare;
};

// Runs a program to its end with this input (a file's path, "" = none) and environment. REQUIRES: it ends with 0, else the bench ends.
Measured run_program(std::string const& program, std::vector<std::string> const& args,
                     std::vector<std::string> const& environment, std::string const& input = {});

void add_idle(std::vector<Workload>& all);  // W1
void add_edits(std::vector<Workload>& all);  // W3
void add_backfill(std::vector<Workload>& all);  // W4, W5
void add_trouble(std::vector<Workload>& all);  // W10, W11
void add_enqueue(std::vector<Workload>& all);  // W13

}  // namespace bench
