// POST /rest/api/3/bulk/issues/move: what people do with "Move" in the browser. A connector only sees what it leaves (contract §4, §6, §12): the id
// and all that hangs on the issue stay, the old key answers under the new one, history has a `Key`, the webhook says issue_moved.
//
// Body: {"targetToSourcesMapping": {"PROJECT,ISSUE TYPE ID": {"issueIdsOrKeys": [...], "infer…Defaults": true}}}. Everything is inferred here; the
// status stays where the target's workflow has it. Done before the answer, which names a task all the same.
#include <algorithm>

#include "jira/endpoints/issues.hpp"
#include "jira/endpoints/writing.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

bool has(Workflow const& workflow, std::string const& status) {
  return workflow.initial == status || std::any_of(workflow.transitions.begin(), workflow.transitions.end(),
                                                   [&](Transition const& one) { return one.to == status; });
}

void move(Site& site, Call const& call, Issue const& issue, Project const& project, std::string const& type) {
  auto const number = site.store.take_number(project.id);
  auto const id = issue.id;
  auto const key = project.key + "-" + std::to_string(number);
  auto const* workflow = site.definition.workflow(project, type);
  site.store.change(id, site.now(), [&](Issue& held) {
    std::vector<Change> items{{"Key", "jira", "", {}, held.key, {}, key}};
    auto const* from = site.definition.project(held.project);
    items.push_back({"project", "jira", "project", held.project, from != nullptr ? from->name : "", project.id, project.name});
    if (held.type != type) items.push_back({"issuetype", "jira", "issuetype", held.type, {}, type, {}});
    held.project = project.id;
    held.type = type;
    held.number = number;
    held.key = key;
    if (workflow != nullptr && !has(*workflow, held.status)) held.status = workflow->initial;
    record(site, held, call.account()->id, std::move(items), {});
  });
  site.store.add_former_key(key, id);  // from now on both keys lead here
}

}  // namespace

Response post_bulk_move(Site& site, Call const& call) {
  auto const& mapping = call.body["targetToSourcesMapping"];
  if (!mapping.is_object()) return refused(400, "targetToSourcesMapping is missing.");
  struct Due {
    std::string issue;
    Project const* project;
    std::string type;
  };
  std::vector<Due> due;
  for (auto const& [target, sources] : mapping.members()) {
    auto const comma = target.find(',');
    auto const* project = site.definition.project_by(std::string_view(target).substr(0, comma));
    auto const type =
        comma == std::string::npos ? std::string() : target.substr(comma + 1, target.find(',', comma + 1) - comma - 1);
    if (project == nullptr || project->type(type) == nullptr) return refused(400, "The target " + target + " does not exist.");
    for (auto const& one : sources["issueIdsOrKeys"].items()) {
      if (visible_issue(site, call, one.scalar_text()) == nullptr)
        return refused(400, "The issue " + one.scalar_text() + " does not exist.");
      due.push_back({one.scalar_text(), project, type});
    }
  }
  if (!may(site, call.account(), "EDIT_ISSUES")) return refused(403, "You do not have permission to move issues.");
  for (auto const& one : due) move(site, call, *site.store.find(one.issue), *one.project, one.type);
  return json_answer(201, tandem::json::Object{{"taskId", std::to_string(site.store.next_history_id())}});
}

}  // namespace sandbox::jira
