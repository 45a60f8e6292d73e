// What an edit of one field writes into the history (contract §7): ids in from/to where Jira has ids, words of that moment beside them.
#pragma once

#include <vector>

#include "jira/site.hpp"

namespace sandbox::jira {

// The items for a field whose stored value went from `before` to `after`; none when they are equal.
std::vector<Change> changes_of(Site const& site, Issue const& issue, Field const& field, json::Value const& before,
                               json::Value const& after);
Change status_change(Site const& site, std::string_view from, std::string_view to);

}  // namespace sandbox::jira
