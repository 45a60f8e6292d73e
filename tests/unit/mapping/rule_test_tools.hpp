// Makes one rule and converts through it, for the tests of codecs and rules.
#pragma once

#include <memory>
#include <string>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/value/rule.hpp>

#include "support_metadata.hpp"

namespace tandem::test {

struct RuleMaker {
  std::string zone = "Europe/Berlin";
  std::map<std::string, std::string> values;
  std::optional<json::Value> default_value;

  [[nodiscard]] std::unique_ptr<mapping::FieldRule> operator()(dataverse::Attribute const& from, jira::Field const& to) const {
    mapping::Mapping mapping;
    mapping.column = from.logical_name;
    mapping.field = to.id;
    mapping.values = values;
    mapping.default_value = default_value;
    auto rule = mapping::value::make_rule(mapping, from, to, zone);
    if (!rule) throw std::runtime_error(rule.error().message);
    return std::move(*rule);
  }
};

inline json::Value value_of(std::string const& text) { return *json::parse(text); }

// The written JSON, or the reason's code; reports follow after a blank.
inline std::string outcome(mapping::Conversion const& conversion) {
  std::string out = conversion.value ? json::to_text(*conversion.value) : std::string(code_of(conversion.refused->reason));
  for (auto const& report : conversion.reports) out += " " + std::string(code_of(report.reason));
  return out;
}

}  // namespace tandem::test
