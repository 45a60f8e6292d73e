// The catalogue of field types that Jira knows by itself: system fields, and the types a custom field can be made of (contract §6).
//
// A world file chooses custom fields by the last part of their type's URI ("textarea", "select"); what such a type means is Jira's, not the world's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox::jira {

enum class Kind {
  line,  // one line of text
  rich,  // an ADF document
  url,
  number,
  date,  // "2019-08-12"
  moment,  // date and time; stored as epoch milliseconds
  labels,
  priority,  // stored: id
  option,  // stored: option id
  options,  // stored: array of option ids
  cascading,  // stored: {"id", "child"}
  components,  // stored: array of ids
  version,  // stored: id
  versions,  // stored: array of ids
  user,  // stored: account id
  users,  // stored: array of account ids
  group,  // stored: group id
  groups,  // stored: array of group ids
  resolution,  // stored: id
  parent,  // stored: issue id
  time_tracking,  // stored: {"original", "remaining"} in seconds
  sprint,  // stored: array of sprint ids (numbers)
  app,  // anything, untouched
  issue_type,  // set at creation only
  project,  // set at creation only
  derived,  // computed or kept by Jira: never written by its name
};

struct FieldType {
  std::string_view name;  // system field id, or last part of the custom type's URI
  Kind kind = Kind::derived;
  std::string_view type;  // schema.type; empty = the field has no schema
  std::string_view items;  // schema.items
  std::string_view custom;  // full URI of a custom type; empty for system fields
  std::string_view operations;  // "set", "add,set,remove", "" = none
  std::string_view title;  // English name of a system field
  std::string_view searcher;  // custom types: searcher key of /field/search
  std::string_view clauses;  // system fields: JQL names, comma separated; empty = cannot be searched
  bool orderable = true, navigable = true;
};

// REQUIRES of callers: the pointers live for ever.
std::vector<FieldType> const& system_fields();
FieldType const* custom_type(std::string_view name);  // by the last part of the URI, or the full URI; null when unknown
std::vector<std::string> split_list(std::string_view comma_separated);

}  // namespace sandbox::jira
