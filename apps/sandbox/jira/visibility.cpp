#include "jira/visibility.hpp"

#include <algorithm>

namespace sandbox::jira {

namespace {

bool has(std::vector<std::string> const& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// The role or group that is meant, by identifier or by name.
template <class Items>
auto const* named(Items const& items, json::Value const& sent) {
  auto const identifier = sent["identifier"].text();
  auto const found = std::find_if(items.begin(), items.end(), [&](auto const& item) {
    return identifier.empty() ? item.name == sent["value"].text() : item.id == identifier;
  });
  return found == items.end() ? nullptr : &*found;
}

json::Value kept(std::string_view type, std::string const& name, std::string const& identifier) {
  return json::Object{{"type", type}, {"value", name}, {"identifier", identifier}};
}

}  // namespace

bool sees_restricted(Site const&, Reader const& reader, json::Value const& visibility) {
  if (reader.sees_all || visibility.is_null()) return true;
  if (reader.account == nullptr) return false;
  auto const value = visibility["value"].text();
  return has(visibility["type"].text() == "role" ? reader.account->roles : reader.account->groups, value);
}

Checked<json::Value> read_visibility(Site const& site, Call const& call, json::Value const& sent) {
  if (sent.is_null()) return json::Value();
  auto const type = sent["type"].text();
  if (type != "role" && type != "group")
    return refuse_field("commentLevel", "The visibility type is not valid: it is 'role' or 'group'.");
  auto const* role = type == "role" ? named(site.definition.roles, sent) : nullptr;
  auto const* group = type == "group" ? named(site.definition.groups, sent) : nullptr;
  auto const word = sent["value"].text_or(sent["identifier"].text());
  if (role == nullptr && group == nullptr)
    return refuse_field("commentLevel", (type == "role" ? "Role '" : "Group '") + word + "' does not exist.");
  auto const out = role != nullptr ? kept(type, role->name, role->id) : kept(type, group->name, group->id);
  if (!sees_restricted(site, call.reader, out))
    return refuse_field("commentLevel", "You are currently not a member of the " +
                                            std::string(type == "role" ? "project role: " : "group: ") +
                                            std::string(out["value"].text()) + ".");
  return out;
}

}  // namespace sandbox::jira
