#include "jira/world_file.hpp"

#include <algorithm>
#include <charconv>

#include "jira/permissions.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

using tandem::ErrorKind;
using tandem::Result;
using tandem::Unit;

auto fault(std::string text) { return tandem::fail(ErrorKind::config, "world file, jira: " + std::move(text)); }

Label label_of(json::Value const& value, char const* key = "name") {
  Label out{std::string(value[key].text()), {}};
  for (auto const& [language, text] : value["translations"].members()) out.translations.emplace(language, text.text());
  return out;
}

bool flag_or(json::Value const& value, bool otherwise) { return value.is_bool() ? value.truthy() : otherwise; }

std::vector<std::string> texts(json::Value const& list) {
  std::vector<std::string> out;
  for (auto const& item : list.items()) out.push_back(item.scalar_text());
  return out;
}

std::vector<Option> options_of(json::Value const& list) {
  std::vector<Option> out;
  for (auto const& item : list.items()) {
    out.push_back({item["id"].scalar_text(), label_of(item, "value"), item["disabled"].truthy(), options_of(item["children"])});
  }
  return out;
}

Result<Unit> load_accounts(Definition& to, json::Value const& list) {
  for (auto const& item : list.items()) {
    Account account;
    account.login = item["login"].text();
    account.id = item["accountId"].text();
    account.email = item["email"].text();
    account.display_name = item["displayName"].text_or(account.login);
    account.time_zone = item["timeZone"].text_or("UTC");
    account.locale = item["locale"].text_or("en_US");
    account.type = item["accountType"].text_or("atlassian");
    account.app_type = item["appType"].text();
    account.scopes = texts(item["scopes"]);
    account.groups = texts(item["groups"]);
    account.roles = texts(item["roles"]);
    account.token = item["token"].text();
    account.scoped_token = item["scopedToken"].text();
    account.active = flag_or(item["active"], true);
    account.shows_email = flag_or(item["showsEmail"], true);
    account.connector = item["connector"].truthy();
    account.denied = texts(item["denied"]);
    account.granted = texts(item["granted"]);
    if (account.login.empty() || account.id.empty()) return fault("an account needs login and accountId");
    if (!zone_exists(account.time_zone)) return fault("account " + account.login + ": unknown time zone " + account.time_zone);
    for (auto const& permission : account.denied) {
      if (!is_permission(permission)) return fault("account " + account.login + ": unknown permission " + permission);
    }
    to.accounts.push_back(std::move(account));
  }
  return Unit{};
}

void load_lists(Definition& to, json::Value const& part) {
  for (auto const& item : part["statuses"].items()) {
    to.statuses.push_back({item["id"].scalar_text(), label_of(item), std::string(item["description"].text()),
                           item["category"].text_or("new"), item["project"].scalar_text()});
  }
  for (auto const& item : part["priorities"].items()) {
    to.priorities.push_back(
        {item["id"].scalar_text(), label_of(item), std::string(item["description"].text()), item["color"].text_or("#707070")});
  }
  for (auto const& item : part["resolutions"].items()) {
    to.resolutions.push_back({item["id"].scalar_text(), label_of(item), std::string(item["description"].text())});
  }
  for (auto const& item : part["issueTypes"].items()) {
    IssueType type;
    type.id = item["id"].scalar_text();
    type.name = label_of(item);
    type.description = item["description"].text();
    type.subtask = item["subtask"].truthy();
    type.hierarchy = static_cast<int>(std::clamp<std::int64_t>(item["hierarchyLevel"].integer().value_or(0), 0, 10));
    type.scope = item["project"].scalar_text();
    type.entity_id = item["entityId"].text();
    if (auto const avatar = item["avatarId"].integer()) type.avatar = static_cast<int>(*avatar);
    to.types.push_back(std::move(type));
  }
  for (auto const& item : part["groups"].items())
    to.groups.push_back({item["id"].scalar_text(), std::string(item["name"].text())});
  for (auto const& item : part["sprints"].items()) {
    to.sprints.push_back({item["id"].integer().value_or(0), std::string(item["name"].text()), item["state"].text_or("future")});
  }
  for (auto const& item : part["roles"].items()) to.roles.push_back({item["id"].scalar_text(), std::string(item["name"].text())});
  for (auto const& item : part["linkTypes"].items()) {
    to.link_types.push_back({item["id"].scalar_text(), std::string(item["name"].text()), std::string(item["inward"].text()),
                             std::string(item["outward"].text())});
  }
  to.default_priority = part["defaultPriority"].scalar_text();
}

