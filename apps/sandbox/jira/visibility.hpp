// Restricted comments and worklogs: shown to a project role or a group alone, and not counted for others (contract §8).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// Whether something of this `visibility` (an object, or null for everybody) is shown to a reader.
bool sees_restricted(Site const& site, Reader const& reader, json::Value const& visibility);

// {"type":"role|group","value" | "identifier"} as it is kept: with type, value and identifier. The author must belong to it.
Checked<json::Value> read_visibility(Site const& site, Call const& call, json::Value const& sent);

}  // namespace sandbox::jira
