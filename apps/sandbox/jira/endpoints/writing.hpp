// The body of a create, edit or transition (IssueUpdateDetails, contract §5): checked against a screen and turned into stored values.
#pragma once

#include <map>

#include "jira/endpoints/issue_links.hpp"
#include "jira/fields/take.hpp"
#include "jira/site.hpp"

namespace sandbox::jira {

struct Written {
  std::map<std::string, json::Value> values;  // field id -> new stored value (null clears)
  std::vector<Comment> comments;  // from update.comment[].add
  Properties properties;
  std::vector<WantedLink> links;  // from update.issuelinks[].add
};

// `present` is the issue that is edited, null on creation. Every fault is collected, keyed by its field; an empty refusal means that all was
// well. What could be read is in `out` either way.
Refusal read_update(Destination const& to, json::Value const& body, Screen const& screen, Issue const* present, Call const& call,
                    Written& out);
// [{key, value}] of a body.
Checked<Properties> read_properties(json::Value const& list);
std::optional<std::string> property_key_fault(std::string_view key);

// Writes values into an issue and gives the history items; sets the moment of resolution too. No effective change gives no item.
std::vector<Change> apply_values(Site const& site, Issue& issue, std::map<std::string, json::Value> const& values);
// Appends a history of these items, if there are any, moves `updated` and announces jira:issue_updated.
void record(Site& site, Issue& issue, std::string_view author, std::vector<Change> items, json::Value metadata);

}  // namespace sandbox::jira
