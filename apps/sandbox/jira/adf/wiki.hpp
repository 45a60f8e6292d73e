// An ADF document as wiki markup: what the changelog's fromString/toString and the webhooks' v2 bodies hold (contract §7, §12, §13).
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace sandbox::jira {

std::string adf_to_wiki(tandem::json::Value const& document);

}  // namespace sandbox::jira
