#include "jira/definition.hpp"

#include <algorithm>
#include <array>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira {

namespace {
template <class Items>
auto const* by_id(Items const& items, std::string_view id) {
  auto const found = std::find_if(items.begin(), items.end(), [&](auto const& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}
}  // namespace

std::string const& Label::in(std::string_view language) const {
  auto const found = translations.find(language);
  return found == translations.end() ? name : found->second;
}
bool Label::is(std::string_view text) const {
  if (tandem::text::equal_ignoring_case(name, text)) return true;
  return std::any_of(translations.begin(), translations.end(),
                     [&](auto const& pair) { return tandem::text::equal_ignoring_case(pair.second, text); });
}

bool Field::used_in(std::string_view project_id) const {
  return projects.empty() || std::find(projects.begin(), projects.end(), project_id) != projects.end();
}

ProjectType const* Project::type(std::string_view type_id) const {
  auto const found = std::find_if(types.begin(), types.end(), [&](ProjectType const& held) { return held.type == type_id; });
  return found == types.end() ? nullptr : &*found;
}

Account const* Definition::account(std::string_view account_id) const { return by_id(accounts, account_id); }
Account const* Definition::by_login(std::string_view login) const {
  auto const found = std::find_if(accounts.begin(), accounts.end(), [&](Account const& held) { return held.login == login; });
  return found == accounts.end() ? nullptr : &*found;
}
Account const* Definition::connector() const {
  auto const found = std::find_if(accounts.begin(), accounts.end(), [](Account const& held) { return held.connector; });
  return found == accounts.end() ? nullptr : &*found;
}
void Definition::index_fields() {
  fields_by_id_.clear();
  for (auto const& held : fields) fields_by_id_.emplace(held.id, &held);
}
Field const* Definition::field(std::string_view id) const {
  auto const found = fields_by_id_.find(id);
  return found == fields_by_id_.end() ? nullptr : found->second;
}
Status const* Definition::status(std::string_view id) const { return by_id(statuses, id); }
Priority const* Definition::priority(std::string_view id) const { return by_id(priorities, id); }
Resolution const* Definition::resolution(std::string_view id) const { return by_id(resolutions, id); }
IssueType const* Definition::type(std::string_view id) const { return by_id(types, id); }
LinkType const* Definition::link_type(std::string_view id) const { return by_id(link_types, id); }
Project const* Definition::project(std::string_view id) const { return by_id(projects, id); }
Project const* Definition::project_by(std::string_view id_or_key) const {
  auto const found = std::find_if(projects.begin(), projects.end(),
                                  [&](Project const& held) { return held.id == id_or_key || held.key == id_or_key; });
  return found == projects.end() ? nullptr : &*found;
}
Workflow const* Definition::workflow(Project const& project, std::string_view type_id) const {
  auto const* type = project.type(type_id);
  if (type == nullptr) return nullptr;
  auto const found = workflows.find(type->workflow);
  return found == workflows.end() ? nullptr : &found->second;
}

StatusCategory const& category_of(std::string_view key) {
  // Ids, keys and colours are Jira's own and the same on every site (contract §7); the names are translated.
  static std::array<StatusCategory, 4> const categories{{
      {2, "new", "blue-gray", {"To Do", {{"de", "Zu erledigen"}, {"fr", "À faire"}, {"es", "Por hacer"}, {"ja", "To Do"}}}},
      {4,
       "indeterminate",
       "yellow",
       {"In Progress", {{"de", "In Arbeit"}, {"fr", "En cours"}, {"es", "En curso"}, {"ja", "進行中"}}}},
      {3, "done", "green", {"Done", {{"de", "Fertig"}, {"fr", "Terminé"}, {"es", "Listo"}, {"ja", "完了"}}}},
      {1, "undefined", "medium-gray", {"No Category", {{"de", "Keine Kategorie"}}}},
  }};
  auto const found =
      std::find_if(categories.begin(), categories.end(), [&](StatusCategory const& held) { return held.key == key; });
  return found == categories.end() ? categories.back() : *found;
}

Option const* find_option(std::vector<Option> const& options, std::string_view id) { return by_id(options, id); }

}  // namespace sandbox::jira
