// StatePaths: where a connection's state lives (SPEC A11, S4).
//
// ROOT is --state-dir, else $STATE_DIRECTORY, $XDG_STATE_HOME/tandem, ~/.local/state/tandem; connection NAME lives in ROOT/NAME.
// Directories are 0700. Refused (config error, exit 3): one that others can write, a parent that others can write without the sticky
// bit, a name that is no plain file name.
#pragma once

#include <string>

#include <tandem/base/result.hpp>

#include "cli/config.hpp"
#include "cli/environment.hpp"

namespace tandem::cli {

struct StatePaths {
  std::string root;  // ROOT
  std::string directory;  // ROOT/NAME
};

Result<StatePaths> state_paths(Config const& config, Environment const& environment);
// Makes both directories where they are missing, then judges them as check_state() does.
Result<Unit> make_state(StatePaths const& paths);
// Errors: config when there is no such connection yet (naming the cure), or when others can write.
Result<Unit> check_state(StatePaths const& paths, std::string const& connection_name);

}  // namespace tandem::cli
