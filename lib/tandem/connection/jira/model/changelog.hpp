// What Jira's history says of an issue (contract: jira.md §7).
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>

namespace tandem::jira {

// One field of one history entry. `from` and `to` are ids where the field has ids; the texts are what was shown at that time (wiki text for rich
// text). Odd entries have no field id (links, moves).
struct FieldEntry {
  std::string field_id;
  std::string from, from_text, to, to_text;
};
struct ChangelogEntry {
  std::string id, author;  // author: account id
  Instant created;
  std::vector<FieldEntry> fields;
};
// By issue id, oldest first.
using Changelogs = std::map<std::string, std::vector<ChangelogEntry>>;

}  // namespace tandem::jira
