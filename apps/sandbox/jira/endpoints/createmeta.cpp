#include "jira/endpoints/metadata.hpp"

#include "jira/fields/meta.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// Only projects in which the caller may create show their screens.
Project const* creatable(Site const& site, Call const& call) {
  bool const allowed = may(site, call.account(), "BROWSE_PROJECTS") && may(site, call.account(), "CREATE_ISSUES");
  return allowed ? site.definition.project_by(call.args[0]) : nullptr;
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

}  // namespace sandbox::jira
