#include "jira/fields/selection.hpp"

#include <algorithm>

#include "jira/adf/html.hpp"
#include "jira/endpoints/transitions.hpp"
#include "jira/fields/meta.hpp"
#include "jira/fields/value.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// `issuekey` and `thumbnail` are names for queries; they never are members of `fields`.
bool shown(Field const& field) { return field.id != "issuekey" && field.id != "thumbnail"; }

void add(Selection& out, Field const* field) {
  if (field == nullptr || !shown(*field)) return;
  if (std::find(out.fields.begin(), out.fields.end(), field) == out.fields.end()) out.fields.push_back(field);
}

json::Value changelog_of(Site const& site, Reader const& reader, Issue const& issue) {
  // Newest first, and cut to the newest forty (contract §4, §7).
  constexpr std::size_t kMost = 40;
  json::Array histories;
  for (auto it = issue.histories.rbegin(); it != issue.histories.rend() && histories.size() < kMost; ++it) {
    histories.push_back(history_json(site, reader, *it));
  }
  json::Object out;
  out.append("startAt", 0);
  out.append("maxResults", static_cast<std::uint64_t>(histories.size()));
  out.append("total", static_cast<std::uint64_t>(issue.histories.size()));
  out.append("histories", std::move(histories));
  return out;
}

// Rich text as HTML, everything else as null: enough for readers that only look for a body.
json::Value rendered_of(Issue const& issue, Selection const& selection) {
  json::Object out;
  for (auto const* field : selection.fields) {
    auto const& value = issue.value(field->id);
    bool const text = field->kind() == Kind::rich && value.is_object();
    out.append(field->id, text ? json::Value(adf_to_html(value)) : json::Value());
  }
  return out;
}

json::Value editmeta_of(Site const& site, Reader const& reader, Issue const& issue) {
  json::Object fields;
  if (auto const* project = site.definition.project(issue.project)) {
    for (auto const& row : edit_screen(*project, issue.type)) {
      fields.append(row.id, field_meta(site, reader, *project, issue.type, row, false));
    }
  }
  return json::Object{{"fields", std::move(fields)}};
}

json::Value some_properties(Issue const& issue, Selection const& selection) {
  json::Object out;
  for (auto const& [key, value] : issue.properties) {
    bool const asked = std::find(selection.properties.begin(), selection.properties.end(), key) != selection.properties.end();
    if (asked || selection.all_properties) out.append(key, value);
  }
  return out;
}

}  // namespace

Selection select_fields(Site const& site, std::vector<std::string> const& names, std::string_view otherwise) {
  Selection out;
  auto const wanted = names.empty() ? std::vector<std::string>{std::string(otherwise)} : names;
  std::vector<std::string_view> left_out;
  bool const only_exclusions =
      std::all_of(wanted.begin(), wanted.end(), [](std::string const& name) { return name.starts_with("-"); });
  auto const every = [&](bool navigable) {
    for (auto const& field : site.definition.fields) {
      if (!navigable || field.type->navigable) add(out, &field);
    }
  };
  if (only_exclusions) every(otherwise != "*all");
  for (auto const& name : wanted) {
    if (name == "*all")
      every(false);
    else if (name == "*navigable")
      every(true);
    else if (name.starts_with("-"))
      left_out.push_back(std::string_view(name).substr(1));
    else
      add(out, site.definition.field(name));
  }
  std::erase_if(out.fields,
                [&](Field const* field) { return std::find(left_out.begin(), left_out.end(), field->id) != left_out.end(); });
  // Asking for nothing but `id` or `key` gives rows without `fields`.
  out.with_fields =
      !std::all_of(wanted.begin(), wanted.end(), [](std::string const& name) { return name == "id" || name == "key"; });
  return out;
}

void select_properties(Selection& selection, std::vector<std::string> names) {
  selection.all_properties = std::find(names.begin(), names.end(), "*all") != names.end();
  selection.properties = std::move(names);
}

json::Value names_of(Reader const& reader, Selection const& selection) {
  json::Object out;
  for (auto const* field : selection.fields) out.append(field->id, field->name.in(reader.language));
  return out;
}

json::Value schema_of(Selection const& selection) {
  json::Object out;
  for (auto const* field : selection.fields) {
    if (auto schema = field_schema(*field); !schema.is_null()) out.append(field->id, std::move(schema));
  }
  return out;
}

json::Value issue_json(Site const& site, Reader const& reader, Issue const& issue, Selection const& selection) {
  json::Object out;
  out.append("expand", "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations");
  out.append("id", std::to_string(issue.id));
  out.append("self", site.api("issue/") + std::to_string(issue.id));
  out.append("key", issue.key);
  auto const asked = [&](std::string_view name) { return selection.expand.count(name) > 0; };
  if (asked("renderedFields")) out.append("renderedFields", rendered_of(issue, selection));
  if (asked("names")) out.append("names", names_of(reader, selection));
  if (asked("schema")) out.append("schema", schema_of(selection));
  if (asked("changelog")) out.append("changelog", changelog_of(site, reader, issue));
  if (asked("editmeta")) out.append("editmeta", editmeta_of(site, reader, issue));
  if (asked("operations")) out.append("operations", json::Object{{"linkGroups", json::Array{}}});
  if (asked("transitions")) out.append("transitions", transitions_json(site, reader, issue, {}));
  if (selection.all_properties || !selection.properties.empty()) out.append("properties", some_properties(issue, selection));
  if (selection.with_fields) {
    json::Object fields;
    for (auto const* field : selection.fields) {
      if (field->used_in(issue.project)) fields.append(field->id, render_value(site, reader, issue, *field));
    }
    out.append("fields", std::move(fields));
  }
  return out;
}

}  // namespace sandbox::jira
