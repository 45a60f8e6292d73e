// Manual pages against the program: each option, exit code, variable and key is in both, or the case tells which one is missing.
#include <catch2/catch.hpp>

#include "pages.hpp"

using namespace docs_test;
namespace json = tandem::json;

namespace {

std::string const kPages = std::string(TANDEM_SOURCE) + "/apps/tandem/man/";

std::string page_name(std::string path) {
  for (char& c : path) c = c == ' ' ? '-' : c;
  return "tandem-" + path;
}

std::string page_of(std::string const& path) { return file_text(kPages + page_name(path) + ".1.scd"); }

std::set<std::string> without(std::set<std::string> from, std::set<std::string> const& what) {
  for (auto const& one : what) from.erase(one);
  return from;
}

// "status.map[].jira.status": every key that the schema knows.
void collect_keys(json::Value const& schema, std::string const& path, std::set<std::string>& keys) {
  auto const descend = [&](json::Value const& part, std::string const& base) {
    for (auto const& [name, property] : part["properties"].members()) {
      auto const inner = base.empty() ? name : base + "." + name;
      keys.insert(inner);
      collect_keys(property, inner, keys);
    }
  };
  descend(schema, path);
  for (auto const& alternative : schema["oneOf"].items()) descend(alternative, path);
  if (schema["items"].is_object()) descend(schema["items"], path + "[]");
}

}  // namespace

TEST_CASE("every option in --help is in the command's manual page, and the reverse") {
  auto const everywhere = options_in(part_of(help_of(""), "Options of every command"));
  CHECK(everywhere.size() > 15);
  for (auto const& path : command_paths()) {
    auto const help = help_of(path);
    // A common option that the command lists among its own is told in its page too.
    auto const own = without(options_in(help), options_in(part_of(help, "Options of every command")));
    auto const page = page_of(path);
    CAPTURE(path, page_name(path));
    REQUIRE_FALSE(page.empty());
    CHECK(entries_in(section_of(page, "OPTIONS"), "--?[a-z][a-z-]*") == own);
  }
  auto const page = file_text(kPages + "tandem.1.scd");
  CHECK(entries_in(section_of(page, "OPTIONS"), "--?[a-z][a-z-]*") == everywhere);
}

TEST_CASE("every exit code in --help is in the command's manual page, and the reverse") {
  auto const listed = json::parse(tandem_program({"help", "commands", "--output", "json"}).out).value();
  for (auto const& command : listed["commands"].items()) {
    std::set<std::string> codes;
    for (auto const& code : command["exits"].items()) codes.insert(code.scalar_text());
    auto const path = command["path"].scalar_text();
    CAPTURE(path);
    CHECK(entries_in(section_of(page_of(path), "EXIT STATUS"), "[0-9]+") == codes);
  }
  std::set<std::string> all;
  std::istringstream lines(tandem_program({"help", "exit-codes"}).out);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ') all.insert(words_of(line).front());
  }
  CHECK(all.size() == 14);
  CHECK(entries_in(section_of(file_text(kPages + "tandem.1.scd"), "EXIT STATUS"), "[0-9]+") == all);
}

TEST_CASE("every command has a manual page that begins with examples, and every page has a command") {
  auto const overview = section_of(file_text(kPages + "tandem.1.scd"), "COMMANDS");
  std::set<std::string> expected{"tandem.1.scd", "tandem.7.scd", "tandem-item.5.scd"};
  for (auto const& path : command_paths()) {
    auto const name = page_name(path);
    expected.insert(name + ".1.scd");
    auto const page = page_of(path);
    CAPTURE(name);
    CHECK(page.starts_with(name + "(1) \"tandem " TANDEM_PROJECT_VERSION "\""));
    CHECK(page.find("*tandem " + path + "*") != std::string::npos);
    CHECK(page.find("\n# EXAMPLES\n") < page.find("\n# DESCRIPTION\n"));
    CHECK(page.find("\n# DESCRIPTION\n") < page.find("\n# OPTIONS\n"));
    CHECK(overview.find("*" + name + "*(1)") != std::string::npos);
  }
  std::set<std::string> there;
  for (auto const& entry : std::filesystem::directory_iterator(kPages)) there.insert(entry.path().filename().string());
  CHECK(there == expected);
}

