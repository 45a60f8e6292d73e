// Random histories of SPEC's matrix: the real programs against the reference (SPEC B5, C, D, E, F, G, H, I as far as it goes).
//
// TANDEM_SEED plays one history; TANDEM_MODEL_HISTORIES another number of them, TANDEM_FIRST_SEED begins elsewhere.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "../support/seeds.hpp"
#include "play.hpp"
#include "shrink.hpp"

using namespace model_test;
using tandem::test::Seeds;

TEST_CASE("after every trigger both systems show what the reference says, in each mode, with any switches [B5][E5][G1][D3]") {
  Seeds const seeds("TANDEM_MODEL_HISTORIES", 40);
  std::size_t steps = 0;
  std::array<std::size_t, kDoes> done{};
  for (auto seed = seeds.first; seed < seeds.end(); ++seed) {
    auto const history = generate(seed);
    steps += history.steps.size();
    auto const played = play(history);
    for (std::size_t i = 0; i < kDoes; ++i) done.at(i) += played.done.at(i);
    if (played.fault.empty()) continue;
    auto smaller = history;
    std::string why;
    smaller.steps = shrink<Step>(history.steps, [&](std::vector<Step> const& fewer) {
      auto part = history;
      part.steps = fewer;
      auto const again = play(part);
      if (!again.fault.empty()) why = again.fault;
      return !again.fault.empty();
    });
    std::string text;
    for (auto const& step : smaller.steps) text += "\n  " + text_of(step);
    FAIL_CHECK("TANDEM_SEED=" << seed << " (" << text_of(history.options) << ")\n"
                              << played.fault << "\n\nof these steps the fault remains:" << text << "\n"
                              << why);
  }
  std::printf("reference: %llu histories, %zu steps, seeds %llu to %llu\n", static_cast<unsigned long long>(seeds.count), steps,
              static_cast<unsigned long long>(seeds.first), static_cast<unsigned long long>(seeds.end() - 1));
  std::string kinds;
  for (std::size_t i = 0; i < kDoes; ++i) kinds += fmt::format(" {} {}", name_of(static_cast<Do>(i)), done.at(i));
  std::printf("reference: done:%s\n", kinds.c_str());
}

TEST_CASE("a failing history is made as small as it can be") {
  std::vector<int> steps(40);
  for (int i = 0; i < 40; ++i) steps.at(static_cast<std::size_t>(i)) = i;
  auto const has = [](std::vector<int> const& all, int one) { return std::find(all.begin(), all.end(), one) != all.end(); };
  auto const small = shrink<int>(steps, [&](std::vector<int> const& all) { return has(all, 7) && has(all, 31); });
  CHECK(small == std::vector<int>{7, 31});
}

TEST_CASE("a history is a function of its seed") {
  CHECK(text_of(generate(5).options) == text_of(generate(5).options));
  CHECK(generate(5).steps.size() == generate(5).steps.size());
  CHECK(generate(5).steps.back().value == generate(5).steps.back().value);
}
