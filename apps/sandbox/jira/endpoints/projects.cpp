#include "jira/endpoints/projects.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/endpoints/metadata.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

json::Value listed(Site const& site, Project const& project) {
  auto out = project_json(site, project);
  out.set("expand", "description,lead,issueTypes,url,projectKeys,permissions,insight");
  out.set("style", project.team_managed ? "next-gen" : "classic");
  out.set("isPrivate", project.private_project);
  out.set("properties", json::Object{});
  if (!project.uuid.empty()) {
    out.set("uuid", project.uuid);
    out.set("entityId", project.uuid);
  }
  return out;
}

bool wanted(Project const& project, Call const& call) {
  auto const one_of = [](std::vector<std::string> const& list, std::string const& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  if (!one_of(call.list("keys"), project.key) || !one_of(call.list("id"), project.id)) return false;
  if (!one_of(call.list("typeKey"), project.type_key) || !one_of(call.list("status"), "live")) return false;
  auto const query = tandem::text::folded(call.param("query").value_or(""));
  return tandem::text::folded(project.name).find(query) != std::string::npos ||
         tandem::text::folded(project.key).find(query) != std::string::npos;
}

// orderBy=name | -name; anything else keeps the site's order.
void sort_by_name(Call const& call, json::Array& rows) {
  auto const order = call.param("orderBy").value_or("");
  if (!order.ends_with("name")) return;
  std::stable_sort(rows.begin(), rows.end(), [&](json::Value const& a, json::Value const& b) {
    return order.starts_with("-") ? b["name"].text() < a["name"].text() : a["name"].text() < b["name"].text();
  });
}

std::string_view permission_for(std::string_view action) {
  if (action == "create") return "CREATE_ISSUES";
  if (action == "edit") return "ADMINISTER_PROJECTS";
  return "BROWSE_PROJECTS";
}

}  // namespace

Project const* visible_project(Site const& site, Call const& call, std::string_view id_or_key) {
  auto const* project = site.definition.project_by(id_or_key);
  return sees_project(site, call.account(), project) ? project : nullptr;
}
Response no_project(std::string_view named) {
  return refused(404, "No project could be found with key '" + std::string(named) + "'.");
}

json::Value component_details(Site const& site, Call const& call, Project const& project, Component const& component) {
  auto out = component_json(site, component);
  out.set("assigneeType", "PROJECT_DEFAULT");
  out.set("realAssigneeType", "PROJECT_DEFAULT");
  if (auto lead = user_json(site, call.reader, project.lead); !lead.is_null()) out.set("realAssignee", std::move(lead));
  out.set("isAssigneeTypeValid", false);
  out.set("project", project.key);
  out.set("projectId", json::Number{project.id});
  return out;
}
json::Value version_details(Site const& site, Project const& project, Version const& version) {
  auto out = version_json(site, version);
  if (!version.release_date.empty()) out.set("userReleaseDate", version.release_date);
  out.set("projectId", json::Number{project.id});
  return out;
}

Response get_project_search(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 100);
  if (!offset) return refused(offset.error());
  auto const action = call.param("action").value_or("view");
  if (action != "view" && action != "browse" && action != "edit" && action != "create")
    return refused(400, "The action is not valid.");
  std::vector<Project const*> found;
  bool const allowed = may(site, call.account(), permission_for(action));
  for (auto const& project : site.definition.projects) {
    if (allowed && sees_project(site, call.account(), &project) && wanted(project, call)) found.push_back(&project);
  }
  auto const order = call.param("orderBy").value_or("key");
  std::sort(found.begin(), found.end(), [&](Project const* a, Project const* b) {
    auto const& left = order.starts_with("-") ? b : a;
    auto const& right = order.starts_with("-") ? a : b;
    return order.ends_with("name") ? left->name < right->name : left->key < right->key;
  });
  json::Array values;
  for (auto const* project : found) values.push_back(listed(site, *project));
  return json_answer(200, page_of(site, "project/search", *offset, std::move(values)));
}