Result<Unit> load_oauth_clients(Definition& to, json::Value const& list) {
  for (auto const& item : list.items()) {
    OauthClient client{std::string(item["clientId"].text()), std::string(item["clientSecret"].text()), {}, texts(item["scopes"])};
    auto const* account = to.by_login(item["account"].text());
    if (client.id.empty() || client.secret.empty() || account == nullptr)
      return fault("an OAuth client needs clientId, clientSecret and the login of an account");
    client.account = account->id;
    to.oauth_clients.push_back(std::move(client));
  }
  return Unit{};
}

Result<Field> custom_field(json::Value const& item) {
  constexpr std::string_view kPrefix = "customfield_";
  Field out;
  out.id = item["id"].text();
  out.key = item["key"].text_or(out.id);
  out.name = label_of(item);
  out.type = custom_type(item["type"].text());
  if (out.type == nullptr) return fault("field " + out.id + ": unknown type '" + std::string(item["type"].text()) + "'");
  auto const number = std::string_view(out.id).substr(std::min(kPrefix.size(), out.id.size()));
  auto const parsed = std::from_chars(number.data(), number.data() + number.size(), out.custom_id);
  if (!out.id.starts_with(kPrefix) || parsed.ec != std::errc{})
    return fault("field " + out.id + ": a custom field is called customfield_NUMBER");
  out.options = options_of(item["options"]);
  out.projects = texts(item["projects"]);
  out.scope = item["project"].scalar_text();
  if (!out.scope.empty()) out.projects = {out.scope};
  out.uri = item["uri"].text();
  return out;
}

Result<Unit> load_fields(Definition& to, json::Value const& list) {
  for (auto const& type : system_fields()) {
    Field field;
    field.id = field.key = std::string(type.name);
    field.name.name = std::string(type.title);
    field.type = &type;
    to.fields.push_back(std::move(field));
  }
  auto const system_count = to.fields.size();
  for (auto const& item : list.items()) {
    // A system field may have the world's own name.
    auto const own = std::find_if(to.fields.begin(), to.fields.begin() + static_cast<std::ptrdiff_t>(system_count),
                                  [&](Field const& held) { return held.id == item["id"].text(); });
    if (own != to.fields.begin() + static_cast<std::ptrdiff_t>(system_count)) {
      own->name = label_of(item);
      continue;
    }
    TANDEM_TRY(auto field, custom_field(item));
    to.fields.push_back(std::move(field));
  }
  to.index_fields();
  return Unit{};
}

Result<Screen> screen_of(Definition const& definition, json::Value const& list) {
  Screen out;
  for (auto const& row : list.items()) {
    std::string const id(row.is_string() ? row.text() : row["field"].text());
    if (definition.field(id) == nullptr) return fault("a screen names the unknown field '" + id + "'");
    out.push_back({id, row["required"].truthy()});
  }
  return out;
}

