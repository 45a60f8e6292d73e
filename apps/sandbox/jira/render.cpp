#include "jira/render.hpp"

#include <tandem/base/text/percent.hpp>

#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {
json::Value or_null(std::optional<std::string> const& text) { return text ? json::Value(*text) : json::Value(); }
}  // namespace

json::Value avatars_json(std::string const& url) {
  auto const sized = [&](std::string_view size) {
    return json::Value(url + (url.find('?') == std::string::npos ? "?size=" : "&size=") + std::string(size));
  };
  json::Object out;
  out.append("48x48", sized("48"));
  out.append("24x24", sized("24"));
  out.append("16x16", sized("16"));
  out.append("32x32", sized("32"));
  return out;
}

json::Value linked_issue_json(Site const& site, Reader const& reader, Issue const& other) {
  json::Object fields;
  fields.append("summary", other.value("summary"));
  if (auto const* status = site.definition.status(other.status)) fields.append("status", status_json(site, reader, *status));
  if (auto const* priority = site.definition.priority(other.value("priority").text())) {
    fields.append("priority", priority_json(site, reader, *priority, false));
  }
  if (auto const* type = site.definition.type(other.type)) fields.append("issuetype", issue_type_json(site, reader, *type));
  json::Object out;
  out.append("id", std::to_string(other.id));
  out.append("key", other.key);
  out.append("self", site.api("issue/") + std::to_string(other.id));
  out.append("fields", std::move(fields));
  return out;
}

json::Value scope_json(std::string_view project_id) {
  return json::Object{{"type", "PROJECT"}, {"project", json::Object{{"id", project_id}}}};
}

json::Value user_json(Site const& site, Reader const& reader, std::string_view account_id) {
  auto const* account = site.definition.account(account_id);
  if (account == nullptr) return {};
  json::Object out;
  out.append("self", site.api("user?accountId=") + tandem::text::percent_encoded(account->id));
  out.append("accountId", account->id);
  // Privacy: the address is left out, not sent as null; one's own is always seen.
  if (account->shows_email || account == reader.account) out.append("emailAddress", account->email);
  out.append("avatarUrls",
             avatars_json(site.definition.base_url + "/secure/useravatar?ownerId=" + tandem::text::percent_encoded(account->id)));
  out.append("displayName", account->display_name);
  out.append("active", account->active);
  out.append("timeZone", site.settings.time_zone.empty() ? account->time_zone : site.settings.time_zone);
  out.append("accountType", account->type);
  if (!account->app_type.empty()) out.append("appType", account->app_type);
  return out;
}

json::Value status_category_json(Site const& site, Reader const& reader, std::string_view key) {
  auto const& category = category_of(key);
  json::Object out;
  out.append("self", site.api("statuscategory/") + std::to_string(category.id));
  out.append("id", category.id);
  out.append("key", category.key);
  out.append("colorName", category.color);
  out.append("name", category.name.in(reader.language));
  return out;
}

json::Value status_json(Site const& site, Reader const& reader, Status const& status) {
  json::Object out;
  out.append("self", site.api("status/") + status.id);
  out.append("description", status.description);
  out.append("iconUrl", site.definition.base_url + "/");
  out.append("name", status.name.in(reader.language));
  out.append("id", status.id);
  out.append("statusCategory", status_category_json(site, reader, status.category));
  if (!status.scope.empty()) out.append("scope", scope_json(status.scope));
  return out;
}

json::Value priority_json(Site const& site, Reader const& reader, Priority const& priority, bool with_color) {
  json::Object out;
  out.append("self", site.api("priority/") + priority.id);
  if (with_color) {
    out.append("statusColor", priority.color);
    out.append("description", priority.description);
  }
  out.append("iconUrl",
             site.definition.base_url + "/images/icons/priorities/" + tandem::text::percent_encoded(priority.id) + ".svg");
  out.append("name", priority.name.in(reader.language));
  out.append("id", priority.id);
  return out;
}

json::Value resolution_json(Site const& site, Reader const& reader, Resolution const& resolution) {
  json::Object out;
  out.append("self", site.api("resolution/") + resolution.id);
  out.append("id", resolution.id);
  out.append("description", resolution.description);
  out.append("name", resolution.name.in(reader.language));
  return out;
}

json::Value issue_type_json(Site const& site, Reader const& reader, IssueType const& type) {
  json::Object out;
  out.append("self", site.api("issuetype/") + type.id);
  out.append("id", type.id);
  out.append("description", type.description);
  out.append("iconUrl", site.definition.base_url + "/rest/api/2/universal_avatar/view/type/issuetype/avatar/" +
                            std::to_string(type.avatar) + "?size=medium");
  out.append("name", type.name.in(reader.language));
  out.append("subtask", type.subtask);
  out.append("avatarId", type.avatar);
  out.append("hierarchyLevel", type.level());
  if (!type.entity_id.empty()) out.append("entityId", type.entity_id);
  if (!type.scope.empty()) out.append("scope", scope_json(type.scope));
  return out;
}

