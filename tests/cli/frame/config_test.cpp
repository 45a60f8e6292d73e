// Layered settings: flag > TANDEM_… > file > default, each with its origin.
#include <catch2/catch.hpp>

#include "cli/config.hpp"
#include "folder.hpp"

using namespace tandem;
using namespace tandem::cli;
using Variables = std::map<std::string, std::string>;
using namespace std::chrono_literals;

TEST_CASE("a flag beats the environment beats the file beats the default, and each value knows its origin") {
  cli_test::Folder const folder;
  auto const file = folder.write(
      "config.json", "{\n  // ours\n  \"jobs\": 2,\n  \"tries\": 7,\n  \"overlap\": \"1m\",\n  \"historyDays\": 30,\n}");
  Environment const environment(Variables{{"TANDEM_CONFIG", file}, {"TANDEM_JOBS", "3"}, {"TANDEM_TRIES", "8"}});
  auto const config = Config::load({{"jobs", "4"}}, {}, environment);
  REQUIRE(config.has_value());
  CHECK(config->integer("jobs") == 4);
  CHECK(config->setting("jobs").where == "--jobs");
  CHECK(config->integer("tries") == 8);
  CHECK(config->setting("tries").where == "TANDEM_TRIES");
  CHECK(config->duration("overlap") == 1min);
  CHECK(config->setting("overlap").where == file + ":5");
  CHECK(config->setting("overlap").origin == Origin::file);
  CHECK(config->integer("historyDays") == 30);
  CHECK(config->integer("maxFlips") == 6);
  CHECK_FALSE(config->given("maxFlips"));
}

TEST_CASE("the defaults are those of the specification") {
  auto const config = Config::load({}, {}, Environment({}));
  REQUIRE(config.has_value());
  CHECK(config->duration("settleAfter") == 120s);
  CHECK(config->duration("overlap") == 10min);
  CHECK(config->duration("sweepEvery") == 24h);
  CHECK(config->integer("tries") == 5);
  CHECK(config->pauses().first == 5min);
  CHECK(config->pauses().most == 6h);
  CHECK(config->integer("maxFlips") == 6);
  CHECK(config->integer("historyDays") == 90);
  CHECK(config->integer("jobs") == 8);
  CHECK(config->duration("deadline") == 4min + 30s);
  CHECK(config->text("connection") == "default");
  CHECK(config->file().empty());
}

TEST_CASE("the file is found in the configuration home, and may be absent there") {
  cli_test::Folder const folder;
  Environment const environment(Variables{{"XDG_CONFIG_HOME", folder.path()}, {"HOME", "/nonexistent"}});
  CHECK(Config::load({}, {}, environment)->integer("jobs") == 8);
  auto const file = folder.write("tandem/config.json", "{\"jobs\": 5}");
  CHECK(Config::load({}, {}, environment)->integer("jobs") == 5);
  CHECK(Config::load({}, {}, environment)->file() == file);
  CHECK(Config::load({}, {}, Environment(Variables{{"HOME", folder.path()}}))->integer("jobs") == 8);
  folder.write(".config/tandem/config.json", "{\"jobs\": 6}");
  CHECK(Config::load({}, {}, Environment(Variables{{"HOME", folder.path()}}))->integer("jobs") == 6);
}

TEST_CASE("a file that is named must be there, and be settings") {
  cli_test::Folder const folder;
  auto const [text, said] = GENERATE(table<std::string, std::string>({
      {"{\"jbos\": 3}", ":1: unknown setting \"jbos\"; did you mean jobs?"},
      {"{\n\"jobs\": 0}", ":2 is \"0\", but takes a whole number from 1 to 64"},
      {"{\"pauses\": \"6h..5m\"}", "takes two durations"},
      {"{\"output\": \"yaml\"}", "takes table or json"},
      {"{\"deadline\": 30}", "takes a duration"},
      {"{\"jobs\": [1]}", "jobs takes a single value"},
      {"{\"dryRun\": true}", "unknown setting \"dryRun\""},
      {"[]", "an object with settings is expected"},
      {"{\"jobs\": 1,,}", ":1:"},
  }));
  CAPTURE(text);
  auto const file = folder.write("c.json", text);
  auto const config = Config::load({}, file, Environment({}));
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().kind == ErrorKind::config);
  CAPTURE(config.error().message);
  CHECK(config.error().message.find(said) != std::string::npos);
  CHECK(Config::load({}, folder.path("absent.json"), Environment({})).error().kind == ErrorKind::config);
}

TEST_CASE("all faults are told at once; a bad flag is the command line's fault, a bad variable is configuration") {
  Environment const environment(Variables{{"TANDEM_JOBS", "many"}, {"TANDEM_TRIES", "0"}});
  auto const config = Config::load({}, {}, environment);
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().kind == ErrorKind::config);
  CHECK(config.error().message.find("TANDEM_JOBS is \"many\"") != std::string::npos);
  CHECK(config.error().message.find("TANDEM_TRIES is \"0\"") != std::string::npos);
  CHECK(Config::load({{"jobs", "x"}}, {}, Environment({})).error().kind == ErrorKind::usage);
}

TEST_CASE("every setting has a sentence, and its flag and variable follow from its key") {
  for (auto const& spec : all_settings()) {
    CAPTURE(spec.key);
    CHECK((!spec.text.empty() && spec.text.front() >= 'A' && spec.text.front() <= 'Z'));
  }
  CHECK(flag_of("stateDir") == "--state-dir");
  CHECK(variable_of("stateDir") == "TANDEM_STATE_DIR");
}
