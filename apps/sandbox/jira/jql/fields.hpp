// The names and values that JQL knows on this site: which field a name means, and which entities its values name.
#pragma once

#include <set>

#include "jira/jql/parser.hpp"
#include "jira/site.hpp"

namespace sandbox::jira::jql {

// What a clause's name means. `text` is the search over all texts of an issue.
struct NamedField {
  Field const* field = nullptr;
  bool text = false;
};
std::optional<NamedField> named_field(Site const& site, std::string_view name);

// The ids that a value names in this field ("High" -> "2"). Empty: there is no such thing. Only for fields that hold ids or labels.
std::vector<std::string> ids_of_value(Site const& site, Field const& field, std::string const& value);
// Is this a field whose values are ids (or labels)?
bool holds_ids(Field const& field);
// The ids that an issue holds there.
std::vector<std::string_view> ids_of_issue(Site const& site, Issue const& issue, Field const& field);

}  // namespace sandbox::jira::jql
