// Advice: what of the dashboard a person should look at, and what to do about it. A pure function of the board; the worst comes first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "board/board.hpp"

namespace tandem::cli {

enum class Gravity : std::uint8_t { bad, warning, note };  // a person must act; should look; may know
std::string_view name_of(Gravity gravity);

struct Advice {
  Gravity gravity;
  std::string what, todo;
};

std::vector<Advice> advice_of(Board const& board);

}  // namespace tandem::cli
