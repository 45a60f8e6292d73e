// Item files for tests: the one of the specification, one with every key, and those of examples/items.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tandem::test {

inline constexpr char const* kSpecificationItem = R"({
  "$schema": "tandem-item.schema.json",
  "name": "support-cases",
  "mode": "two-way",                                   // display-only | one-way | two-way
  "jira": { "project": "SUP", "issueType": "Task", "defaults": { "labels": ["dynamics"] } },
  "dynamics": { "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" },
  "autoCreate": true,
  "fields": true,
  "status": {
    "enabled": true,
    "map": [{ "dynamics": "On Hold", "jira": "Waiting" }],
    "resolve": { "statusReason": 5, "subject": "Resolved in {key}", "text": "{resolution}", "minutes": 0 },
    "cancel": { "statusReason": 6 }
  },
  "comments": { "enabled": true },
  "attachments": { "enabled": true, "maxBytes": 10485760 },
  "conflict": "latest",                                // latest | dynamics | jira | hold
  "brakes": { "maxCreates": 500, "maxUpdates": 5000 },
  "timeZone": "Europe/Berlin",
  "mappings": [
    { "column": "title", "field": "summary" },
    { "column": "description", "field": "description" },
    { "column": "prioritycode", "field": "priority", "values": { "1": "High", "2": "Medium", "3": "Low" } },
    { "column": "followupby", "field": "duedate" }
  ],
  "display": ["ticketnumber", "title", "customerid", "statuscode"]
})";

inline constexpr char const* kFullItem = R"({
  "name": "all.keys_1", "mode": "two-way",
  "jira": { "project": "SUP", "issueType": "Task", "defaults": {} },
  "dynamics": { "module": "custom", "entity": "incident", "filter": "a eq 1", "changeTracking": true },
  "autoCreate": false, "fields": true, "manualLinks": false, "linkNote": false, "enabled": false,
  "create": { "skipClosed": true },
  "status": {
    "enabled": true, "column": "new_state", "explore": true, "path": ["Open", "In Progress"],
    "map": [{ "dynamics": 5, "jira": { "status": "Done", "resolution": "Won't do" } }, { "dynamics": "A", "jira": 10001 }],
    "resolve": { "statusReason": "Problem Solved", "resolutionType": 1000, "subject": "s", "text": "t", "minutes": 5 },
    "cancel": { "statusReason": 6 }
  },
  "comments": { "enabled": true, "since": "2026-01-01T00:00:00Z", "visibility": "public", "includeRestricted": true, "edits": false },
  "attachments": { "enabled": true, "maxBytes": 1, "verify": true },
  "conflict": "hold", "brakes": { "maxUpdates": 0 }, "timeZone": "UTC",
  "mappings": [
    { "column": "a", "field": "b", "direction": "to-jira", "values": { "1": 7, "2": true, "3": "x" }, "default": "none",
      "onCreateOnly": true, "createMissing": true },
    { "column": "c", "field": "d", "default": ["x", "y"] },
  ],
  "display": [], "users": { "byEmail": true, "table": { "ada@example.test": "5b1" } }, "schema": { "entity": { "name": "incident" } }, "when": "labels = x",
})";

inline std::filesystem::path project_folder() { return TANDEM_SOURCE_DIR; }

inline std::string file_text(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::filesystem::path> example_items() {
  std::vector<std::filesystem::path> paths;
  for (auto const& entry : std::filesystem::directory_iterator(project_folder() / "examples/items")) {
    auto const name = entry.path().filename().string();
    if (name.ends_with(".json") && !name.ends_with(".schema.json")) paths.push_back(entry.path());
  }
  return paths;
}

}  // namespace tandem::test
