// Session: what the services told one client so far, because some rules bind a request to an earlier answer: a page's link is followed as it
// was given, a page token belongs to its query, and a field's kind is what createmeta said.
#pragma once

#include <map>
#include <string>

namespace tandem::test::contract {

// A Jira field as createmeta, editmeta or `field` describe it (jira §6).
struct FieldKind {
  std::string type, items, system, custom;  // the members of its schema; custom is the part after the last colon
};

struct Session {
  std::map<std::string, FieldKind> fields;  // by field id
  std::map<std::string, std::string>
      search_tokens;  // Jira: nextPageToken -> the search it continues, canonical, without the token
  std::map<std::string, std::string> next_links;  // Dataverse: link -> the Prefer header to be repeated
};

}  // namespace tandem::test::contract
