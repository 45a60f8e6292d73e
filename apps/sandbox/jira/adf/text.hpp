// The plain words of an ADF document (contract §13): for text search, length checks and pages. Unknown nodes are descended into.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace sandbox::jira {

std::string adf_text(tandem::json::Value const& document);

}  // namespace sandbox::jira
