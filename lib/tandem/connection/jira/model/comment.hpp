// A comment of a Jira issue, and the file of one, as REST v3 gave them (contract: jira.md §8, §9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::jira {

struct Comment {
  std::string id;  // a number that grows with each comment of the site
  std::string author_id, author;  // account id, and the name as it is shown
  std::string editor_id;  // of the last edit; the author's own where nobody edited it
  std::optional<Instant> created, updated;  // equal when fresh
  json::Value body;  // ADF
  bool restricted = false;  // to a role or group
  bool internal = false;  // of a service project: customers do not see it
  std::optional<json::Object> properties;  // absent: the answer did not say
};

struct Attachment {
  std::string id;
  std::string filename, mime_type;  // as somebody else wrote them: data, never a path
  std::string author_id, author;
  std::optional<Instant> created;
  std::uint64_t size = 0;  // bytes
};

}  // namespace tandem::jira
