// Needs: what an item asks of the two accounts, for `auth check` (SPEC A5). Who makes them knows items; who checks them does not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::connection {

// As Dataverse names the kinds of a table's privileges (dataverse.md §23).
enum class Access : std::uint8_t { create, read, write, remove, append, append_to };
std::string_view name_of(Access access);  // "Create", "Read", "Write", "Delete", "Append", "AppendTo"

struct TableNeed {
  std::string table;  // logical name
  Access access = Access::read;
  std::string purpose;  // "to write its fields": why, or for what it would be
  bool needed = true;
};

struct PermissionNeed {
  std::string permission;  // of Jira: "BROWSE_PROJECTS"
  std::string purpose;
  bool needed = true;
};

struct ItemNeeds {
  std::string item;
  std::vector<TableNeed> tables;
  std::string project;  // key or id
  std::vector<PermissionNeed> permissions;
  std::optional<std::int64_t> attachment_bytes;  // the largest file that the item mirrors; none = it mirrors none
};

}  // namespace tandem::connection
