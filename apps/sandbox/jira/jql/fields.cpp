#include "jira/jql/fields.hpp"

#include <algorithm>
#include <array>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira::jql {

namespace {

using tandem::text::equal_ignoring_case;

// System fields that Jira keeps by itself and that hold an id.
constexpr std::array<std::string_view, 5> kDerivedIds{"project", "issuetype", "status", "statusCategory", "creator"};

template <class Items>
void add_named(std::vector<std::string>& out, Items const& items, std::string const& value) {
  for (auto const& item : items) {
    if (item.id == value || item.name.is(value)) out.push_back(item.id);
  }
}

void add_options(std::vector<std::string>& out, std::vector<Option> const& options, std::string const& value) {
  for (auto const& option : options) {
    if (option.id == value || option.value.is(value)) out.push_back(option.id);
    add_options(out, option.children, value);
  }
}

template <class Members>
void add_of_projects(std::vector<std::string>& out, Site const& site, Members Project::*members, std::string const& value) {
  for (auto const& project : site.definition.projects) {
    for (auto const& item : project.*members) {
      if (item.id == value || equal_ignoring_case(item.name, value)) out.push_back(item.id);
    }
  }
}

std::vector<std::string> derived_ids(Site const& site, Field const& field, std::string const& value) {
  std::vector<std::string> out;
  auto const& definition = site.definition;
  if (field.id == "project") {
    for (auto const& project : definition.projects) {
      if (project.id == value || equal_ignoring_case(project.key, value) || equal_ignoring_case(project.name, value))
        out.push_back(project.id);
    }
  } else if (field.id == "issuetype") {
    add_named(out, definition.types, value);
  } else if (field.id == "status") {
    add_named(out, definition.statuses, value);
  } else if (field.id == "statusCategory") {
    for (auto const* key : {"new", "indeterminate", "done", "undefined"}) {
      auto const& category = category_of(key);
      if (category.name.is(value) || equal_ignoring_case(category.key, value) || std::to_string(category.id) == value)
        out.emplace_back(key);
    }
  } else if (field.id == "creator") {
    out.push_back(value);  // any account id; an unknown one matches nothing
  }
  return out;
}

}  // namespace

std::optional<NamedField> named_field(Site const& site, std::string_view name) {
  if (equal_ignoring_case(name, "text")) return NamedField{nullptr, true};
  for (auto const& field : site.definition.fields) {
    if (field.custom()) {
      if (equal_ignoring_case(name, "cf[" + std::to_string(field.custom_id) + "]")) return NamedField{&field, false};
      continue;
    }
    for (auto const& clause : split_list(field.type->clauses)) {
      if (equal_ignoring_case(clause, name)) return NamedField{&field, false};
    }
  }
  for (auto const& field : site.definition.fields) {
    bool const searchable = field.custom() ? !field.type->searcher.empty() : !field.type->clauses.empty();
    if (searchable && field.name.is(name)) return NamedField{&field, false};
  }
  return std::nullopt;
}

bool holds_ids(Field const& field) {
  switch (field.kind()) {
    case Kind::labels:
    case Kind::priority:
    case Kind::option:
    case Kind::options:
    case Kind::cascading:
    case Kind::components:
    case Kind::version:
    case Kind::versions:
    case Kind::user:
    case Kind::users:
    case Kind::group:
    case Kind::groups:
    case Kind::resolution:
    case Kind::parent:
    case Kind::sprint:
    case Kind::issue_type:
    case Kind::project: return true;
    default: return std::find(kDerivedIds.begin(), kDerivedIds.end(), field.id) != kDerivedIds.end();
  }
}

std::vector<std::string> ids_of_value(Site const& site, Field const& field, std::string const& value) {
  std::vector<std::string> out;
  auto const& definition = site.definition;
  switch (field.kind()) {
    case Kind::labels:
    case Kind::user:
    case Kind::users: return {value};
    case Kind::priority: add_named(out, definition.priorities, value); break;
    case Kind::resolution: add_named(out, definition.resolutions, value); break;
    case Kind::option:
    case Kind::options:
    case Kind::cascading: add_options(out, field.options, value); break;
    case Kind::components: add_of_projects(out, site, &Project::components, value); break;
    case Kind::version:
    case Kind::versions: add_of_projects(out, site, &Project::versions, value); break;
    case Kind::group:
    case Kind::groups:
      for (auto const& group : definition.groups) {
        if (group.id == value || equal_ignoring_case(group.name, value)) out.push_back(group.id);
      }
      break;
    case Kind::sprint:
      for (auto const& sprint : definition.sprints) {
        auto id = std::to_string(sprint.id);
        if (id == value || equal_ignoring_case(sprint.name, value)) out.push_back(std::move(id));
      }
      break;
    case Kind::parent:
      if (auto const* issue = site.store.find(value)) out.push_back(std::to_string(issue->id));
      break;
    default: return derived_ids(site, field, value);
  }
  return out;
}

std::vector<std::string_view> ids_of_issue(Site const& site, Issue const& issue, Field const& field) {
  if (!field.custom()) {
    if (field.id == "project") return {issue.project};
    if (field.id == "issuetype") return {issue.type};
    if (field.id == "status") return {issue.status};
    if (field.id == "creator") return {issue.creator};
    if (field.id == "statusCategory") {
      auto const* status = site.definition.status(issue.status);
      return status == nullptr ? std::vector<std::string_view>{} : std::vector<std::string_view>{status->category};
    }
  }
  auto const& stored = issue.value(field.id);
  std::vector<std::string_view> out;
  if (stored.is_string()) out.push_back(stored.text());
  for (auto const& item : stored.items()) {
    if (item.is_string()) out.push_back(item.text());
    if (auto const* number = item.if_number()) out.push_back(number->text);
  }
  if (stored.is_object()) {
    out.push_back(stored["id"].text());
    if (stored.has("child")) out.push_back(stored["child"].text());
  }
  return out;
}

}  // namespace sandbox::jira::jql