Result<Unit> load_workflows(Definition& to, json::Value const& workflows) {
  for (auto const& [name, item] : workflows.members()) {
    Workflow workflow;
    workflow.name = name;
    workflow.initial = item["initial"].scalar_text();
    if (to.status(workflow.initial) == nullptr) return fault("workflow " + name + ": unknown initial status");
    for (auto const& row : item["transitions"].items()) {
      Transition transition;
      transition.id = row["id"].scalar_text();
      transition.name = label_of(row);
      if (row["from"].is_array()) transition.from = texts(row["from"]);
      transition.to = row["to"].scalar_text();
      TANDEM_TRY(transition.screen, screen_of(to, row["screen"]));
      transition.only_for = texts(row["onlyFor"]);
      transition.conditional = row["conditional"].truthy();
      transition.hidden = row["hidden"].truthy();
      if (row.has("resolution")) transition.resolution = row["resolution"].scalar_text();
      if (to.status(transition.to) == nullptr)
        return fault("workflow " + name + ", transition " + transition.id + ": unknown target status");
      workflow.transitions.push_back(std::move(transition));
    }
    to.workflows.emplace(name, std::move(workflow));
  }
  return Unit{};
}

Result<Project> project_of(Definition const& definition, json::Value const& item) {
  Project out;
  out.id = item["id"].scalar_text();
  out.key = item["key"].text();
  out.name = item["name"].text_or(out.key);
  out.type_key = item["projectTypeKey"].text_or("software");
  out.priorities = texts(item["priorities"]);
  out.private_project = item["private"].truthy();
  out.team_managed = item["style"].text() == "next-gen";
  out.members = texts(item["members"]);
  out.description = item["description"].text();
  out.uuid = item["uuid"].text();
  if (auto const* lead = definition.by_login(item["lead"].text())) out.lead = lead->id;
  bool const number = !out.id.empty() && out.id.size() < 19 && out.id.find_first_not_of("0123456789") == std::string::npos;
  if (!number || out.key.empty()) return fault("a project needs a key and an id that is a number");
  for (auto const& row : item["components"].items()) {
    out.components.push_back({row["id"].scalar_text(), std::string(row["name"].text()), std::string(row["description"].text())});
  }
  for (auto const& row : item["versions"].items()) {
    out.versions.push_back({row["id"].scalar_text(), std::string(row["name"].text()), std::string(row["description"].text()),
                            std::string(row["releaseDate"].text()), row["archived"].truthy(), row["released"].truthy()});
  }
  for (auto const& row : item["types"].items()) {
    ProjectType type;
    type.type = row["type"].scalar_text();
    type.workflow = row["workflow"].text();
    TANDEM_TRY(type.create, screen_of(definition, row["create"]));
    TANDEM_TRY(type.edit, screen_of(definition, row["edit"]));
    type.defaults = row["defaults"].members();
    if (definition.type(type.type) == nullptr) return fault("project " + out.key + ": unknown issue type " + type.type);
    if (definition.workflows.count(type.workflow) == 0)
      return fault("project " + out.key + ": unknown workflow " + type.workflow);
    out.types.push_back(std::move(type));
  }
  return out;
}

}  // namespace

Result<Unit> load_world(Site& site, json::Value const& part) {
  if (!part.is_object()) return fault("not an object");
  Definition definition;
  auto const& info = part["site"];
  definition.base_url = info["url"].text();
  definition.cloud_id = info["cloudId"].text();
  definition.title = info["title"].text_or("Jira");
  while (definition.base_url.ends_with('/')) definition.base_url.pop_back();
  if (definition.base_url.empty()) return fault("site.url is missing");
  TANDEM_CHECK(load_accounts(definition, part["accounts"]));
  TANDEM_CHECK(load_oauth_clients(definition, part["oauthClients"]));
  load_lists(definition, part);
  TANDEM_CHECK(load_fields(definition, part["fields"]));
  TANDEM_CHECK(load_workflows(definition, part["workflows"]));
  for (auto const& item : part["projects"].items()) {
    TANDEM_TRY(auto project, project_of(definition, item));
    definition.projects.push_back(std::move(project));
  }
  site.definition = std::move(definition);
  site.store = Store();
  site.store.set_lag(site.settings.search_lag);
  return load_issues(site, part["issues"]);
}

}  // namespace sandbox::jira
