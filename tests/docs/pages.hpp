// What the documents and the program say, read into sets that can be compared.
#pragma once

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

namespace docs_test {

inline cli_test::Ran tandem_program(std::vector<std::string> args, std::map<std::string, std::string> environment = {}) {
  environment.emplace("HOME", "/nonexistent");
  return cli_test::run(TANDEM_PROGRAM, {std::move(args), std::move(environment), {}});
}

inline std::string file_text(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::vector<std::string> words_of(std::string const& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// "auth set", "sync-once", …
inline std::vector<std::string> command_paths() {
  auto const listed = tandem::json::parse(tandem_program({"help", "commands", "--output", "json"}).out);
  std::vector<std::string> paths;
  for (auto const& command : listed.value()["commands"].items()) paths.push_back(command["path"].scalar_text());
  return paths;
}

inline std::string help_of(std::string const& path) {
  auto args = words_of(path);
  args.emplace_back("--help");
  return tandem_program(args).out;
}

// The part of --help under a heading, up to the next empty line.
inline std::string part_of(std::string const& help, std::string const& heading) {
  auto const from = help.find("\n" + heading + ":\n");
  if (from == std::string::npos) return {};
  auto const start = from + heading.size() + 3;
  return help.substr(start, help.find("\n\n", start) - start);
}

// "--dry-run", "-n": every name in the left column.
inline std::set<std::string> options_in(std::string const& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  -")) continue;
    auto left = line.substr(2, line.find("  ", 2) - 2);
    for (auto word : words_of(left)) {
      if (word.starts_with("-")) names.insert(word.substr(0, word.find(',')));
    }
  }
  return names;
}

// A section of a manual page's source.
inline std::string section_of(std::string const& page, std::string const& heading) {
  auto const from = page.find("\n# " + heading + "\n");
  if (from == std::string::npos) return {};
  auto const start = from + heading.size() + 4;
  return page.substr(start, page.find("\n# ", start) - start);
}

// The words in bold with which the section's entries begin: lines that no tab indents.
inline std::set<std::string> entries_in(std::string const& section, std::string const& pattern) {
  std::set<std::string> found;
  std::istringstream lines(section);
  std::regex const bold("\\*(" + pattern + ")\\*");
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("*")) continue;
    for (std::sregex_iterator at(line.begin(), line.end(), bold), end; at != end; ++at) found.insert((*at)[1]);
  }
  return found;
}

}  // namespace docs_test
