// What the endpoints about a project share: finding it, and how its components and versions look in lists of their own.
#pragma once

#include <string_view>

#include "jira/site.hpp"

namespace sandbox::jira {

// The project of a key or an id, if the caller may see it.
Project const* visible_project(Site const& site, Call const& call, std::string_view id_or_key);
Response no_project(std::string_view named);  // 404

// More than the short forms inside of issues.
json::Value component_details(Site const& site, Call const& call, Project const& project, Component const& component);
json::Value version_details(Site const& site, Project const& project, Version const& version);

}  // namespace sandbox::jira
