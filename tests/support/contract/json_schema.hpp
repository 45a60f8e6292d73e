// Schema: a JSON Schema (draft-04), compiled once. The tests' one door to RapidJSON's validator.
//
// The validator ignores `format`, `const` and `if`, and knows no "\d" in patterns: callers write what they need as `pattern`, `minimum` …
// It stops at the first failure. Thread-safe once compiled.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>

namespace tandem::test::contract {

class Schema {
 public:
  static Schema compile(json::Value const& draft4);

  struct Failure {
    std::string at;  // JSON pointer into the value: "/issues/0/key"
    std::string keyword;  // "required", "additionalProperties", "anyOf" …
  };
  [[nodiscard]] std::optional<Failure> check(json::Value const& value) const;

 private:
  struct Impl;
  std::shared_ptr<Impl const> impl_;
};

}  // namespace tandem::test::contract
