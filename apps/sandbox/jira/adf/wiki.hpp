// An ADF document as wiki markup: what the changelog's fromString/toString and the webhooks' v2 bodies hold (contract §7, §12, §13).
//
// As Atlassian's open editor packages write it: what wiki markup has no word for (tables with merged cells, layouts, extensions, nested expands)
// stands in it as {adf:display=block} with the node's JSON; code in a language that Jira's renderer does not know is {noformat}; a panel is a
// colour; words that would be read as markup are escaped. How tasks and decisions look is a guess: bullets.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace sandbox::jira {

std::string adf_to_wiki(tandem::json::Value const& document);

}  // namespace sandbox::jira
