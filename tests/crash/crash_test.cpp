// Every scenario, killed at every point, resumed and compared (SPEC R1); see interruption.hpp.
//
// scripts/test plays each part under the settings of every day; TANDEM_LONG=1 (scripts/check crash) under more: a search index that lags, a run that
// is resumed at once, one that dies once or twice more, a person who edits in between. TANDEM_CRASH_ONLY plays the scenarios whose name holds that
// text, TANDEM_CRASH_SETTING the setting of that name ("soon").
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "crash/scenes.hpp"

using namespace tandem::test;

namespace {

bool long_run() { return std::getenv("TANDEM_LONG") != nullptr; }

std::vector<Setting> settings_of(std::string const& part) {
  // What differs between values is decided before anything is written: their requests are the same few. Lost answers meet deaths of all kinds.
  bool const many = part == "values" || part == "trouble";
  if (!long_run()) return {{.every = many ? 3U : 1U}};
  std::uint64_t const thinner = many ? 9 : 1;
  return {{.every = many ? 3U : 1U},
          {.search_lags = true, .every = thinner},
          {.soon = true, .every = 2 * thinner},
          {.again = 7, .every = many ? 25U : 10U},
          {.again = 11, .deaths = 2, .every = many ? 100U : 40U},
          {.person = Person::beside, .every = 3 * thinner},
          {.person = Person::over, .every = 3 * thinner}};
}

std::string name_of(Setting const& setting) {
  auto name = std::string(setting.search_lags ? ", search lags" : "");
  if (setting.again > 0) name += fmt::format(", and again at every {}. step", setting.again);
  if (setting.deaths > 1) name += fmt::format(", {} times", setting.deaths);
  if (setting.soon) name += ", resumed soon";
  if (setting.person == Person::beside) name += ", a person beside it";
  if (setting.person == Person::over) name += ", a person on top of it";
  return name;
}

void play(std::vector<Scenario> const& scenarios) {
  auto const* only = std::getenv("TANDEM_CRASH_ONLY");
  auto const* setting_only = std::getenv("TANDEM_CRASH_SETTING");
  Counts all;
  std::uint64_t played = 0;
  auto const begin = std::chrono::steady_clock::now();
  for (auto const& scenario : scenarios) {
    if (only != nullptr && scenario.name.find(only) == std::string::npos) continue;
    for (auto const& setting : settings_of(scenario.part)) {
      if (!applies(setting, scenario)) continue;
      if (setting_only != nullptr && name_of(setting).find(setting_only) == std::string::npos) continue;
      auto const start = std::chrono::steady_clock::now();
      auto const counts = interrupt_everywhere(scenario, setting);
      if (counts.points == 0 && counts.faults.empty()) continue;
      all += counts;
      ++played;
      auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
      std::printf("interruption points, %s: %s%s: %llu (%lld ms)\n", scenario.part.c_str(), scenario.name.c_str(),
                  name_of(setting).c_str(), static_cast<unsigned long long>(counts.points), static_cast<long long>(ms));
      // Whole lines: Catch would fold them.
      if (!counts.faults.empty()) std::printf("%s", counts.faults.c_str());
    }
  }
  if (played == 0) return;
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
  std::printf(
      "killed: %s: %llu scenarios at %llu points, each resumed and compared: %llu duplicates, %llu losses, %llu differences "
      "(%lld s)\n",
      scenarios.front().part.c_str(), static_cast<unsigned long long>(played), static_cast<unsigned long long>(all.points),
      static_cast<unsigned long long>(all.duplicates), static_cast<unsigned long long>(all.losses),
      static_cast<unsigned long long>(all.differences), static_cast<long long>(seconds));
  CHECK(all.duplicates + all.losses + all.differences == 0);
}

}  // namespace

TEST_CASE("values of every type, killed at any point, end as if nothing had happened [R1][C2]", "[everywhere][values]") {
  play(value_scenarios());
}
TEST_CASE("fields, killed at any point, end as if nothing had happened [R1][E5]", "[everywhere][fields]") {
  play(field_scenarios());
}
TEST_CASE("status changes, killed at any point, happen once each [R1][R2][G]", "[everywhere][status]") {
  play(status_scenarios());
}
TEST_CASE("conversations, killed at any point, end as if nothing had happened [R1][H][I]", "[everywhere][conversations]") {
  play(conversation_scenarios());
}
TEST_CASE("links and items, killed at any point, end as if nothing had happened [R1][D][B10]", "[everywhere][links]") {
  play(link_scenarios());
}
TEST_CASE("events, killed at any point, end as if nothing had happened [R1][F]", "[everywhere][events]") {
  play(event_scenarios());
}
TEST_CASE("undos, killed at any point and asked for again, end as if nothing had happened [R1][R7]", "[everywhere][undo]") {
  play(undo_scenarios());
}
TEST_CASE("sweeps, brakes, retries and lost answers, killed at any point, end as if nothing had happened [R1][R2][E]",
          "[everywhere][trouble]") {
  play(trouble_scenarios());
}
