// Show: the board on a terminal or in a pipe, and as JSON. Members of the JSON only grow.
#pragma once

#include "board/board.hpp"
#include "cli/output.hpp"

namespace tandem::cli {

// stdout, in table mode.
void print_board(Output& out, Board const& board);
json::Object board_json(Board const& board);

}  // namespace tandem::cli
