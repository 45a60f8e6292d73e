#include "jira/endpoints/issues.hpp"

#include "jira/endpoints/attachments.hpp"
#include "jira/endpoints/transitions.hpp"
#include "jira/endpoints/writing.hpp"
#include "jira/fields/meta.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

struct Place {
  Project const* project = nullptr;
  IssueType const* type = nullptr;
};

Checked<Place> place_of(Site const& site, Call const& call, json::Value const& fields) {
  Refusal refusal;
  Place out;
  auto const& project = fields["project"];
  if (auto const id = project["id"].scalar_text(); !id.empty())
    out.project = site.definition.project(id);
  else if (!project["key"].text().empty())
    out.project = site.definition.project_by(project["key"].text());
  bool const visible = sees_project(site, call.account(), out.project);
  if (!visible) refusal.errors.set("project", "Specify a valid project ID or key");
  auto const& type = fields["issuetype"];
  for (auto const& held : site.definition.types) {
    auto const id = type["id"].scalar_text();
    bool const meant = id.empty() ? !type["name"].text().empty() && held.name.is(type["name"].text()) : held.id == id;
    if (meant && (out.project == nullptr || out.project->type(held.id) != nullptr)) out.type = &held;
  }
  if (out.type == nullptr) refusal.errors.set("issuetype", "Specify a valid issue type");
  if (!refusal.empty()) return tl::unexpected<Refusal>(std::move(refusal));
  if (!may(site, call.account(), "CREATE_ISSUES"))
    return refuse(403, "You do not have permission to create issues in this project.");
  return out;
}

// Defaults of what was not sent, then what the screen demands and is still missing.
void complete(Site const& site, Call const& call, Destination const& to, Screen const& screen,
              std::map<std::string, json::Value>& values, Refusal& refusal) {
  for (auto const& row : screen) {
    auto const* field = site.definition.field(row.id);
    if (field == nullptr || field->kind() == Kind::project || field->kind() == Kind::issue_type) continue;
    auto held = values.find(row.id);
    if (held == values.end()) {
      if (auto const preset = default_value(site, to.project, to.type, *field); !preset.is_null()) {
        if (auto taken = take_value(to, *field, preset)) held = values.insert_or_assign(row.id, std::move(*taken)).first;
      }
    }
    bool const missing = held == values.end() || held->second.is_null();
    if (!missing || !row.required || row.id == "reporter") continue;
    if (refusal.errors.find(row.id) != nullptr) continue;
    refusal.errors.set(row.id, row.id == "summary" ? std::string("You must specify a summary of the issue.")
                                                   : field->name.in(call.reader.language) + " is required.");
  }
  if (values.find("reporter") == values.end()) values.emplace("reporter", call.account()->id);
  if (values.find("priority") == values.end()) {  // kept though not on the screen
    if (auto const* field = site.definition.field("priority")) {
      if (auto taken = take_value(to, *field, default_value(site, to.project, to.type, *field)))
        values.emplace("priority", *taken);
    }
  }
}

// A transition in the body is done after the creation; its failure does not undo the issue.
json::Value created_json(Site& site, Call const& call, Issue const& issue, json::Value const& body) {
  json::Object out{{"id", std::to_string(issue.id)}, {"key", issue.key}, {"self", site.api("issue/") + std::to_string(issue.id)}};
  if (body["transition"].is_object()) {
    auto const refusal = do_transition(site, call, &issue, json::Object{{"transition", body["transition"]}});
    out.set("transition",
            json::Object{{"status", refusal.empty() ? 204 : refusal.status}, {"errorCollection", error_collection(refusal)}});
  }
  return out;
}

void join_parent(Site& site, Issue const& issue) {
  auto const* type = site.definition.type(issue.type);
  auto const* parent = site.store.find(issue.value("parent").text());
  if (parent == nullptr || type == nullptr || !type->subtask) return;
  site.store.change(parent->id, site.now(), [&](Issue& held) { held.subtasks.push_back(issue.id); });
}

