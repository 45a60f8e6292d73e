#include "jira/site_change.hpp"

#include <algorithm>

namespace sandbox::jira {

using tandem::Result;
using tandem::Unit;

namespace {

template <class Items, class Fits>
auto* first(Items& items, Fits const& fits) {
  auto const found = std::find_if(items.begin(), items.end(), fits);
  return found == items.end() ? nullptr : &*found;
}

// With everything that leads to it or from it.
void drop_status(Workflow& workflow, std::string const& status) {
  for (auto& transition : workflow.transitions) {
    bool const only = transition.from == std::vector{status};
    std::erase(transition.from, status);
    if (only) transition.to = status;  // it led on from there alone
  }
  std::erase_if(workflow.transitions, [&](Transition const& transition) { return transition.to == status; });
}

bool take_off_screens(Definition& definition, std::string_view field, std::string_view key) {
  auto* const project = first(definition.projects, [&](Project const& one) { return one.key == key; });
  if (project == nullptr || definition.field(field) == nullptr) return false;
  for (auto& type : project->types) {
    for (auto* screen : {&type.create, &type.edit})
      std::erase_if(*screen, [&](ScreenField const& one) { return one.id == field; });
  }
  return true;
}

bool add_option(Definition& definition, std::string_view id, json::Value const& value) {
  auto* const field = first(definition.fields, [&](Field const& one) { return one.id == id; });
  if (field == nullptr || value["id"].text().empty()) return false;
  Option option;
  option.id = value["id"].text();
  option.value.name = value["value"].text();
  field->options.push_back(std::move(option));
  return true;
}

bool make(Definition& definition, json::Value const& change) {
  if (change.has("screenField")) return take_off_screens(definition, change["screenField"].text(), change["project"].text());
  if (change.has("option")) return add_option(definition, change["field"].text(), change["option"]);
  auto const workflow = definition.workflows.find(change["workflow"].text());
  if (workflow == definition.workflows.end()) return false;
  auto& transitions = workflow->second.transitions;
  if (change.has("dropTransition"))
    return std::erase_if(transitions, [&](Transition const& one) { return one.id == change["dropTransition"].text(); }) > 0;
  if (definition.status(change["dropStatus"].text()) == nullptr) return false;
  drop_status(workflow->second, std::string(change["dropStatus"].text()));
  return true;
}

}  // namespace

Result<Unit> SiteChanges::apply(Definition& definition, json::Value const& change) {
  if (change.is_null()) {
    if (!declared_) return Unit{};
    definition.workflows = std::move(declared_->workflows);
    for (std::size_t i = 0; i < definition.projects.size(); ++i) definition.projects[i].types = std::move(declared_->types[i]);
    for (std::size_t i = 0; i < definition.fields.size(); ++i) definition.fields[i].options = std::move(declared_->options[i]);
    declared_.reset();
    return Unit{};
  }
  if (!declared_) {
    declared_.emplace();
    declared_->workflows = definition.workflows;
    for (auto const& project : definition.projects) declared_->types.push_back(project.types);
    for (auto const& field : definition.fields) declared_->options.push_back(field.options);
  }
  if (make(definition, change)) return Unit{};
  return tandem::fail(
      tandem::ErrorKind::usage,
      R"(jira.change is {"screenField":"customfield_10051","project":"SUP"}, {"workflow":"support","dropTransition":"21"}, )"
      R"({"workflow":"support","dropStatus":"10002"}, {"field":"customfield_10055","option":{"id":"1","value":"New"}} or null)");
}

}  // namespace sandbox::jira
