// Arguments: what the parser gives, and each trap of CLI11 2.1.2 that it fences off.
#include <catch2/catch.hpp>

#include "cli/parse.hpp"

using namespace tandem;
using namespace tandem::cli;

namespace {
std::vector<OptionSpec> options() {
  return {{.names = "-n,--dry-run"},
          {.names = "--item", .value_name = "NAME", .repeatable = true},
          {.names = "-o,--output", .value_name = "FORM"},
          {.names = "-v,--verbose", .repeatable = true},
          {.names = "--watch", .value_name = "SECONDS", .bare = "5"},
          {.names = "FILE", .value_name = "FILE", .positional = true}};
}
std::string fault(std::vector<std::string> const& args, bool hushed = false) {
  auto const parsed = parse_arguments(options(), args, hushed);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().kind == ErrorKind::usage);
  return parsed.error().message;
}
}  // namespace

TEST_CASE("options are understood in every usual form") {
  auto const parsed = parse_arguments(options(), {"-n", "--item", "a", "file.json", "--item=b=c", "-ojson", "-vv", "-"}, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.at("-n,--dry-run").size() == 1);
  CHECK(parsed->values.at("--item") == std::vector<std::string>{"a", "b=c"});
  CHECK(parsed->values.at("-o,--output") == std::vector<std::string>{"json"});
  CHECK(parsed->values.at("-v,--verbose").size() == 2);
  CHECK(parsed->positionals == std::vector<std::string>{"file.json", "-"});
}

TEST_CASE("after -- everything is an argument") {
  auto const parsed = parse_arguments(options(), {"--", "--item", "-x", "--"}, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.empty());
  CHECK(parsed->positionals == std::vector<std::string>{"--item", "-x", "--"});
}

TEST_CASE("a value in square brackets stays one value") {
  auto const parsed = parse_arguments(options(), {"--item", "[a,b]", "--output", "[x]"}, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.at("--item") == std::vector<std::string>{"[a,b]"});
  CHECK(parsed->values.at("-o,--output") == std::vector<std::string>{"[x]"});
}

TEST_CASE("an empty value is given as an empty argument, and --name= is refused instead of eating the next one") {
  auto const parsed = parse_arguments(options(), {"--item", "", "--output", "x"}, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.at("--item") == std::vector<std::string>{""});
  CHECK(fault({"--item=", "next"}).find("--item= is empty") == 0);
}

TEST_CASE("a value is only eaten by one option") {
  auto const parsed = parse_arguments(options(), {"--item", "a", "b", "c"}, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.at("--item") == std::vector<std::string>{"a"});
  CHECK(parsed->positionals == std::vector<std::string>{"b", "c"});
}

TEST_CASE("a wrong option is explained") {
  auto const [args, said] = GENERATE(table<std::vector<std::string>, std::string>({
      {{"--dry-rnu"}, "unknown option --dry-rnu; did you mean --dry-run?"},
      {{"--itme=x"}, "unknown option --itme; did you mean --item?"},
      {{"--nothing-like-it"}, "unknown option --nothing-like-it"},
      {{"-z"}, "unknown option -z"},
      {{"-nz"}, "unknown option -z"},
      {{"--item"}, "--item needs a value"},
      {{"--item", "--dry-run"}, "--item needs a value"},
      {{"-o", "a", "-o", "b"}, "--output is given twice"},
      {{"-n", "--dry-run"}, "--dry-run is given twice"},
      {{"--dry-run=false"}, "--dry-run is a switch and takes no value"},
  }));
  CAPTURE(args);
  CHECK(fault(args).find(said) == 0);
}

TEST_CASE("a fault of a hushed command repeats no value [S1]") {
  for (auto const& args : std::vector<std::vector<std::string>>{
           {"--clint-secret=hunter2hunter2"}, {"-o", "hunter2hunter2", "-o", "hunter2hunter2"}, {"--item=", "hunter2hunter2"}}) {
    CHECK(fault(args, true).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("an option that may stand without its value takes the next word, unless that is an option, and else its own") {
  auto const [args, value, positionals] = GENERATE(table<std::vector<std::string>, std::string, std::size_t>({
      {{"--watch"}, "5", 0},
      {{"--watch", "9"}, "9", 0},
      {{"--watch=9", "file"}, "9", 1},
      {{"--watch", "-n"}, "5", 0},
      {{"--watch", "--item", "a"}, "5", 0},
      {{"--watch", "--", "9"}, "5", 1},
      {{"-", "--watch"}, "5", 1},
      {{"--item", "a", "--watch"}, "5", 0},
  }));
  CAPTURE(args);
  auto const parsed = parse_arguments(options(), args, false);
  REQUIRE(parsed.has_value());
  CHECK(parsed->values.at("--watch") == std::vector<std::string>{value});
  CHECK(parsed->positionals.size() == positionals);
  // It is nobody else's value.
  CHECK(fault({"--output", "--watch"}) == "--output needs a value");
  CHECK(fault({"--watch", "--watch"}) == "--watch is given twice");
}
