// Bench: named workloads, each run several times; the median is what counts. To add one, write a file with a function that registers it and
// name it in main.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace bench {

using Seconds = std::chrono::duration<double>;

struct Surroundings {
  std::string tandem;  // the program
  std::string folder;  // fresh, for the workload's state; on the disk that is measured
};

// Of one run of a workload.
struct Measured {
  double units = 0;  // how many were done
  Seconds wall{0};
  Seconds cpu{0};  // of the processes that did it, user and system
};

struct Workload {
  std::string name;  // "W13-enqueue-single"
  std::string what;  // one line
  std::function<Measured(Surroundings const&)> run;
};

// Runs a program to its end with this input (a file's path, "" = none) and environment. REQUIRES: it ends with 0, else the bench ends.
Measured run_program(std::string const& program, std::vector<std::string> const& args,
                     std::vector<std::string> const& environment, std::string const& input = {});

void add_enqueue(std::vector<Workload>& all);

}  // namespace bench
