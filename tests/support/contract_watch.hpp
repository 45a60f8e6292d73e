// ContractWatch: checks every request that a world executes, and its answer, against the published contracts as a test runs.
//
// Attaches itself to World::observe where TANDEM_CONTRACTS is set; else it does nothing. The observer must outlive the last request.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/contract/contracts.hpp"
#include "world/world.hpp"

namespace tandem::test {

class ContractWatch {
 public:
  explicit ContractWatch(sandbox::World& world);
  ContractWatch(ContractWatch const&) = delete;
  ContractWatch& operator=(ContractWatch const&) = delete;

  [[nodiscard]] bool watching() const { return contracts_ != nullptr; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }
  [[nodiscard]] std::vector<contract::Finding> const& findings() const { return findings_; }
  // One line each, the first few; "" when there are none.
  [[nodiscard]] std::string report() const;

 private:
  contract::Contracts const* contracts_;
  contract::Session session_;
  std::vector<contract::Finding> findings_;
  std::uint64_t checked_ = 0;
};

}  // namespace tandem::test
