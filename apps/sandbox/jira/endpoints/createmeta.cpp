#include "jira/endpoints/metadata.hpp"

#include <algorithm>

#include "jira/fields/meta.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// Only projects in which the caller may create show their screens.
bool may_create(Site const& site, Call const& call, Project const* project) {
  return sees_project(site, call.account(), project) && may(site, call.account(), "CREATE_ISSUES");
}
Project const* creatable(Site const& site, Call const& call) {
  auto const* project = site.definition.project_by(call.args[0]);
  return may_create(site, call, project) ? project : nullptr;
}

json::Value meta_page(Offset const& offset, std::string name, json::Array all) {
  auto const total = all.size();
  json::Object out;
  out.append("maxResults", static_cast<std::uint64_t>(offset.most));
  out.append("startAt", static_cast<std::uint64_t>(offset.start));
  out.append("total", static_cast<std::uint64_t>(total));
  out.append(std::move(name), slice(std::move(all), offset));
  return out;
}

}  // namespace

Response get_create_meta_types(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 200);
  if (!offset) return refused(offset.error());
  auto const* project = creatable(site, call);
  if (project == nullptr) return refused_field("projectIdOrKey", "Specify a valid project ID or key");
  json::Array types;
  for (auto const& held : project->types) {
    if (auto const* type = site.definition.type(held.type)) {
      auto shown = issue_type_json(site, call.reader, *type);
      shown.set("untranslatedName", type->name.name);
      types.push_back(std::move(shown));
    }
  }
  return json_answer(200, meta_page(*offset, "issueTypes", std::move(types)));
}

Response get_create_meta_fields(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 200);
  if (!offset) return refused(offset.error());
  auto const* project = creatable(site, call);
  if (project == nullptr) return refused_field("projectIdOrKey", "Specify a valid project ID or key");
  if (project->type(call.args[1]) == nullptr) return refused_field("issueTypeId", "Specify a valid issue type");
  json::Array fields;
  for (auto const& row : create_screen(*project, call.args[1])) {
    auto const* field = site.definition.field(row.id);
    if (field == nullptr || !field->used_in(project->id)) continue;
    fields.push_back(field_meta(site, call.reader, *project, call.args[1], row, true));
  }
  return json_answer(200, meta_page(*offset, "fields", std::move(fields)));
}

Response get_create_meta(Site& site, Call const& call) {
  auto const one_of = [](std::vector<std::string> const& list, std::string_view value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  auto const ids = call.list("projectIds"), keys = call.list("projectKeys");
  auto const type_ids = call.list("issuetypeIds"), type_names = call.list("issuetypeNames");
  auto const expand = call.list("expand");
  bool const with_fields = std::find(expand.begin(), expand.end(), "projects.issuetypes.fields") != expand.end();
  json::Array projects;
  for (auto const& project : site.definition.projects) {
    if (!may_create(site, call, &project) || !one_of(ids, project.id) || !one_of(keys, project.key)) continue;
    json::Array types;
    for (auto const& held : project.types) {
      auto const* type = site.definition.type(held.type);
      if (type == nullptr || !one_of(type_ids, type->id) || !one_of(type_names, type->name.in(call.reader.language))) continue;
      auto shown = issue_type_json(site, call.reader, *type);
      shown.set("untranslatedName", type->name.name);
      if (with_fields) {
        json::Object fields;
        for (auto const& row : create_screen(project, type->id)) {
          auto const* field = site.definition.field(row.id);
          if (field != nullptr && field->used_in(project.id))
            fields.set(row.id, field_meta(site, call.reader, project, type->id, row, false));
        }
        shown.set("expand", "fields");
        shown.set("fields", std::move(fields));
      }
      types.push_back(std::move(shown));
    }
    auto shown = project_json(site, project);
    shown.set("expand", "issuetypes");
    shown.set("issuetypes", std::move(types));
    projects.push_back(std::move(shown));
  }
  return json_answer(200, json::Object{{"expand", "projects"}, {"projects", std::move(projects)}});
}

}  // namespace sandbox::jira
