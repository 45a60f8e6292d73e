// Parse: one command's arguments by its declared options. The only file that includes CLI11 is parse.cpp.
//
// CLI11 2.1.2 is used for argv alone, with what we found in it fenced off: its "[a,b]" expansion of values, "--name=" eating the next
// argument, an option eating another option as its value. parse_test cases pin each of these.
// Errors: usage, with a "did you mean" for a misspelt option. Values are never repeated in a message of a hushed command.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>

#include "cli/app.hpp"

namespace tandem::cli {

struct Parsed {
  std::map<std::string, std::vector<std::string>> values;  // by OptionSpec::names; a switch has one "true" per occurrence
  std::vector<std::string> positionals;
};

Result<Parsed> parse_arguments(std::vector<OptionSpec> const& options, std::vector<std::string> const& args, bool hushed);

// The long name without dashes, else the short one: "dry-run" of "-n,--dry-run".
std::string bare_name(OptionSpec const& option);
// "--dry-run" of "-n,--dry-run".
std::string shown_name(OptionSpec const& option);
std::vector<std::string> names_of(OptionSpec const& option);

}  // namespace tandem::cli
