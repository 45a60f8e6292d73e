// Finding one choice among those that a side offers. Ambiguity is no match: an unmatched value is reported, never guessed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/jira/model/field.hpp>

namespace tandem::mapping::value {

// As a person writes it: equal name, else equal id, else the only one whose folded name (case, accents) is equal.
jira::AllowedValue const* named_in(std::vector<jira::AllowedValue> const& allowed, std::string_view text);
// By name alone.
jira::AllowedValue const* labelled_in(std::vector<jira::AllowedValue> const& allowed, std::string_view label);
jira::AllowedValue const* with_id(std::vector<jira::AllowedValue> const& allowed, std::string_view id);

// Equal number, else equal label in any language, else the only one whose folded label is equal.
dataverse::Option const* named_in(std::vector<dataverse::Option> const& options, std::string_view text);
dataverse::Option const* labelled_in(std::vector<dataverse::Option> const& options, std::string_view label);
dataverse::Option const* with_value(std::vector<dataverse::Option> const& options, std::string_view value);

std::vector<std::string> names_of(std::vector<jira::AllowedValue> const& allowed);
std::vector<std::string> names_of(std::vector<dataverse::Option> const& options);

// Pairs of (option value, allowed id) by rank, for priorities. Only when both lists are of equal length. Pairs of equal labels decide
// whether the lists run the same way or against each other; if they fit neither, nothing is paired.
std::vector<std::pair<std::string, std::string>> paired_by_rank(std::vector<dataverse::Option> const& options,
                                                                std::vector<jira::AllowedValue> const& allowed);

}  // namespace tandem::mapping::value