TEST_CASE("every page that a page names exists") {
  std::set<std::string> const ours{"tandem(1)", "tandem(7)", "tandem-item(5)", "tandem-sandbox(1)"};
  std::regex const reference("\\*(tandem[a-z-]*)\\*\\(([157])\\)");
  for (auto const& entry : std::filesystem::directory_iterator(kPages)) {
    auto const page = file_text(entry.path().string());
    for (std::sregex_iterator at(page.begin(), page.end(), reference), end; at != end; ++at) {
      std::string const name = (*at)[1];
      std::string const section = (*at)[2];
      CAPTURE(entry.path().filename().string(), name, section);
      CHECK((ours.count(name + "(" + section + ")") == 1 || std::filesystem::exists(kPages + name + "." + section + ".scd")));
    }
  }
}

TEST_CASE("every environment variable in help is in tandem(1), and the reverse") {
  std::set<std::string> said;
  std::istringstream lines(tandem_program({"help", "environment"}).out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ") || line[2] == ' ') continue;
    for (auto const& word : words_of(line)) {
      if (!std::regex_match(word, std::regex("[A-Z][A-Z_]+,?"))) break;
      said.insert(word.substr(0, word.find(',')));
    }
  }
  CHECK(said.count("TANDEM_STATE_DIR") == 1);
  CHECK(entries_in(section_of(file_text(kPages + "tandem.1.scd"), "ENVIRONMENT"), "[A-Z][A-Z_]+") == said);
}

TEST_CASE("every key of an item file's schema is in tandem-item(5), and the reverse") {
  auto const schema = json::parse(file_text(std::string(TANDEM_SOURCE) + "/lib/tandem/mapping/tandem-item.schema.json"));
  REQUIRE(schema.has_value());
  std::set<std::string> keys;
  collect_keys(*schema, "", keys);
  CHECK(keys.count("status.map[].jira.resolution") == 1);
  auto const page = file_text(kPages + "tandem-item.5.scd");
  CHECK(entries_in(section_of(page, "KEYS"), "[$a-zA-Z.\\[\\]]+") == keys);
}

TEST_CASE("every option of tandem-sandbox is in its manual page, and the reverse") {
  auto const help = cli_test::run(SANDBOX_PROGRAM, {{"--help"}, {}, {}}).out;
  std::set<std::string> said;
  std::regex const option("^  (-h,)?(--[a-z-]+)");
  std::istringstream lines(help);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, option)) said.insert(match[2]);
  }
  CHECK(said.count("--world") == 1);
  said.insert("-h");
  auto const page = file_text(std::string(TANDEM_SOURCE) + "/apps/sandbox/man/tandem-sandbox.1.scd");
  CHECK(entries_in(section_of(page, "OPTIONS"), "--?[a-z][a-z-]*") == said);
}

TEST_CASE("every --help and every topic fits into 80 columns") {
  auto const fits = [](std::string const& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      auto const points =
          std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      CAPTURE(line);
      CHECK(points <= 80);
    }
  };
  fits(help_of(""));
  std::set<std::string> groups;
  for (auto const& path : command_paths()) {
    fits(help_of(path));
    if (path.find(' ') != std::string::npos) groups.insert(path.substr(0, path.find(' ')));
  }
  for (auto const& group : groups) fits(help_of(group));
  for (auto const* const topic : {"exit-codes", "environment", "files", "config", "reasons", "commands"})
    fits(tandem_program({"help", topic}).out);
}

TEST_CASE("examples come before the options in every --help") {
  for (auto const& path : command_paths()) {
    auto const help = help_of(path);
    CAPTURE(path);
    CHECK(help.find("\nExample") < help.find("\nOptions of every command:"));
    CHECK(help.find("\nExample") < help.find("\nExit codes:"));
  }
}
