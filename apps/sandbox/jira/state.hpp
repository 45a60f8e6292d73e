// Everything the site holds, for assertions (`GET /_sandbox/state`): issues by id with raw v3 fields in UTC, deterministic, without secrets.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

json::Value state_json(Site const& site);

}  // namespace sandbox::jira