Response get_project(Site& site, Call const& call) {
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  auto out = listed(site, *project);
  out.set("description", project->description);
  if (auto lead = user_json(site, call.reader, project->lead); !lead.is_null()) out.set("lead", std::move(lead));
  json::Array components, versions, types;
  for (auto const& component : project->components) components.push_back(component_json(site, component));
  for (auto const& version : project->versions) versions.push_back(version_json(site, version));
  for (auto const& held : project->types) {
    if (auto const* type = site.definition.type(held.type)) types.push_back(issue_type_json(site, call.reader, *type));
  }
  out.set("components", std::move(components));
  out.set("issueTypes", std::move(types));
  out.set("assigneeType", "UNASSIGNED");
  out.set("versions", std::move(versions));
  out.set("roles", json::Object{});
  return json_answer(200, out);
}

Response get_project_statuses(Site& site, Call const& call) {
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  json::Array out;
  for (auto const& held : project->types) {
    auto const* type = site.definition.type(held.type);
    auto const* workflow = site.definition.workflow(*project, held.type);
    if (type == nullptr || workflow == nullptr) continue;
    // The workflow's statuses, in the order in which the site lists them.
    json::Array statuses;
    for (auto const& status : site.definition.statuses) {
      bool used = status.id == workflow->initial;
      for (auto const& transition : workflow->transitions) {
        used = used || transition.to == status.id ||
               std::find(transition.from.begin(), transition.from.end(), status.id) != transition.from.end();
      }
      if (used) {
        auto shown = status_json(site, call.reader, status);
        shown.set("untranslatedName", status.name.name);
        statuses.push_back(std::move(shown));
      }
    }
    json::Object row;
    row.append("self", site.api("issuetype/") + type->id);
    row.append("id", type->id);
    row.append("name", type->name.in(call.reader.language));
    row.append("subtask", type->subtask);
    row.append("statuses", std::move(statuses));
    out.emplace_back(std::move(row));
  }
  return json_answer(200, std::move(out));
}

Response get_project_components(Site& site, Call const& call) {
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  json::Array out;
  for (auto const& component : project->components) out.push_back(component_details(site, call, *project, component));
  return json_answer(200, std::move(out));
}

Response get_project_versions(Site& site, Call const& call) {
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  json::Array out;
  for (auto const& version : project->versions) out.push_back(version_details(site, *project, version));
  return json_answer(200, std::move(out));
}

Response get_project_component_page(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  auto const query = tandem::text::folded(call.param("query").value_or(""));
  json::Array out;
  for (auto const& component : project->components) {
    if (tandem::text::folded(component.name).find(query) == std::string::npos) continue;
    auto shown = component_details(site, call, *project, component);
    std::uint64_t count = 0;
    for (auto const& [id, issue] : site.store.all()) {
      auto const& held = issue.value("components").items();
      count += std::find(held.begin(), held.end(), json::Value(component.id)) != held.end() ? 1U : 0U;
    }
    shown.set("issueCount", count);
    out.push_back(std::move(shown));
  }
  sort_by_name(call, out);
  return json_answer(200, page_of(site, "project/" + project->key + "/component", *offset, std::move(out)));
}

Response get_project_version_page(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  auto const* project = visible_project(site, call, call.args[0]);
  if (project == nullptr) return no_project(call.args[0]);
  auto const query = tandem::text::folded(call.param("query").value_or(""));
  auto const states = call.list("status");
  json::Array out;
  for (auto const& version : project->versions) {
    auto const state = version.archived ? "archived" : version.released ? "released" : "unreleased";
    if (!states.empty() && std::find(states.begin(), states.end(), state) == states.end()) continue;
    bool const named = tandem::text::folded(version.name).find(query) != std::string::npos ||
                       tandem::text::folded(version.description).find(query) != std::string::npos;
    if (named) out.push_back(version_details(site, *project, version));
  }
  sort_by_name(call, out);
  return json_answer(200, page_of(site, "project/" + project->key + "/version", *offset, std::move(out)));
}

}  // namespace sandbox::jira
