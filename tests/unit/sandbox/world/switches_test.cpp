// Every switch can be seen, is described in the README, and takes its own value (L2).
#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <string>

#include "unit/sandbox/box.hpp"
#include "world/make_world.hpp"

using namespace sandbox_test;

namespace {

// The names in the first column of the README's table of switches.
std::set<std::string> described() {
  std::ifstream in(TANDEM_SOURCE_DIR "/apps/sandbox/README.md");
  std::set<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) inside = line == "## Switches";
    if (inside && line.starts_with("| `")) out.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return out;
}

sandbox::Box whole_box() {
  sandbox::WorldOptions options;
  options.fixed_now = kStart;
  auto made = sandbox::make_world(options);
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("the README describes every switch that is listed, and no other [L2]") {
  auto const box = whole_box();
  auto documented = described();
  CHECK(documented.erase("webhooks") == 1);  // its rules are seen by GET webhooks
  std::set<std::string> listed;
  auto const switches = box.world->switches();
  for (auto const& [name, value] : switches.members()) listed.insert(name);
  for (auto const& name : listed) {
    CAPTURE(name);
    CHECK(documented.contains(name));
  }
  for (auto const& name : documented) {
    CAPTURE(name);
    CHECK(listed.contains(name));
  }
}

TEST_CASE("a flag, a number or a word that a switch shows is what it takes [L2]") {
  auto const box = whole_box();
  auto const before = box.world->switches();
  for (auto const& [name, value] : before.members()) {
    if (value.is_array() || value.is_object() || value.is_null()) continue;
    CAPTURE(name, json::to_text(value));
    auto const taken = box.world->configure(name, value);
    REQUIRE(taken);
    CHECK(*taken);
  }
  CHECK(box.world->switches() == before);
}
