#include "support/contract_watch.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::test {

ContractWatch::ContractWatch(sandbox::World& world) : contracts_(contract::Contracts::here()) {
  if (contracts_ == nullptr) return;
  world.observe([this](sandbox::Exchange const& exchange) {
    ++checked_;
    auto found = contracts_->check(exchange, session_);
    findings_.insert(findings_.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  });
}

std::string ContractWatch::report() const {
  constexpr std::size_t kMost = 12;
  std::string out;
  for (std::size_t i = 0; i < std::min(findings_.size(), kMost); ++i) out += findings_[i].to_line() + "\n";
  if (findings_.size() > kMost) out += fmt::format("… and {} more\n", findings_.size() - kMost);
  return out;
}

}  // namespace tandem::test
