#include "jira/endpoints/issues.hpp"

#include <algorithm>
#include <set>

#include "jira/fields/meta.hpp"
#include "jira/fields/selection.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {
constexpr std::size_t kMostProperties = 5;

std::vector<std::string> texts(json::Value const& list) {
  std::vector<std::string> out;
  for (auto const& item : list.items()) out.push_back(item.scalar_text());
  return out;
}
}  // namespace

Response get_issue(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto selection = select_fields(site, call.list("fields"), "*all");
  selection.with_fields = true;
  select_properties(selection, call.list("properties"));
  for (auto& name : call.list("expand")) selection.expand.insert(std::move(name));
  return json_answer(200, issue_json(site, call.reader, *issue, selection));
}

Response post_issue_bulk_fetch(Site& site, Call const& call) {
  constexpr std::size_t kMost = 100;
  auto const wanted = texts(call.body["issueIdsOrKeys"]);
  if (wanted.empty()) return refused(400, "The issueIdsOrKeys must hold at least one issue.");
  if (wanted.size() > kMost) return refused(400, "The maximum number of issues that can be fetched in one request is 100.");
  auto properties = texts(call.body["properties"]);
  if (properties.size() > kMostProperties) return refused(400, "The maximum number of properties that can be requested is 5.");
  if (call.body.has("expand") && !call.body["expand"].is_array()) return refused(400, "The expand parameter must be an array.");
  auto selection = select_fields(site, texts(call.body["fields"]), "*navigable");
  selection.with_fields = true;
  select_properties(selection, std::move(properties));
  for (auto& name : texts(call.body["expand"])) selection.expand.insert(std::move(name));

  // Rows come in ascending id; what is missing or not visible is in neither list (contract §4).
  std::set<std::int64_t> found;
  site.store.settle(site.now());
  for (auto const& id_or_key : wanted) {
    auto const* issue = visible_issue(site, call, id_or_key);
    if (issue != nullptr) found.insert(issue->id);
  }
  json::Array issues;
  for (auto const id : found) {
    auto const* issue = site.settings.bulk_fetch_lags ? site.store.indexed(id) : site.store.find(id);
    if (issue != nullptr) issues.push_back(issue_json(site, call.reader, *issue, selection));
  }
  json::Object out;
  if (selection.expand.count("names") > 0) out.append("names", names_of(call.reader, selection));
  if (selection.expand.count("schema") > 0) out.append("schema", schema_of(selection));
  out.append("issues", std::move(issues));
  out.append("issueErrors", json::Array{});
  return json_answer(200, std::move(out));
}

Response get_edit_meta(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  json::Object fields;
  auto const* project = site.definition.project(issue->project);
  if (project != nullptr && may(site, call.account(), "EDIT_ISSUES")) {
    for (auto const& row : edit_screen(*project, issue->type)) {
      fields.append(row.id, field_meta(site, call.reader, *project, issue->type, row, false));
    }
  }
  return json_answer(200, json::Object{{"fields", std::move(fields)}});
}

}  // namespace sandbox::jira
