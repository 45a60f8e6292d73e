#include <tandem/mapping/item_diff.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tandem::mapping {

namespace {

std::string pair_name(json::Value const& mapping) {
  return fmt::format("{} -> {}", mapping["column"].text(), mapping["field"].text());
}

bool is_mapping_list(json::Value const& value) {
  auto const names_a_pair = [](json::Value const& element) { return element.has("column") && element.has("field"); };
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(), names_a_pair);
}

json::Object by_pair(json::Value const& list) {
  json::Object out;
  for (auto const& element : list.items()) out.set(pair_name(element), element);
  return out;
}

void compare(std::vector<Change>& changes, std::string const& path, json::Value const& before, json::Value const& after);

void compare_members(std::vector<Change>& changes, json::Object const& before, json::Object const& after,
                     std::string (*name)(std::string const& parent, std::string const& key), std::string const& path) {
  static json::Value const nothing;
  for (auto const& [key, value] : after) {
    auto const* held = before.find(key);
    compare(changes, name(path, key), held != nullptr ? *held : nothing, value);
  }
  for (auto const& [key, value] : before) {
    if (after.find(key) == nullptr) compare(changes, name(path, key), value, nothing);
  }
}

std::string member_name(std::string const& parent, std::string const& key) { return parent.empty() ? key : parent + "." + key; }
std::string pair_path(std::string const& parent, std::string const& key) { return fmt::format("{}[{}]", parent, key); }

// A part that one side lacks is still told member by member; a mapping is told as a whole.
bool has_members(json::Value const& value) { return value.is_object() && !value.members().empty() && !value.has("column"); }
bool may_be_members(json::Value const& value, json::Value const& other) {
  return has_members(value) || (value.is_null() && has_members(other));
}
bool may_be_mappings(json::Value const& value) { return value.is_null() || is_mapping_list(value); }

void compare(std::vector<Change>& changes, std::string const& path, json::Value const& before, json::Value const& after) {
  if (before == after) return;
  bool const both = before.is_object() && after.is_object();
  if (both || (may_be_members(before, after) && may_be_members(after, before))) {
    compare_members(changes, before.members(), after.members(), member_name, path);
  } else if (may_be_mappings(before) && may_be_mappings(after) && !(before.items().empty() && after.items().empty())) {
    compare_members(changes, by_pair(before), by_pair(after), pair_path, path);
  } else {
    changes.push_back({path, before, after});
  }
}

}  // namespace

std::vector<Change> diff(json::Value const& before, json::Value const& after) {
  std::vector<Change> changes;
  compare(changes, "", before, after);
  return changes;
}

}  // namespace tandem::mapping
