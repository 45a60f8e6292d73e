#include "jira/endpoints/metadata.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

json::Array clause_names(Field const& field, Reader const& reader) {
  json::Array out;
  if (field.custom()) {
    out.emplace_back("cf[" + std::to_string(field.custom_id) + "]");
    out.emplace_back(field.name.in(reader.language));
  } else {
    for (auto& name : split_list(field.type->clauses)) out.emplace_back(std::move(name));
  }
  return out;
}

json::Value field_json(Reader const& reader, Field const& field) {
  json::Object out;
  out.append("id", field.id);
  out.append("key", field.key);
  out.append("name", field.name.in(reader.language));
  out.append("untranslatedName", field.name.name);
  out.append("custom", field.custom());
  out.append("orderable", field.type->orderable);
  out.append("navigable", field.type->navigable);
  bool const searchable = field.custom() ? !field.type->searcher.empty() : !field.type->clauses.empty();
  out.append("searchable", searchable);
  out.append("clauseNames", clause_names(field, reader));
  if (auto schema = field_schema(field); !schema.is_null()) out.append("schema", std::move(schema));  // missing for some
  if (!field.scope.empty()) out.append("scope", scope_json(field.scope));
  return out;
}

json::Value found_field_json(Reader const& reader, Field const& field) {
  json::Object out;
  out.append("id", field.id);
  out.append("key", field.key);
  out.append("name", field.name.in(reader.language));
  auto schema = field_schema(field);
  out.append("schema", schema.is_null() ? json::Value(json::Object{{"type", "any"}, {"system", field.id}}) : std::move(schema));
  if (field.custom()) {
    out.append("typeDisplayName", field.type->name);
    out.append("description", "");
    if (!field.type->searcher.empty())
      out.append("searcherKey", "com.atlassian.jira.plugin.system.customfieldtypes:" + std::string(field.type->searcher));
    out.append("isLocked", false);
    if (!field.scope.empty()) out.append("scope", scope_json(field.scope));
  }
  return out;
}

json::Value type_details(Site const& site, Reader const& reader, IssueType const& type) {
  auto out = issue_type_json(site, reader, type);
  out.set("untranslatedName", type.name.name);
  return out;
}

// The numbers in this paged list are text in the API's description; both are read.
template <class Items, class Shown>
Response page_of_items(Site& site, Call const& call, std::string_view path, Items const& items, Shown const& shown) {
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  auto const ids = call.list("id");
  json::Array out;
  for (auto const& item : items) {
    if (ids.empty() || std::find(ids.begin(), ids.end(), item.id) != ids.end()) out.push_back(shown(item));
  }
  return json_answer(200, page_of(site, path, *offset, std::move(out)));
}

}  // namespace

Response get_fields(Site& site, Call const& call) {
  json::Array out;
  for (auto const& field : site.definition.fields) {
    if (call.account() != nullptr || !field.custom()) out.push_back(field_json(call.reader, field));
  }
  return json_answer(200, std::move(out));
}

Response get_field_search(Site& site, Call const& call) {
  auto const offset = offset_of(call, 50, 1000);
  if (!offset) return refused(offset.error());
  auto const types = call.list("type");
  auto const ids = call.list("id");
  for (auto const& type : types) {
    if (type != "custom" && type != "system") return refused(400, "The field type '" + type + "' is not valid.");
  }
  auto const query = tandem::text::folded(call.param("query").value_or(""));
  json::Array out;
  for (auto const& field : site.definition.fields) {
    auto const kind = field.custom() ? "custom" : "system";
    if (!types.empty() && std::find(types.begin(), types.end(), kind) == types.end()) continue;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), field.id) == ids.end()) continue;
    if (tandem::text::folded(field.name.in(call.reader.language)).find(query) == std::string::npos) continue;
    out.push_back(found_field_json(call.reader, field));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](json::Value const& a, json::Value const& b) { return a["name"].text() < b["name"].text(); });
  return json_answer(200, page_of(site, "field/search", *offset, std::move(out)));
}

Response get_priorities(Site& site, Call const& call) {
  json::Array out;
  for (auto const& priority : site.definition.priorities) out.push_back(priority_json(site, call.reader, priority, true));
  return json_answer(200, std::move(out));
}

Response get_priority_search(Site& site, Call const& call) {
  return page_of_items(site, call, "priority/search", site.definition.priorities, [&](Priority const& priority) {
    auto out = priority_json(site, call.reader, priority, true);
    out.set("isDefault", priority.id == site.definition.default_priority);
    return out;
  });
}

Response get_statuses(Site& site, Call const& call) {
  json::Array out;
  for (auto const& status : site.definition.statuses) {
    if (call.account() == nullptr) break;
    auto shown = status_json(site, call.reader, status);
    shown.set("untranslatedName", status.name.name);
    out.push_back(std::move(shown));
  }
  return json_answer(200, std::move(out));
}

Response get_status_search(Site& site, Call const& call) {
  auto const offset = offset_of(call, 200, 200);
  if (!offset) return refused(offset.error());
  // Here the category is a word of its own, not the key (contract §2).
  auto const word = [](std::string_view category) {
    if (category == "new") return "TODO";
    return category == "done" ? "DONE" : "IN_PROGRESS";
  };
  auto const wanted = call.param("statusCategory");
  if (wanted && *wanted != "TODO" && *wanted != "IN_PROGRESS" && *wanted != "DONE")
    return refused(400, "The statusCategory is not valid.");
  auto const text = tandem::text::folded(call.param("searchString").value_or(""));
  auto const project = call.param("projectId").value_or("");
  json::Array out;
  for (auto const& status : site.definition.statuses) {
    if (wanted && *wanted != word(status.category)) continue;
    if (!project.empty() && status.scope != project && !status.scope.empty()) continue;
    if (tandem::text::folded(status.name.name).find(text) == std::string::npos) continue;
    json::Object shown;
    shown.append("id", status.id);
    shown.append("name", status.name.in(call.reader.language));
    shown.append("statusCategory", word(status.category));
    shown.append("scope", status.scope.empty() ? json::Value(json::Object{{"type", "GLOBAL"}}) : scope_json(status.scope));
    shown.append("description", status.description);
    out.emplace_back(std::move(shown));
  }
  return json_answer(200, page_of(site, "statuses/search", *offset, std::move(out)));
}

Response get_resolutions(Site& site, Call const& call) {
  json::Array out;
  for (auto const& resolution : site.definition.resolutions) out.push_back(resolution_json(site, call.reader, resolution));
  return json_answer(200, std::move(out));
}

Response get_resolution_search(Site& site, Call const& call) {
  return page_of_items(site, call, "resolution/search", site.definition.resolutions,
                       [&](Resolution const& resolution) { return resolution_json(site, call.reader, resolution); });
}

Response get_issue_types(Site& site, Call const& call) {
  json::Array out;
  for (auto const& type : site.definition.types) {
    if (call.account() != nullptr) out.push_back(type_details(site, call.reader, type));
  }
  return json_answer(200, std::move(out));
}

Response get_issue_types_of_project(Site& site, Call const& call) {
  auto const id = call.param("projectId");
  if (!id) return refused(400, "The 'projectId' is required.");
  auto const* project = site.definition.project(*id);
  if (!sees_project(site, call.account(), project)) return refused(404, "No project could be found with id '" + *id + "'.");
  json::Array out;
  for (auto const& held : project->types) {
    if (auto const* type = site.definition.type(held.type)) out.push_back(type_details(site, call.reader, *type));
  }
  return json_answer(200, std::move(out));
}

}  // namespace sandbox::jira
