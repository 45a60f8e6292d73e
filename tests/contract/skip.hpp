// Tests that need files from outside the project say so when they are not there; ctest then counts them as skipped (tests/CMakeLists.txt).
#pragma once

#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include "support/contract/contracts.hpp"

namespace tandem::test {

inline void skip(std::string const& why) { std::cout << "SKIPPED: " << why << std::endl; }

// The published schemas, or nothing after having said that the test is skipped.
inline contract::Contracts const* contracts_or_skip() {
  auto const* const contracts = contract::Contracts::here();
  if (contracts == nullptr) skip("TANDEM_CONTRACTS is not set: nothing was compared with the services' published schemas");
  return contracts;
}

inline std::optional<std::filesystem::path> captures_or_skip() {
  auto const* const folder = std::getenv("TANDEM_CAPTURES");
  if (folder != nullptr && *folder != '\0') return folder;
  skip("TANDEM_CAPTURES is not set: nothing was compared with recorded answers of the services");
  return std::nullopt;
}

}  // namespace tandem::test
