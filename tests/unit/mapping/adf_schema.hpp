// Atlassian's own schema of ADF. It is not part of the project: TANDEM_CONTRACTS names its folder.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include <rapidjson/document.h>
#include <rapidjson/schema.h>

namespace tandem::test {

class AdfSchema {
 public:
  // Null, and told, where the contracts are not at hand.
  static std::unique_ptr<AdfSchema> load() {
    auto const* folder = std::getenv("TANDEM_CONTRACTS");
    if (folder == nullptr) {
      std::cout << "SKIPPED: TANDEM_CONTRACTS is not set: the ADF schema was not compared\n";
      return nullptr;
    }
    std::ifstream file(std::string(folder) + "/adf-schema.json");
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    rapidjson::Document schema;
    if (schema.Parse(text.c_str()).HasParseError()) throw std::runtime_error("adf-schema.json cannot be read");
    return std::unique_ptr<AdfSchema>(new AdfSchema(schema));
  }
  [[nodiscard]] bool accepts(std::string const& adf) const {
    rapidjson::Document parsed;
    parsed.Parse(adf.c_str());
    rapidjson::SchemaValidator validator(schema_);
    return !parsed.HasParseError() && parsed.Accept(validator);
  }

 private:
  explicit AdfSchema(rapidjson::Document const& schema) : schema_(schema) {}
  rapidjson::SchemaDocument schema_;
};

}  // namespace tandem::test
