// The shells' completion scripts, carried by the program (tandem.bash, tandem.zsh, tandem.fish beside this file).
#pragma once

#include <string_view>

namespace tandem::cli {

std::string_view completion_script(std::string_view shell);  // without a final line break; "" for a shell that has none

}  // namespace tandem::cli
