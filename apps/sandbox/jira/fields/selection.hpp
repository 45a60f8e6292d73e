// Which fields and extras of an issue an answer shows: the `fields`, `expand` and `properties` parameters (contract §4).
#pragma once

#include <set>

#include "jira/site.hpp"

namespace sandbox::jira {

struct Selection {
  std::vector<Field const*> fields;
  bool with_fields = true;             // false: rows have no `fields` at all
  std::set<std::string, std::less<>> expand;
  std::vector<std::string> properties;
  bool all_properties = false;
};

// Names: "*all", "*navigable", ids, "-id". Unknown ones are ignored. An empty list means `otherwise` ("*all", "*navigable", "id").
Selection select_fields(Site const& site, std::vector<std::string> const& names, std::string_view otherwise);
void select_properties(Selection& selection, std::vector<std::string> names);  // "*all" too

// The whole issue as the API shows it.
json::Value issue_json(Site const& site, Reader const& reader, Issue const& issue, Selection const& selection);
// Names and schema of the selected fields, as expand=names,schema give them.
json::Value names_of(Reader const& reader, Selection const& selection);
json::Value schema_of(Selection const& selection);

}  // namespace sandbox::jira
