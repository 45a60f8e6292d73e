// Jira's built-in permissions, as `mypermissions` lists them, and who has which.
#pragma once

#include <string_view>
#include <vector>

namespace sandbox::jira {

struct Account;
struct Site;

struct Permission {
  std::string_view id, key, name;
  bool global = false, by_default = true;  // held by a signed-in account unless denied
};

std::vector<Permission> const& permissions();
bool is_permission(std::string_view key);
// An anonymous caller (null) has none.
bool may(Site const& site, Account const* account, std::string_view permission);

}  // namespace sandbox::jira
