// Numbers that a person may choose for a random test, by environment: TANDEM_SEED and its like.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

namespace tandem::test {

inline std::uint64_t number_from(char const* name, std::uint64_t fallback) {
  auto const* text = std::getenv(name);
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 10);
}

// TANDEM_SEED names one seed; else `count` of them (or as many as the variable says) from TANDEM_FIRST_SEED or 1 on.
struct Seeds {
  std::uint64_t first, count;
  Seeds(char const* variable, std::uint64_t fallback) : first(number_from("TANDEM_SEED", 0)), count(1) {
    if (first != 0) return;
    first = number_from("TANDEM_FIRST_SEED", 1);
    count = number_from(variable, fallback);
  }
  [[nodiscard]] std::uint64_t end() const { return first + count; }
};

// A History of each seed is played, comes to rest and is checked; `kind` tells them apart in what is printed.
template <typename History>
void play_histories(Seeds const& seeds, char const* kind) {
  for (auto seed = seeds.first; seed < seeds.end(); ++seed) {
    INFO("TANDEM_SEED=" << seed);
    History history(seed);
    history.play();
    history.settle_down();
    history.check();
  }
  std::printf("histories: %llu %s, seeds %llu to %llu\n", static_cast<unsigned long long>(seeds.count), kind,
              static_cast<unsigned long long>(seeds.first), static_cast<unsigned long long>(seeds.end() - 1));
}

}  // namespace tandem::test
