// POST component, POST version: administrators of a project make them; names are unique within it (schemas ProjectComponent and Version of
// jira-openapi.json). A component is refused with 403 where the caller may not administer, a version with 404. Whether names that differ in
// case alone are equal is not verified: a switch.
#include <algorithm>
#include <charconv>

#include <tandem/base/text/utf8.hpp>

#include "jira/endpoints/metadata.hpp"
#include "jira/endpoints/projects.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

constexpr std::size_t kLongestName = 255;

// The definition hands out projects for reading only; these two requests are the ones that change one.
Project& changeable(Site& site, Project const& project) {
  return *std::find_if(site.definition.projects.begin(), site.definition.projects.end(),
                       [&](Project const& held) { return held.id == project.id; });
}

template <class T>
std::string next_id(Site const& site, std::vector<T> Project::*list) {
  std::int64_t highest = 10'000;
  for (auto const& project : site.definition.projects) {
    for (auto const& held : project.*list) {
      std::int64_t id = 0;
      std::from_chars(held.id.data(), held.id.data() + held.id.size(), id);
      highest = std::max(highest, id);
    }
  }
  return std::to_string(highest + 1);
}

template <class T>
bool holds_name(Site const& site, std::vector<T> const& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [&](T const& held) {
    return held.name == name ||
           (site.settings.part_names_ignore_case && tandem::text::ascii_lower(held.name) == tandem::text::ascii_lower(name));
  });
}

}  // namespace

Response post_component(Site& site, Call const& call) {
  auto const key = call.body["project"].text();
  auto const* project = visible_project(site, call, key);
  if (project == nullptr) return no_project(key);
  if (!may(site, call.account(), "ADMINISTER_PROJECTS"))
    return refused(403, "You do not have permission to administer the project.");
  std::string const name(tandem::text::trimmed(call.body["name"].text()));
  if (name.empty()) return refused_field("name", "The component name specified is invalid - cannot be an empty string.");
  if (tandem::text::utf16_units(name) > kLongestName)
    return refused_field("name", "The component name must not exceed 255 characters in length.");
  if (holds_name(site, project->components, name))
    return refused_field("name", "A component with the name " + name + " already exists in this project.");
  Component made{next_id(site, &Project::components), name, std::string(call.body["description"].text())};
  auto& held = changeable(site, *project);
  held.components.push_back(std::move(made));
  return json_answer(201, component_details(site, call, held, held.components.back()));
}

Response post_version(Site& site, Call const& call) {
  auto const named =
      call.body["projectId"].is_null() ? std::string(call.body["project"].text()) : call.body["projectId"].scalar_text();
  auto const* project = visible_project(site, call, named);
  if (project == nullptr || !may(site, call.account(), "ADMINISTER_PROJECTS")) return no_project(named);
  std::string const name(tandem::text::trimmed(call.body["name"].text()));
  if (name.empty()) return refused_field("name", "You must specify a valid version name");
  if (tandem::text::utf16_units(name) > kLongestName)
    return refused_field("name", "The version name must not exceed 255 characters in length.");
  if (holds_name(site, project->versions, name))
    return refused_field("name", "A version with this name already exists in this project.");
  auto& held = changeable(site, *project);
  held.versions.push_back({next_id(site, &Project::versions), name, std::string(call.body["description"].text()),
                           std::string(call.body["releaseDate"].text()), call.body["archived"].truthy(),
                           call.body["released"].truthy()});
  return json_answer(201, version_details(site, held, held.versions.back()));
}

}  // namespace sandbox::jira