json::Value project_json(Site const& site, Project const& project) {
  json::Object out;
  out.append("self", site.api("project/") + project.id);
  out.append("id", project.id);
  out.append("key", project.key);
  out.append("name", project.name);
  out.append("projectTypeKey", project.type_key);
  out.append("simplified", project.team_managed);
  out.append("avatarUrls",
             avatars_json(site.definition.base_url + "/rest/api/3/universal_avatar/view/type/project/avatar/10400"));
  return out;
}

json::Value component_json(Site const& site, Component const& component) {
  json::Object out;
  out.append("self", site.api("component/") + component.id);
  out.append("id", component.id);
  out.append("name", component.name);
  if (!component.description.empty()) out.append("description", component.description);
  return out;
}

json::Value version_json(Site const& site, Version const& version) {
  json::Object out;
  out.append("self", site.api("version/") + version.id);
  out.append("id", version.id);
  out.append("description", version.description);
  out.append("name", version.name);
  out.append("archived", version.archived);
  out.append("released", version.released);
  if (!version.release_date.empty()) out.append("releaseDate", version.release_date);
  return out;
}

json::Value option_json(Site const& site, Reader const& reader, Option const& option) {
  json::Object out;
  out.append("self", site.api("customFieldOption/") + option.id);
  out.append("value", option.value.in(reader.language));
  out.append("id", option.id);
  return out;
}

json::Value properties_json(Properties const& properties) {
  json::Array out;
  for (auto const& [key, value] : properties) out.emplace_back(json::Object{{"key", key}, {"value", value}});
  return out;
}

json::Value comment_json(Site const& site, Reader const& reader, Issue const& issue, Comment const& comment,
                         bool with_properties) {
  json::Object out;
  out.append("self", site.api("issue/") + std::to_string(issue.id) + "/comment/" + std::to_string(comment.id));
  out.append("id", std::to_string(comment.id));
  out.append("author", user_json(site, reader, comment.author));
  out.append("body", comment.body);
  out.append("updateAuthor", user_json(site, reader, comment.editor));
  out.append("created", stamp(comment.created, reader.zone));
  out.append("updated", stamp(comment.updated, reader.zone));
  if (!comment.visibility.is_null()) out.append("visibility", comment.visibility);
  auto const* project = site.definition.project(issue.project);
  if (project != nullptr && project->type_key == "service_desk") {
    auto const internal = comment.properties.find("sd.public.comment");
    out.append("jsdPublic", internal == comment.properties.end() || !internal->second["internal"].truthy());
  } else {
    out.append("jsdPublic", true);
  }
  if (with_properties) out.append("properties", properties_json(comment.properties));
  return out;
}

json::Value history_json(Site const& site, Reader const& reader, History const& history) {
  json::Array items;
  for (auto const& change : history.items) {
    json::Object item;
    item.append("field", change.field);
    item.append("fieldtype", change.field_type);
    if (!change.field_id.empty()) item.append("fieldId", change.field_id);
    item.append("from", or_null(change.from));
    item.append("fromString", or_null(change.from_text));
    item.append("to", or_null(change.to));
    item.append("toString", or_null(change.to_text));
    if (change.of_user) {
      item.append("tmpFromAccountId", or_null(change.from));
      item.append("tmpToAccountId", or_null(change.to));
    }
    items.emplace_back(std::move(item));
  }
  json::Object out;
  out.append("id", std::to_string(history.id));
  if (auto author = user_json(site, reader, history.author); !author.is_null()) out.append("author", std::move(author));
  out.append("created", stamp(history.created, reader.zone));
  out.append("items", std::move(items));
  if (!history.metadata.is_null()) out.append("historyMetadata", history.metadata);
  return out;
}

json::Value remote_link_json(Site const& site, Issue const& issue, RemoteLink const& link) {
  json::Object out;
  out.append("id", link.id);  // a number here (contract §10)
  out.append("self", site.api("issue/") + issue.key + "/remotelink/" + std::to_string(link.id));
  if (!link.global_id.empty()) out.append("globalId", link.global_id);
  out.append("application", link.application.is_null() ? json::Value(json::Object{}) : link.application);
  if (!link.relationship.empty()) out.append("relationship", link.relationship);
  out.append("object", link.object);
  return out;
}

json::Value field_schema(Field const& field) {
  if (field.type->type.empty()) return {};
  json::Object out;
  out.append("type", field.type->type);
  if (!field.type->items.empty()) out.append("items", field.type->items);
  if (field.custom()) {
    out.append("custom", field.uri.empty() ? std::string(field.type->custom) : field.uri);
    out.append("customId", field.custom_id);
  } else {
    out.append("system", field.id);
  }
  return out;
}

}  // namespace sandbox::jira
