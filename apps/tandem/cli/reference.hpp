// Reference: every command with every option, as data. The one list that --help, the manual pages and the shells' completion are held
// against, and that `tandem help commands --output json` prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "cli/app.hpp"

namespace tandem::cli {

// The commands that people see, in the order of --help: {"path", "purpose", "details", "examples": […], "arguments": […],
// "options": […], "exits": […]}.
json::Array reference(App const& app);
// The options of every command, in the same form as a command's own.
json::Array reference_of_globals();
// The same for people: a line for each command.
std::string commands_topic(App const& app);

// What a command takes: its own options, then those of every command that it does not list itself.
std::vector<OptionSpec> all_options(Command const& command);
// "table", "json" of "table|json"; nothing where the value is not one of some words.
std::vector<std::string> choices_of(OptionSpec const& option);

}  // namespace tandem::cli
