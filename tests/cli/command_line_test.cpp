// The command line itself: help everywhere, faults explained, settings in their order.
#include <catch2/catch.hpp>

#include <sstream>

#include <tandem/base/json/parse.hpp>

#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

Ran tandem_program(std::vector<std::string> args, std::map<std::string, std::string> environment = {}) {
  environment.emplace("HOME", "/nonexistent");
  return run(TANDEM_PROGRAM, {std::move(args), std::move(environment), {}});
}

// Every command, as `tandem --help` and the groups' --help list them.
std::vector<std::vector<std::string>> commands() {
  auto const listed = [](std::string const& help) {
    std::vector<std::string> names;
    std::istringstream lines(help.substr(help.find("Commands:\n") + 10));
    for (std::string line; std::getline(lines, line) && !line.empty();) {
      if (line.starts_with("   ")) continue;  // a folded line
      auto const end = line.find("  ", 2);
      names.push_back(line.substr(2, end == std::string::npos ? end : end - 2));
    }
    return names;
  };
  std::vector<std::vector<std::string>> all;
  for (auto const& name : listed(tandem_program({"--help"}).out)) {
    auto const help = tandem_program({name, "--help"});
    if (help.out.find("Commands:\n") == std::string::npos) {
      all.push_back({name});
      continue;
    }
    for (auto const& verb : listed(help.out)) all.push_back({name, verb.substr(name.size() + 1)});
  }
  return all;
}

}  // namespace

TEST_CASE("every command explains itself with an example and its exit codes") {
  auto const all = commands();
  CHECK(all.size() >= 8);
  for (auto const& command : all) {
    auto args = command;
    args.emplace_back("--help");
    auto const help = tandem_program(args);
    CAPTURE(command, help.out);
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    CHECK(help.out.find("Usage: tandem " + command[0]) != std::string::npos);
    CHECK(help.out.find("\nExample") != std::string::npos);
    CHECK(help.out.find("tandem " + command[0], help.out.find("\nExample")) != std::string::npos);
    CHECK(help.out.find("\nExit codes:\n  0 ") != std::string::npos);
    CHECK(help.out.find("--state-dir") != std::string::npos);
  }
}

TEST_CASE("an unknown option of any command is exit 2 with one line") {
  for (auto args : commands()) {
    args.emplace_back("--no-such-option");
    auto const ran = tandem_program(args);
    CAPTURE(args, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.err.find("tandem: error: unknown option --no-such-option") == 0);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("a misspelt word is answered with the word that was meant") {
  auto const [args, said] = GENERATE(table<std::vector<std::string>, std::string>({
      {{"sync"}, "unknown command sync; did you mean sync-once?"},
      {{"auth", "chekc"}, "unknown command auth chekc; did you mean check?"},
      {{"auth"}, "tandem auth needs a command"},
      {{"sync-once", "--dryrun"}, "unknown option --dryrun; did you mean --dry-run?"},
      {{"auth", "set", "--org-ulr", "x"}, "unknown option --org-ulr; did you mean --org-url?"},
      {{"--verison"}, "unknown option --verison; did you mean --version?"},
      {{"status", "--output", "jsn"}, "--output is \"jsn\", but takes table or json"},
      {{"sync-once", "--jobs", "0"}, "--jobs is \"0\", but takes a whole number from 1 to 64"},
      {{"auth", "check", "extra"}, "unexpected argument extra"},
      {{"status", "--connection", "../x"}, "\"../x\" cannot be the name of a connection"},
  }));
  CAPTURE(args);
  auto const ran = tandem_program(args, {{"TANDEM_STATE_DIR", "/nonexistent"}});
  CAPTURE(ran.err);
  CHECK(ran.code == 2);
  CHECK(ran.err.find("tandem: error: " + said) == 0);
}

TEST_CASE("a secret as an argument is refused, with the ways in which it is taken [A2]") {
  auto const args = GENERATE(values<std::vector<std::string>>({
      {"auth", "set", "--client-secret", "hunter2hunter2"},
      {"auth", "set", "--client-secret=hunter2hunter2"},
      {"auth", "set", "--jira-token", "hunter2hunter2"},
  }));
  auto const ran = tandem_program(args);
  CAPTURE(ran.err);
  CHECK(ran.code == 2);
  CHECK(ran.err.find("a secret is not taken from the command line") != std::string::npos);
  CHECK(ran.err.find("-stdin") != std::string::npos);
  CHECK(ran.all().find("hunter2") == std::string::npos);
}

TEST_CASE("a fault before the settings are known is JSON too where JSON was asked for") {
  auto const ran = tandem_program({"auth", "check", "--bogus", "--output", "json"});
  auto const error = json::parse(ran.err);
  REQUIRE(error.has_value());
  CHECK((*error)["type"].text() == "exit_error");
  CHECK((*error)["code"].integer() == 2);
  CHECK(ran.code == 2);
}

TEST_CASE("options of every command may stand anywhere") {
  for (auto const& args : std::vector<std::vector<std::string>>{
           {"--connection", "x", "auth", "show"}, {"auth", "--connection", "x", "show"}, {"auth", "show", "--connection=x"}}) {
    auto const ran = tandem_program(args, {{"TANDEM_STATE_DIR", "/nonexistent"}});
    CAPTURE(args, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.err.find("there is no connection \"x\"") != std::string::npos);
  }
}

TEST_CASE("flag beats environment beats configuration file") {
  Folder const folder;
  auto const file = folder.write("c.json", R"({"connection": "of-file", "stateDir": "/nonexistent"})");
  CHECK(tandem_program({"auth", "show", "--config", file}).err.find("\"of-file\"") != std::string::npos);
  CHECK(tandem_program({"auth", "show", "--config", file}, {{"TANDEM_CONNECTION", "of-env"}}).err.find("\"of-env\"") !=
        std::string::npos);
  CHECK(tandem_program({"auth", "show", "--config", file, "--connection", "of-flag"}, {{"TANDEM_CONNECTION", "of-env"}})
            .err.find("\"of-flag\"") != std::string::npos);
}

TEST_CASE("version and topics") {
  auto const version = tandem_program({"--version"});
  CHECK(version.code == 0);
  CHECK(version.out.find("tandem 0.") == 0);
  auto const full = json::parse(tandem_program({"version", "-o", "json"}).out);
  REQUIRE(full.has_value());
  CHECK(full->has("storeSchema"));
  for (auto const* const topic : {"exit-codes", "environment", "config"}) {
    auto const help = tandem_program({"help", topic});
    CHECK(help.code == 0);
    CHECK(help.out.size() > 300);
  }
  CHECK(tandem_program({"help", "exit-cods"}).code == 9);
  CHECK(tandem_program({"help", "auth", "set"}).out == tandem_program({"auth", "set", "--help"}).out);
}
