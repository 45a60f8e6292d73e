// Plays a history: each step is done to the reference and, with the real programs, to the two simulated services; what both show is compared
// after every trigger. Knows the product by its commands alone.
#pragma once

#include <string>

#include "steps.hpp"

namespace model_test {

struct Played {
  std::string fault{};  // the first difference, or "" when there was none
  std::array<std::size_t, kDoes> done{};  // steps that did something, by kind: many do not fit what there is
};

Played play(History const& history);

}  // namespace model_test
