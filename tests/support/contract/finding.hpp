// Finding: where an exchange departs from the published contract, as a test's reader needs it: which request, where in it, which rule.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tandem::test::contract {

struct Finding {
  std::string request;  // "POST /rest/api/3/issue/bulk"
  std::string path;  // "request body/issueUpdates/0", "query fields", "response body/issues/3/key"
  std::string rule;  // what it breaks, with the contract's paragraph or the schema's keyword
  [[nodiscard]] std::string to_line() const { return request + ": " + path + ": " + rule; }
};

// Collects the findings of one exchange.
class Findings {
 public:
  explicit Findings(std::string request) : request_(std::move(request)) {}
  void add(std::string path, std::string rule) { all_.push_back({request_, prefix_ + std::move(path), std::move(rule)}); }
  // Findings of a part (of a batch) name it first.
  void enter(std::string prefix) { prefix_ = std::move(prefix); }
  [[nodiscard]] std::vector<Finding> const& all() const { return all_; }
  std::vector<Finding> take() { return std::move(all_); }

 private:
  std::string request_, prefix_;
  std::vector<Finding> all_;
};

}  // namespace tandem::test::contract
