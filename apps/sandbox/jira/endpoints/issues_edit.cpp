#include "jira/endpoints/issues.hpp"

#include "jira/endpoints/writing.hpp"
#include "jira/fields/changes.hpp"
#include "jira/fields/meta.hpp"
#include "jira/fields/selection.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

// A field that the screen requires cannot be emptied by an edit.
Refusal emptied(Site const& site, Call const& call, Screen const& screen, std::map<std::string, json::Value> const& values) {
  Refusal out;
  for (auto const& row : screen) {
    auto const held = values.find(row.id);
    if (!row.required || held == values.end() || !held->second.is_null()) continue;
    auto const* field = site.definition.field(row.id);
    if (field != nullptr) out.errors.set(row.id, field->name.in(call.reader.language) + " is required.");
  }
  return out;
}

void add_comments(Site& site, Issue& issue, std::vector<Comment> comments) {
  for (auto& comment : comments) {
    comment.id = site.store.next_comment_id();
    comment.created = comment.updated = site.now();
    issue.comments.push_back(std::move(comment));
    issue.updated = site.now();
    announce_comment(site, "comment_created", issue, issue.comments.back());
  }
}

}  // namespace

Response put_issue(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!call.body.is_object()) return refused(400, "The request body is missing.");
  // Both need rights that a connector does not have; without them the site refuses (contract §2).
  if (call.flag("overrideScreenSecurity") || call.flag("overrideEditableFlag")) {
    return refused(403, "You do not have permission to override the screen security or the editable flag.");
  }
  auto const* project = site.definition.project(issue->project);
  if (project == nullptr) return missing_issue();
  // Without the right to edit, no field is on the screen.
  static Screen const kNone;
  auto const& screen = may(site, call.account(), "EDIT_ISSUES") ? edit_screen(*project, issue->type) : kNone;
  Destination const to{site, *project, issue->type, site.settings.strict_adf && !call.control};
  Written written;
  if (auto const refusal = read_update(to, call.body, screen, issue, call, written); !refusal.empty()) return refused(refusal);
  if (auto const refusal = emptied(site, call, screen, written.values); !refusal.empty()) return refused(refusal);

  auto const id = issue->id;
  site.store.change(id, site.now(), [&](Issue& held) {
    record(site, held, call.account()->id, apply_values(site, held, written.values), call.body["historyMetadata"]);
    add_comments(site, held, std::move(written.comments));
    for (auto& [key, value] : written.properties) held.properties.insert_or_assign(key, std::move(value));
  });
  for (auto const& link : written.links) add_link(site, call, id, link);
  if (!call.flag("returnIssue") || !site.settings.return_issue) return no_content();
  auto selection = select_fields(site, {}, "*all");
  for (auto& name : call.list("expand")) selection.expand.insert(std::move(name));
  return json_answer(200, issue_json(site, call.reader, *site.store.find(id), selection));
}

Response put_assignee(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "ASSIGN_ISSUES")) return refused(403, "You do not have permission to assign issues.");
  auto const* field = site.definition.field("assignee");
  auto const* project = site.definition.project(issue->project);
  if (field == nullptr || project == nullptr || !call.body.has("accountId")) return refused(400, "The accountId is missing.");
  json::Value assignee;  // null unassigns; "-1" is the default assignee: nobody on this site
  auto const& sent = call.body["accountId"];
  if (!sent.is_null() && sent.text() != "-1") {
    auto taken = take_value({site, *project, issue->type, true}, *field, json::Object{{"accountId", sent}});
    if (!taken) return refused_field("assignee", taken.error());
    assignee = std::move(*taken);
  }
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    record(site, held, call.account()->id, apply_values(site, held, {{"assignee", assignee}}), {});
  });
  return no_content();
}

Response delete_issue(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "DELETE_ISSUES"))
    return refused(403, "You do not have permission to delete issues in this project.");
  if (!issue->subtasks.empty() && !call.flag("deleteSubtasks")) {
    return refused(
        400, "The issue '" + issue->key +
                 "' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.");
  }
  auto const id = issue->id;
  auto const parent = issue->value("parent").text().empty() ? nullptr : site.store.find(issue->value("parent").text());
  auto const children = issue->subtasks;
  announce_deleted(site, *issue, call.account()->id);
  for (auto const child : children) {
    if (auto const* subtask = site.store.find(child)) announce_deleted(site, *subtask, call.account()->id, true);
    site.store.erase(child, site.now());
  }
  if (parent != nullptr) {
    site.store.change(parent->id, site.now(), [&](Issue& held) { std::erase(held.subtasks, id); });
  }
  site.store.erase(id, site.now());
  return no_content();
}

}  // namespace sandbox::jira
