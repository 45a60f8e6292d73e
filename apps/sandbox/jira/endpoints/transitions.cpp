#include "jira/endpoints/transitions.hpp"

#include <algorithm>

#include "jira/endpoints/writing.hpp"
#include "jira/fields/changes.hpp"
#include "jira/fields/meta.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

Workflow const* workflow_of(Site const& site, Issue const& issue) {
  auto const* project = site.definition.project(issue.project);
  return project == nullptr ? nullptr : site.definition.workflow(*project, issue.type);
}

bool leads_from(Transition const& transition, std::string_view status) {
  return transition.from.empty() || std::find(transition.from.begin(), transition.from.end(), status) != transition.from.end();
}

// Its condition holds for this account.
bool open_to(Site const& site, Account const* account, Transition const& transition) {
  if (!may(site, account, "TRANSITION_ISSUES") || transition.hidden) return false;
  auto const& only = transition.only_for;
  return only.empty() || std::find(only.begin(), only.end(), account->login) != only.end();
}

json::Value transition_json(Site const& site, Reader const& reader, Issue const& issue, Transition const& transition,
                            bool with_fields) {
  json::Object out;
  out.append("id", transition.id);
  out.append("name", transition.name.in(reader.language));
  if (auto const* to = site.definition.status(transition.to)) out.append("to", status_json(site, reader, *to));
  out.append("hasScreen", !transition.screen.empty());
  out.append("isGlobal", transition.from.empty());
  out.append("isInitial", false);
  out.append("isAvailable", open_to(site, reader.account, transition));
  out.append("isConditional", transition.conditional || transition.hidden || !transition.only_for.empty());
  out.append("looped", transition.to == issue.status);
  if (with_fields) {
    json::Object fields;
    if (auto const* project = site.definition.project(issue.project)) {
      for (auto const& row : transition.screen) fields.append(row.id, field_meta(site, reader, *project, issue.type, row, false));
    }
    out.append("fields", std::move(fields));
  }
  return out;
}

std::optional<std::string> missing_field(Site const& site, Call const& call, Transition const& transition, Issue const& issue,
                                         Written const& written) {
  for (auto const& row : transition.screen) {
    if (!row.required) continue;
    auto const sent = written.values.find(row.id);
    bool const empty = sent == written.values.end() ? issue.value(row.id).is_null() : sent->second.is_null();
    auto const* field = site.definition.field(row.id);
    if (empty && field != nullptr) return field->name.in(call.reader.language);
  }
  return std::nullopt;
}

}  // namespace

json::Value transitions_json(Site const& site, Reader const& reader, Issue const& issue, TransitionView const& view) {
  json::Array out;
  auto const* workflow = workflow_of(site, issue);
  if (workflow == nullptr) return out;
  for (auto const& transition : workflow->transitions) {
    if (!leads_from(transition, issue.status)) continue;
    if (!view.only.empty() && transition.id != view.only) continue;
    if (!open_to(site, reader.account, transition) && !view.unavailable_too) continue;
    out.push_back(transition_json(site, reader, issue, transition, view.with_fields));
  }
  return out;
}

Response get_transitions(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const expand = call.list("expand");
  TransitionView view;
  view.with_fields = std::find(expand.begin(), expand.end(), "transitions.fields") != expand.end();
  view.unavailable_too = call.flag("includeUnavailableTransitions");
  view.only = call.param("transitionId").value_or("");
  json::Object out;
  out.append("expand", "transitions");
  out.append("transitions", transitions_json(site, call.reader, *issue, view));
  return json_answer(200, std::move(out));
}

Refusal do_transition(Site& site, Call const& call, Issue const* issue, json::Value const& body) {
  auto const fault = [](std::string text) { return refuse(400, std::move(text)).value(); };
  auto const id = body["transition"]["id"].scalar_text();  // a number is accepted too
  if (id.empty()) return fault("Missing 'transition' identifier");
  auto const* workflow = workflow_of(site, *issue);
  auto const* project = site.definition.project(issue->project);
  if (workflow == nullptr || project == nullptr) return fault("The issue has no workflow.");
  auto const found = std::find_if(workflow->transitions.begin(), workflow->transitions.end(), [&](Transition const& held) {
    return held.id == id && leads_from(held, issue->status) && open_to(site, call.account(), held);
  });
  if (found == workflow->transitions.end()) {
    return fault("It seems that you have tried to perform a workflow operation (" + id +
                 ") that is not valid for the current state of this issue.");
  }
  auto const& transition = *found;
  Destination const to{site, *project, issue->type, site.settings.strict_adf && !call.control};
  Written written;
  if (auto refusal = read_update(to, body, transition.screen, issue, call, written); !refusal.empty()) return refusal;
  // Validators name the field in prose, not by key (contract §1).
  if (auto const name = missing_field(site, call, transition, *issue, written)) return fault("Field " + *name + " is required.");

  auto const issue_id = issue->id;
  site.store.change(issue_id, site.now(), [&](Issue& held) {
    auto values = std::move(written.values);
    if (transition.resolution && values.count("resolution") == 0) {
      values.emplace("resolution", transition.resolution->empty() ? json::Value() : json::Value(*transition.resolution));
    }
    auto items = apply_values(site, held, values);
    if (held.status != transition.to) {
      items.push_back(status_change(site, held.status, transition.to));
      auto const* was = site.definition.status(held.status);
      auto const* is = site.definition.status(transition.to);
      if (was != nullptr && is != nullptr && was->category != is->category) held.status_category_changed = site.now();
      held.status = transition.to;
    }
    // A loop that changes nothing is told too, without a history.
    if (items.empty()) announce_updated(site, held, call.account()->id, nullptr, "issue_generic");
    record(site, held, call.account()->id, std::move(items), body["historyMetadata"]);
    held.updated = site.now();
    for (auto& comment : written.comments) {
      comment.id = site.store.next_comment_id();
      comment.created = comment.updated = site.now();
      held.comments.push_back(std::move(comment));
      announce_comment(site, "comment_created", held, held.comments.back());
    }
    for (auto& [key, value] : written.properties) held.properties.insert_or_assign(key, std::move(value));
  });
  for (auto const& link : written.links) add_link(site, call, issue_id, link);
  return {};
}

Response post_transition(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const refusal = do_transition(site, call, issue, call.body);
  return refusal.empty() ? no_content() : refused(refusal);
}

}  // namespace sandbox::jira
