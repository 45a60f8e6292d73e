#include "jira/endpoints/properties.hpp"

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>

#include "jira/endpoints/writing.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

json::Value property_keys_json(Properties const& properties, std::string const& self) {
  json::Array keys;
  for (auto const& [key, value] : properties) {
    keys.emplace_back(json::Object{{"self", self + "/" + tandem::text::percent_encoded(key)}, {"key", key}});
  }
  return json::Object{{"keys", std::move(keys)}};
}

std::optional<Refusal> property_fault(std::string_view key, json::Value const& value) {
  Refusal out;
  if (auto fault = property_key_fault(key)) out.messages.push_back(std::move(*fault));
  if (json::to_text(value).size() > 32768)
    out.messages.emplace_back("The property value is too long. It can be 32768 characters at most.");
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

Response property_written(Site const& site, bool created) {
  int const status = created ? 201 : 200;
  if (site.settings.property_put_object) return json_answer(status, json::Object{});
  Response out;
  out.status = status;
  out.with("Content-Type", "application/json;charset=UTF-8");
  return out;
}

Response get_property_keys(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  return json_answer(200, property_keys_json(issue->properties, site.api("issue/") + issue->key + "/properties"));
}

Response get_property(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const held = issue->properties.find(call.args[1]);
  if (held == issue->properties.end()) return refused(404, "The property '" + call.args[1] + "' does not exist.");
  return json_answer(200, json::Object{{"key", held->first}, {"value", held->second}});
}

Response put_property(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "EDIT_ISSUES")) return refused(403, "You do not have permission to edit the issue.");
  if (auto const fault = property_fault(call.args[1], call.body)) return refused(*fault);
  bool const created = issue->properties.count(call.args[1]) == 0;
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    held.properties.insert_or_assign(call.args[1], call.body);
    if (site.settings.properties_move_updated) held.updated = site.now();
  });
  announce_property(site, "issue_property_set", *issue, call.args[1], call.body);
  return property_written(site, created);
}

Response delete_property(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "EDIT_ISSUES")) return refused(403, "You do not have permission to edit the issue.");
  if (issue->properties.count(call.args[1]) == 0) return refused(404, "The property '" + call.args[1] + "' does not exist.");
  announce_property(site, "issue_property_deleted", *issue, call.args[1], issue->properties.at(call.args[1]));
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    held.properties.erase(call.args[1]);
    if (site.settings.properties_move_updated) held.updated = site.now();
  });
  return no_content();
}

}  // namespace sandbox::jira
