// Watch: the board on a terminal, drawn again every few seconds and when the window changes (`status --watch`).
//
// The store is opened for each drawing and closed again: no read transaction outlives a drawing, no lock is taken, and a connection that is set
// up anew meanwhile is seen. What cannot be read is said in place of the board, and tried again.
#pragma once

#include <chrono>

#include "cli/context.hpp"

namespace tandem::cli {

// Until SIGINT or SIGTERM: their exit code. Errors: usage where stdout is no terminal that a program can draw on; whatever keeps the first
// drawing from being made.
Result<int> watch_board(Context& context, std::chrono::seconds pause);

}  // namespace tandem::cli
