// What goes wrong between two systems, by name: each can begin and end in a story at work (tests/property/faults_test.cpp).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/story.hpp"

namespace tandem::test {

struct Trouble {
  std::string name;
  // A word by which the dashboard (`status`) must name it while it lasts; "" = it is waited out within a run, or takes nothing away.
  std::string shows;
  // `strength`: which part of the requests it hits, 0 to 1; what hits all or nothing ignores it.
  std::function<void(Story&, double strength)> begin;
  std::function<void(Story&)> end;
  bool unkept = false;  // the store itself fails and cannot keep it: the run's own end must name it
  bool wire = false;  // by the world's fault plan: of two such troubles both are in it
  sandbox::Fault fault{};
};

// All of them, in a fixed order.
std::vector<Trouble> const& all_troubles();
// Begins them; the fault plans of several are one.
void begin(Story& story, std::vector<Trouble const*> const& troubles, double strength, std::uint64_t seed);
void end(Story& story, std::vector<Trouble const*> const& troubles);

}  // namespace tandem::test
