// Terminal: the one door to the terminal: is there one, how wide, and asking a person.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::cli {

bool is_terminal(int descriptor);
// Columns of the terminal at this descriptor; 0 when there is none.
std::size_t terminal_width(int descriptor);
// Whether a person can be asked: stdin and stderr are terminals.
bool can_ask();

// One line from the person; "" when just Enter was pressed. Errors: cancelled (signal), config (end of input). REQUIRES: can_ask().
Result<std::string> ask(std::string const& question);
// The same without echo; the terminal is put back also after a signal.
Result<Secret> ask_secret(std::string const& question);

}  // namespace tandem::cli
