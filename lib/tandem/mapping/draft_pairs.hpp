// Which column a draft pairs with which field, and how priorities run (SPEC B2). Guesses only; draft() judges them by validate().
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tandem/connection/schema.hpp>

namespace tandem::mapping {

struct DraftPair {
  dataverse::Attribute column;
  jira::Field field;
  std::vector<std::pair<std::string, std::string>> values;  // option value -> what Jira calls it
  bool guessed = false;  // by equal names or by rank: worth a look
};

// In the order of the file: summary, description, priority, due date, then what is called alike on both sides.
std::vector<DraftPair> draft_pairs(connection::Schema const& schema);

// The options of a column from the most to the least urgent, spread over Jira's priorities (which come highest first).
std::vector<std::pair<std::string, std::string>> ranked(std::vector<dataverse::Option> const& options,
                                                        std::vector<jira::AllowedValue> const& allowed);

}  // namespace tandem::mapping
