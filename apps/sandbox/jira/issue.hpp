// An issue as the site keeps it. Values are in stored form (fields/kind.hpp says which per kind); each reader gets them rendered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

namespace json = tandem::json;
using tandem::Instant;

using Properties = std::map<std::string, json::Value, std::less<>>;

// One item of a history; absent `from` or `to` is JSON null.
struct Change {
  std::string field, field_type = "jira", field_id;  // field_id "" = the item has none (RemoteIssueLink, Workflow, …)
  std::optional<std::string> from, from_text, to, to_text;
  bool of_user = false;  // users also carry tmpFromAccountId / tmpToAccountId
};
struct History {
  std::int64_t id = 0;
  std::string author;
  Instant created;
  std::vector<Change> items;
  json::Value metadata;  // historyMetadata as sent, or null
};

struct Comment {
  std::int64_t id = 0;
  std::string author, editor;
  Instant created, updated;
  json::Value body;  // ADF
  json::Value visibility;  // object or null
  Properties properties;
};

struct RemoteLink {
  std::int64_t id = 0;
  std::string global_id;  // "" = none
  json::Value application;  // object
  std::string relationship;
  json::Value object;
};

// A file. The bytes are shared, so that copies of an issue (what search still believes) cost nothing.
struct Attachment {
  std::int64_t id = 0;
  std::string media_id;  // UUID: its name on the media host, and the `id` of ADF media nodes (contract §9)
  std::string filename, mime_type, author;
  Instant created;
  std::shared_ptr<std::string const> bytes;
};

struct Worklog {
  std::int64_t id = 0;
  std::string author, editor;
  Instant created, updated, started;
  std::int64_t seconds = 0;
  json::Value comment;  // ADF or null
  json::Value visibility;  // object or null
  Properties properties;
};

// "source blocks destination": the source shows it as outwardIssue, the destination as inwardIssue.
struct IssueLink {
  std::int64_t id = 0;
  std::string type;  // LinkType id
  std::int64_t source = 0, destination = 0;
};

struct Issue {
  std::int64_t id = 0, number = 0;
  std::string key, project, type, status;  // ids but the key
  std::string creator;
  Instant created, updated, status_category_changed;
  std::optional<Instant> resolved;
  std::map<std::string, json::Value, std::less<>> values;  // by field id; absent = empty
  Properties properties;
  std::vector<std::int64_t> subtasks;  // children whose parent field names this issue
  std::vector<Comment> comments;  // oldest first
  std::vector<RemoteLink> remote_links;  // oldest first
  std::vector<Attachment> attachments;  // oldest first
  std::vector<Worklog> worklogs;  // oldest first
  std::vector<std::int64_t> links;  // IssueLink ids of both directions
  std::vector<History> histories;  // oldest first

  [[nodiscard]] json::Value const& value(std::string_view field) const;  // null when empty
  void set(std::string const& field, json::Value value);  // null erases
};

}  // namespace sandbox::jira
