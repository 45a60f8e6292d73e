// World files: the built-in ones, which the program carries itself, and those of a user (JSON with comments, parts "entra",
// "dataverse", "jira", "webhooks"). Format: apps/sandbox/worlds/README.md.
#pragma once

#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace sandbox {

std::vector<std::string_view> built_in_worlds();
// Errors: not_found, naming those that exist.
tandem::Result<tandem::json::Value> built_in_world(std::string_view name);
// Errors: config, with line and column; not_found for a world that is extended but does not exist.
// {"extends":"support", …} adds to a built-in world: objects are merged, lists appended, tables and projects of the same name replaced,
// everything else replaced.
tandem::Result<tandem::json::Value> parse_world(std::string_view text);

// One embedded file of apps/sandbox/worlds: made by the build.
struct EmbeddedFile {
  std::string_view name;  // "support.json", "support.jira.json"
  std::string_view text;
};
std::vector<EmbeddedFile> const& embedded_world_files();

}  // namespace sandbox
