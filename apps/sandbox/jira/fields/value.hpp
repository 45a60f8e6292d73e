// Field values: from stored form to what one reader sees, and their plain words for JQL and pages.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// The value of `field` as `fields.<id>` shows it; null when empty.
json::Value render_value(Site const& site, Reader const& reader, Issue const& issue, Field const& field);

}  // namespace sandbox::jira
