// Help: the texts of --help, for the program, for a group of commands and for one command; and the topics of `tandem help`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/app.hpp"

namespace tandem::cli {

// The options that every command takes.
std::vector<OptionSpec> const& global_options();

std::string overview_help(App const& app);
std::string group_help(App const& app, std::string_view group);  // "" when no command is in it
std::string command_help(Command const& command);

struct Topic {
  std::string_view name, purpose;
  std::string (*text)();
};
std::vector<Topic> const& topics();

}  // namespace tandem::cli