// A person may give files while creating (contract §12); through the API `attachment` is no field that can be set.
json::Value without_files(Call const& call, json::Value const& body) {
  if (!call.control || !body["fields"].has("attachment")) return body;
  auto out = body;
  auto fields = body["fields"].members();
  fields.erase("attachment");
  out.set("fields", std::move(fields));
  return out;
}

}  // namespace

Checked<std::int64_t> create_issue(Site& site, Call const& call, json::Value const& body) {
  if (!body.is_object() || !body["fields"].is_object()) return refuse(400, "Can not deserialize the issue: 'fields' is missing.");
  auto const place = place_of(site, call, body["fields"]);
  if (!place) return tl::unexpected<Refusal>(place.error());
  Destination const to{site, *place->project, place->type->id, site.settings.strict_adf && !call.control};
  auto const screen = create_screen(*place->project, place->type->id);
  Written written;
  auto refusal = read_update(to, without_files(call, body), screen, nullptr, call, written);
  auto files = files_of_json(site, call.account()->id, call.control ? body["fields"]["attachment"] : json::Value());
  if (!files) refusal.errors.set("attachment", files.error());
  auto& values = written.values;
  complete(site, call, to, screen, values, refusal);
  auto const* workflow = site.definition.workflow(*place->project, place->type->id);
  if (!refusal.empty() || workflow == nullptr) {
    if (site.settings.consume_key) site.store.take_number(place->project->id);
    return tl::unexpected<Refusal>(std::move(refusal));
  }
  Issue issue;
  issue.id = site.store.next_issue_id();
  issue.number = site.store.take_number(place->project->id);
  issue.key = place->project->key + "-" + std::to_string(issue.number);
  issue.project = place->project->id;
  issue.type = place->type->id;
  issue.status = workflow->initial;
  issue.creator = call.account()->id;
  issue.created = issue.updated = issue.status_category_changed = site.now();
  for (auto& [id, value] : values) issue.set(id, std::move(value));
  if (!issue.value("resolution").is_null()) issue.resolved = site.now();
  issue.properties = std::move(written.properties);
  for (auto& comment : written.comments) {
    comment.id = site.store.next_comment_id();
    comment.created = comment.updated = site.now();
    issue.comments.push_back(std::move(comment));
  }
  issue.attachments = std::move(*files);
  auto const& inserted = site.store.insert(std::move(issue), site.now());
  join_parent(site, inserted);
  announce_created(site, inserted, call.account()->id);
  for (auto const& comment : inserted.comments) announce_comment(site, "comment_created", inserted, comment);
  for (auto const& link : written.links) add_link(site, call, inserted.id, link);
  return inserted.id;
}

Response post_issue(Site& site, Call const& call) {
  auto const created = create_issue(site, call, call.body);
  if (!created) return refused(created.error());
  return json_answer(201, created_json(site, call, *site.store.find(*created), call.body));
}

Response post_issue_bulk(Site& site, Call const& call) {
  constexpr std::size_t kMost = 50;
  auto const& updates = call.body["issueUpdates"].items();
  if (updates.empty()) return refused(400, "The issueUpdates must hold at least one issue.");
  if (updates.size() > kMost) return refused(400, "The maximum number of issues that can be created in one request is 50.");
  json::Array issues, errors;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    auto const created = create_issue(site, call, updates[i]);
    if (created) {
      issues.push_back(created_json(site, call, *site.store.find(*created), updates[i]));
      continue;
    }
    json::Object error;
    error.append("status", created.error().status);
    error.append("elementErrors", error_collection(created.error()));
    error.append("failedElementNumber", static_cast<std::int64_t>(i) + site.settings.first_failed_element);
    errors.emplace_back(std::move(error));
  }
  int const status = issues.empty() ? 400 : 201;
  json::Object out;
  out.append("issues", std::move(issues));
  out.append("errors", std::move(errors));
  return json_answer(status, std::move(out));
}

}  // namespace sandbox::jira
