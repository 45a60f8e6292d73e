#include "jira/fields/meta.hpp"

#include <algorithm>

#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// Missing for users, labels, texts, numbers and dates.
std::optional<json::Array> allowed_values(Site const& site, Reader const& reader, Project const& project,
                                          std::string_view type_id, Field const& field) {
  json::Array out;
  auto const& definition = site.definition;
  switch (field.kind()) {
    case Kind::priority:
      for (auto const& priority : definition.priorities) {
        bool const usable = project.priorities.empty() || std::find(project.priorities.begin(), project.priorities.end(),
                                                                    priority.id) != project.priorities.end();
        if (usable) out.push_back(priority_json(site, reader, priority, false));
      }
      return out;
    case Kind::resolution:
      for (auto const& resolution : definition.resolutions) out.push_back(resolution_json(site, reader, resolution));
      return out;
    case Kind::option:
    case Kind::options:
    case Kind::cascading:
      for (auto const& option : field.options) {
        if (option.disabled) continue;
        auto shown = option_json(site, reader, option);
        if (field.kind() == Kind::cascading) {
          json::Array children;
          for (auto const& child : option.children) children.push_back(option_json(site, reader, child));
          shown.set("children", std::move(children));
        }
        out.push_back(std::move(shown));
      }
      return out;
    case Kind::components:
      for (auto const& component : project.components) out.push_back(component_json(site, component));
      return out;
    case Kind::version:
    case Kind::versions:
      for (auto const& version : project.versions) {
        if (version.archived) continue;
        auto shown = version_json(site, version);
        shown.set("projectId", json::Number{project.id});
        out.push_back(std::move(shown));
      }
      return out;
    case Kind::issue_type:
      if (auto const* type = definition.type(type_id)) out.push_back(issue_type_json(site, reader, *type));
      return out;
    case Kind::project: out.push_back(project_json(site, project)); return out;
    default: return std::nullopt;
  }
}

std::string auto_complete(Site const& site, Project const& project, Field const& field) {
  if (field.kind() == Kind::user || field.kind() == Kind::users) {
    return site.definition.base_url + "/rest/api/3/user/assignable/search?project=" + project.key + "&query=";
  }
  if (field.kind() == Kind::labels) {
    auto const custom = field.custom() ? "customFieldId=" + std::to_string(field.custom_id) + "&" : std::string();
    return site.definition.base_url + "/rest/api/1.0/labels/suggest?" + custom + "query=";
  }
  return {};
}

}  // namespace

Screen create_screen(Project const& project, std::string_view type_id) {
  Screen out{{"project", true}, {"issuetype", true}};
  if (auto const* type = project.type(type_id)) out.insert(out.end(), type->create.begin(), type->create.end());
  return out;
}

Screen const& edit_screen(Project const& project, std::string_view type_id) {
  static Screen const kNone;
  auto const* type = project.type(type_id);
  return type == nullptr ? kNone : type->edit;
}

bool on_screen(Screen const& screen, std::string_view field_id) {
  return std::any_of(screen.begin(), screen.end(), [&](ScreenField const& row) { return row.id == field_id; });
}

json::Value default_value(Site const& site, Project const& project, std::string_view type_id, Field const& field) {
  auto const* type = project.type(type_id);
  if (type != nullptr) {
    if (auto const* held = type->defaults.find(field.id)) return *held;
  }
  if (field.id == "priority" && !site.definition.default_priority.empty())
    return json::Object{{"id", site.definition.default_priority}};
  return {};
}

json::Value field_meta(Site const& site, Reader const& reader, Project const& project, std::string_view type_id,
                       ScreenField const& row, bool with_field_id) {
  auto const* field = site.definition.field(row.id);
  if (field == nullptr) return {};
  json::Object out;
  out.append("required", row.required);
  out.append("schema", field_schema(*field).is_null() ? json::Value(json::Object{{"type", "issuelink"}, {"system", field->id}})
                                                      : field_schema(*field));
  out.append("name", field->name.in(reader.language));
  out.append("key", field->key);
  if (auto url = auto_complete(site, project, *field); !url.empty()) out.append("autoCompleteUrl", std::move(url));
  auto const preset = default_value(site, project, type_id, *field);
  out.append("hasDefaultValue", !preset.is_null() || (field->id == "reporter" && row.required));
  json::Array operations;
  for (auto& operation : split_list(field->type->operations)) operations.emplace_back(std::move(operation));
  out.append("operations", std::move(operations));
  if (auto allowed = allowed_values(site, reader, project, type_id, *field)) {
    if (!preset.is_null()) {
      for (auto const& value : *allowed) {
        if (preset["id"].text() == value["id"].text()) out.append("defaultValue", value);
      }
    }
    out.append("allowedValues", std::move(*allowed));
  } else if (!preset.is_null()) {
    out.append("defaultValue", preset);
  }
  if (with_field_id) out.append("fieldId", field->id);
  return out;
}

}  // namespace sandbox::jira
