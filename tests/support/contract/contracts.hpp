// Contracts: the published descriptions of the three services, read once a process from the folder that TANDEM_CONTRACTS names. They are not part
// of the project.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/contract/dataverse_contract.hpp"
#include "support/contract/entra_contract.hpp"
#include "support/contract/jira_contract.hpp"

namespace tandem::test::contract {

class Contracts {
 public:
  // Of this process; null where TANDEM_CONTRACTS is unset. Throws std::runtime_error when the folder cannot be read: a mistake, no reason to skip.
  static Contracts const* here();

  // Where an exchange departs from the contracts; empty = nowhere. Thread-safe as to different sessions.
  [[nodiscard]] std::vector<Finding> check(sandbox::Exchange const& exchange, Session& session) const;

  [[nodiscard]] JiraContract const& jira() const { return jira_; }

 private:
  explicit Contracts(std::filesystem::path const& folder);
  JiraContract jira_;
  DataverseContract dataverse_;
};

}  // namespace tandem::test::contract
