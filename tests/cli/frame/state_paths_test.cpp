// Where state lives, and when that place is refused.
#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>

#include "cli/files.hpp"
#include "cli/state_paths.hpp"
#include "folder.hpp"

using namespace tandem;
using namespace tandem::cli;

namespace {
Result<StatePaths> paths_of(std::map<std::string, std::string> const& flags, std::map<std::string, std::string> environment) {
  Environment const given(std::move(environment));
  return state_paths(*Config::load(flags, {}, given), given);
}
unsigned mode_of(std::string const& path) {
  struct stat seen {};
  REQUIRE(::stat(path.c_str(), &seen) == 0);
  return seen.st_mode & 07777U;
}
}  // namespace

TEST_CASE("the state root is the flag, the variable, systemd's, XDG's or the home's [A11]") {
  std::map<std::string, std::string> environment{{"HOME", "/home/ann"}};
  CHECK(paths_of({}, environment)->directory == "/home/ann/.local/state/tandem/default");
  environment["XDG_STATE_HOME"] = "/xdg";
  CHECK(paths_of({}, environment)->root == "/xdg/tandem");
  environment["STATE_DIRECTORY"] = "/var/lib/tandem:/var/lib/other";
  CHECK(paths_of({}, environment)->root == "/var/lib/tandem");
  environment["TANDEM_STATE_DIR"] = "/env/";
  CHECK(paths_of({}, environment)->root == "/env");
  CHECK(paths_of({{"stateDir", "/flag"}, {"connection", "prod"}}, environment)->directory == "/flag/prod");
  CHECK(paths_of({}, {}).error().kind == ErrorKind::config);
}

TEST_CASE("a connection's name is a plain file name [S2]") {
  auto const name = GENERATE(as<std::string>{}, "", "..", "a/b", ".hidden", "-x", "a b", "a\nb");
  CAPTURE(name);
  CHECK(paths_of({{"connection", name}, {"stateDir", "/s"}}, {}).error().kind == ErrorKind::usage);
}

TEST_CASE("state directories are made for their owner alone [S4]") {
  cli_test::Folder const folder;
  auto const old = ::umask(0);
  auto const made = make_state({folder.path("deep/state"), folder.path("deep/state/default")});
  ::umask(old);
  REQUIRE(made.has_value());
  CHECK(mode_of(folder.path("deep/state/default")) == 0700);
  CHECK(mode_of(folder.path("deep/state")) == 0700);
}

TEST_CASE("a state directory that others can write is refused, with the cure [S4]") {
  cli_test::Folder const folder;
  StatePaths const paths{folder.path("root"), folder.path("root/default")};
  REQUIRE(make_state(paths).has_value());
  auto const [name, mode] = GENERATE(table<std::string, unsigned>(
      {{"root/default", 0720}, {"root/default", 0702}, {"root", 0777}, {"root", 01777}, {"", 0777}}));
  auto const which = folder.path(name);
  CAPTURE(which, mode);
  REQUIRE(::chmod(which.c_str(), mode) == 0);
  auto const judged = check_state(paths, "default");
  REQUIRE_FALSE(judged.has_value());
  CHECK(judged.error().kind == ErrorKind::config);
  CHECK(judged.error().find("cure").find("chmod go-w") == 0);
  REQUIRE(::chmod(which.c_str(), 0700) == 0);
  CHECK(check_state(paths, "default").has_value());
}

TEST_CASE("a parent with the sticky bit, such as /tmp, is fine [S4]") {
  cli_test::Folder const folder;
  StatePaths const paths{folder.path("root"), folder.path("root/default")};
  REQUIRE(make_state(paths).has_value());
  REQUIRE(::chmod(folder.path().c_str(), 01777) == 0);
  CHECK(check_state(paths, "default").has_value());
}

TEST_CASE("a private file is made once, whole, and for its owner alone [A8]") {
  cli_test::Folder const folder;
  auto const old = ::umask(0);
  CHECK(*make_private_file(folder.path("k"), "one"));
  ::umask(old);
  CHECK_FALSE(*make_private_file(folder.path("k"), "two"));
  CHECK(*read_file(folder.path("k"), 10) == "one");
  CHECK(mode_of(folder.path("k")) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  CHECK(read_file(folder.path("k"), 2).error().kind == ErrorKind::config);
  CHECK_FALSE(read_file_if_there(folder.path("absent"), 2)->has_value());
}
