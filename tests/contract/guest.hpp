// Guest: a signed-in client of a box in process, that asks what tests want. Its exchanges are checked against the published contracts, too.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "support/contract_watch.hpp"
#include "world/make_world.hpp"

namespace tandem::test {

class Guest {
 public:
  Guest();

  sandbox::Response jira(std::string method, std::string target, std::string body = "",
                         std::vector<sandbox::Header> headers = {});
  sandbox::Response dataverse(std::string method, std::string path, std::string body = "",
                              std::vector<sandbox::Header> headers = {});
  // The same, as JSON; a status above 299 throws std::runtime_error.
  json::Value ask_jira(std::string method, std::string target, std::string body = "");
  json::Value ask_dataverse(std::string method, std::string path, std::string body = "");
  // As a person, by login.
  void edit(std::string_view as, sandbox::ServiceName side, std::string method, std::string target, std::string body);

  sandbox::World& world() { return *box_.world; }
  [[nodiscard]] ContractWatch const& contracts() const { return watch_; }

 private:
  sandbox::Box box_;
  ContractWatch watch_;
  std::string token_;
};

std::string header_of(sandbox::Response const& response, std::string_view name);  // "" when absent
json::Value json_of(sandbox::Response const& response);  // throws when the body is no JSON

}  // namespace tandem::test
