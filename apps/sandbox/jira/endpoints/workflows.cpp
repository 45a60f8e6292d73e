#include "jira/endpoints/workflows.hpp"

#include <algorithm>
#include <set>

#include "jira/answers.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

// "new" -> "TODO": the categories' names in this answer.
std::string_view category_name(std::string_view key) { return key == "done" ? "DONE" : key == "new" ? "TODO" : "IN_PROGRESS"; }

json::Value rule_json(std::string key, json::Object parameters) {
  return json::Object{{"ruleKey", std::move(key)}, {"parameters", std::move(parameters)}};
}

json::Value transition_json(Transition const& transition, std::set<std::string>& statuses) {
  json::Object out{{"id", transition.id},
                   {"name", transition.name.name},
                   {"description", ""},
                   {"type", transition.from.empty() ? "GLOBAL" : "DIRECTED"},
                   {"toStatusReference", transition.to}};
  statuses.insert(transition.to);
  json::Array links;
  for (auto const& from : transition.from) {
    statuses.insert(from);
    links.push_back(json::Object{{"fromPort", 0}, {"fromStatusReference", from}, {"toPort", 0}});
  }
  out.append("links", std::move(links));
  if (transition.conditional || transition.hidden || !transition.only_for.empty()) {
    json::Array const conditions{rule_json("system:restrict-issue-transition", {})};
    out.append("conditions", json::Object{{"operation", "ALL"}, {"conditions", conditions}, {"conditionGroups", json::Array{}}});
  }
  std::string required;
  for (auto const& row : transition.screen) {
    if (row.required) required += (required.empty() ? "" : ",") + row.id;
  }
  json::Array validators;
  if (!required.empty()) {
    validators.push_back(
        rule_json("system:validate-field-value", json::Object{{"ruleType", "fieldRequired"}, {"fieldsRequired", required}}));
  }
  out.append("validators", std::move(validators));
  if (!transition.screen.empty())
    out.append("transitionScreen", rule_json("system:transition-screen", json::Object{{"screenId", "3"}}));
  out.append("actions", json::Array{});
  out.append("triggers", json::Array{});
  out.append("properties", json::Object{});
  return out;
}

}  // namespace

Response post_workflows(Site& site, Call const& call) {
  bool const allowed = may(site, call.account(), "ADMINISTER") || may(site, call.account(), "ADMINISTER_PROJECTS") ||
                       may(site, call.account(), "VIEW_READONLY_WORKFLOW");
  if (!allowed) return refused(403, "You do not have permission to view workflows.");
  std::set<std::string> wanted;
  for (auto const& name : call.body["workflowNames"].items()) wanted.insert(std::string(name.text()));
  for (auto const& pair : call.body["projectAndIssueTypes"].items()) {
    auto const* project = site.definition.project(pair["projectId"].text());
    auto const type = std::string(pair["issueTypeId"].text());
    auto const* workflow = project == nullptr ? nullptr : site.definition.workflow(*project, type);
    if (workflow == nullptr) return refused(400, "The project or the issue type does not exist.");
    wanted.insert(workflow->name);
  }
  std::set<std::string> statuses;
  json::Array workflows;
  for (auto const& [name, workflow] : site.definition.workflows) {
    if (!wanted.contains(workflow.name)) continue;
    statuses.insert(workflow.initial);
    json::Array transitions{json::Object{{"id", "1"},
                                         {"name", "Create"},
                                         {"type", "INITIAL"},
                                         {"toStatusReference", workflow.initial},
                                         {"links", json::Array{}},
                                         {"validators", json::Array{}},
                                         {"actions", json::Array{}},
                                         {"triggers", json::Array{}}}};
    for (auto const& transition : workflow.transitions) transitions.push_back(transition_json(transition, statuses));
    workflows.push_back(json::Object{{"id", workflow.name},
                                     {"name", workflow.name},
                                     {"description", ""},
                                     {"isEditable", false},
                                     {"scope", json::Object{{"type", "GLOBAL"}}},
                                     {"transitions", std::move(transitions)}});
  }
  json::Array shown;
  for (auto const& status : site.definition.statuses) {
    if (!statuses.contains(status.id)) continue;
    shown.push_back(json::Object{{"id", status.id},
                                 {"name", status.name.name},
                                 {"description", ""},
                                 {"scope", json::Object{{"type", "GLOBAL"}}},
                                 {"statusCategory", category_name(status.category)},
                                 {"statusReference", status.id}});
  }
  return json_answer(200, json::Object{{"statuses", std::move(shown)}, {"workflows", std::move(workflows)}});
}

}  // namespace sandbox::jira
