// The grammar of the Atlassian Document Format, as far as a document's structure goes: which node may stand where, its attributes and marks.
//
// Written from the contract's §13 and the facts of the published ADF schema. Real servers are looser; this is the strict reading, which
// `jira.strictAdf` switches off.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>

namespace sandbox::jira {

// The first fault with its place ("content/0/attrs/level: …"); nothing when the document is valid.
std::optional<std::string> adf_fault(tandem::json::Value const& document);

}  // namespace sandbox::jira
