#include "jira/webhooks/event.hpp"

#include <algorithm>

#include "jira/fields/value.hpp"
#include "jira/render.hpp"
#include "jira/site.hpp"
#include "jira/webhooks/body.hpp"
#include "jira/webhooks/filter.hpp"

namespace sandbox::jira {

namespace {

using Form = Event::IssueForm;

Event event_of(Site const& site, std::string name, Issue const& issue, Form form) {
  Event out;
  out.name = std::move(name);
  out.at = site.now();
  out.issue_id = issue.id;
  out.form = form;
  return out;
}

// What kind of update the history tells (contract §12).
std::string type_of(History const& history) {
  auto const has = [&](std::string_view field) {
    return std::any_of(history.items.begin(), history.items.end(), [&](Change const& item) { return item.field == field; });
  };
  if (has("status")) return "issue_generic";
  if (has("Key")) return "issue_moved";
  if (has("timespent")) return "issue_work_logged";
  bool const assigned_alone = history.items.size() == 1 && history.items.front().field == "assignee";
  return assigned_alone ? "issue_assigned" : "issue_updated";
}

json::Value comment_of(Site const& site, Issue const& issue, Comment const& comment) {
  auto shown = as_v2(site, comment_json(site, reader_of(site, nullptr), issue, comment, false));
  if (auto* object = shown.if_object()) object->erase("visibility");  // never told (contract §12)
  return shown;
}

json::Value file_of(Site const& site, json::Value const& shown) {
  auto out = as_v2(site, shown);
  if (auto* object = out.if_object()) object->erase("thumbnail");
  return out;
}

json::Value link_of(IssueLinkFacts const& link) {
  json::Object type;
  type.append("id", link.type_id);
  type.append("name", link.type_name);
  type.append("outwardName", link.outward);
  type.append("inwardName", link.inward);
  type.append("isSubTaskLinkType", false);
  type.append("isSystemLinkType", false);
  json::Object out;
  out.append("id", link.id);
  out.append("sourceIssueId", link.source_id);
  out.append("destinationIssueId", link.destination_id);
  out.append("issueLinkType", std::move(type));
  out.append("systemLink", false);
  return out;
}

std::int64_t number_of(json::Value const& value) {
  auto const text = value.scalar_text();
  return text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos ? 0 : std::stoll(text);
}

// The links of an issue that goes, from how the issue shows them.
void announce_links_of(Site& site, Issue const& issue) {
  auto const* field = site.definition.field("issuelinks");
  if (field == nullptr) return;
  auto const all = render_value(site, reader_of(site, nullptr), issue, *field);
  for (auto const& shown : all.items()) {
    bool const outward = shown.has("outwardIssue");
    auto const other = number_of(shown[outward ? "outwardIssue" : "inwardIssue"]["id"]);
    auto const& type = shown["type"];
    Event event = event_of(site, "issuelink_deleted", issue, Form::none);
    event.entity = "issueLink";
    event.entity_value =
        link_of({number_of(shown["id"]), outward ? issue.id : other, outward ? other : issue.id, number_of(type["id"]),
                 type["name"].text_or(""), type["inward"].text_or(""), type["outward"].text_or("")});
    event.secondary = true;
    site.events.push_back(std::move(event));
  }
}

void announce_files_of(Site& site, Issue const& issue) {
  auto const* field = site.definition.field("attachment");
  if (field == nullptr) return;
  auto const all = render_value(site, reader_of(site, nullptr), issue, *field);
  for (auto const& shown : all.items()) {
    Event event = event_of(site, "attachment_deleted", issue, Form::none);
    event.entity = "attachment";
    event.entity_value = file_of(site, shown);
    event.secondary = true;
    site.events.push_back(std::move(event));
  }
}

void announce_comment(Site& site, std::string name, std::shared_ptr<Issue const> const& gone, Issue const& issue,
                      Comment const& comment) {
  Event event = event_of(site, std::move(name), issue, site.settings.webhook_server_style ? Form::none : Form::brief);
  event.entity = "comment";
  event.entity_value = comment_of(site, issue, comment);
  event.issue_before = gone;
  event.secondary = gone != nullptr;
  site.events.push_back(std::move(event));
}

}  // namespace

void announce_created(Site& site, Issue const& issue, std::string_view actor) {
  if (!site.outbox.listening()) return;
  Event event = event_of(site, "jira:issue_created", issue, Form::whole);
  event.type = "issue_created";
  event.actor = actor;
  event.changelog = creation_changelog(site, issue, site.store.next_history_id());
  site.events.push_back(std::move(event));
}

void announce_updated(Site& site, Issue const& issue, std::string_view actor, History const* history, std::string type) {
  if (!site.outbox.listening()) return;
  Event event = event_of(site, "jira:issue_updated", issue, Form::whole);
  event.type = type.empty() && history != nullptr ? type_of(*history) : type.empty() ? "issue_updated" : std::move(type);
  event.actor = actor;
  if (history != nullptr) event.changelog = webhook_changelog(site, *history);
  site.events.push_back(std::move(event));
}

void announce_deleted(Site& site, Issue const& issue, std::string_view actor, bool with_parent) {
  if (!site.outbox.listening()) return;
  auto const gone = std::make_shared<Issue const>(issue);
  Event event = event_of(site, "jira:issue_deleted", issue, Form::whole_with_threads);
  event.actor = actor;
  event.issue_before = gone;
  event.secondary = with_parent;
  site.events.push_back(std::move(event));
  for (auto const& comment : issue.comments) announce_comment(site, "comment_deleted", gone, issue, comment);
  announce_files_of(site, issue);
  announce_links_of(site, issue);
}

void announce_comment(Site& site, std::string name, Issue const& issue, Comment const& comment) {
  if (!site.outbox.listening()) return;
  bool const created = name == "comment_created";
  announce_comment(site, std::move(name), nullptr, issue, comment);
  if (!created || !site.settings.webhook_server_style) return;
  Event event = event_of(site, "jira:issue_updated", issue, Form::whole);
  event.type = "issue_commented";
  event.actor = comment.author;
  event.entity = "comment";
  event.entity_value = comment_of(site, issue, comment);
  site.events.push_back(std::move(event));
}

void announce_attachment(Site& site, std::string name, Issue const& issue, Shown const& attachment) {
  if (!site.outbox.listening()) return;
  Event event = event_of(site, std::move(name), issue, Form::none);
  event.entity = "attachment";
  event.entity_value = file_of(site, attachment(reader_of(site, nullptr)));
  site.events.push_back(std::move(event));
}

void announce_worklog(Site& site, std::string name, Issue const& issue, Shown const& worklog) {
  if (!site.outbox.listening()) return;
  Event event = event_of(site, std::move(name), issue, Form::none);
  event.entity = "worklog";
  event.entity_value = as_v2(site, worklog(reader_of(site, nullptr)));
  site.events.push_back(std::move(event));
}

void announce_issue_link(Site& site, std::string name, IssueLinkFacts const& link) {
  auto const* source = site.store.find(link.source_id);
  if (!site.outbox.listening() || source == nullptr) return;
  Event event = event_of(site, std::move(name), *source, Form::none);
  event.entity = "issueLink";
  event.entity_value = link_of(link);
  site.events.push_back(std::move(event));
}

void announce_property(Site& site, std::string name, Issue const& issue, std::string_view key, json::Value const& value) {
  if (!site.outbox.listening() || !site.settings.webhook_property_events) return;
  Event event = event_of(site, std::move(name), issue, Form::brief);
  event.entity = "property";
  event.entity_value = json::Object{{"key", key}, {"value", value}};
  site.events.push_back(std::move(event));
}

void post_events(Site& site) {
  if (site.events.empty()) return;
  auto const events = std::exchange(site.events, {});
  for (auto const& event : events) {
    auto const* issue = event.issue_before ? event.issue_before.get() : site.store.find(event.issue_id);
    Notice notice;
    notice.event = event.name;
    notice.issue_key = issue == nullptr ? "" : issue->key;
    notice.at = event.at;
    notice.secondary = event.secondary;
    bool const of_issue = event.form != Form::none || event.entity == "comment";
    notice.fills_variables = of_issue || site.settings.webhook_file_variables;
    site.outbox.post(
        notice, [&](std::string_view jql) { return issue == nullptr || passes_filter(site, *issue, event.name, jql); },
        [&] { return webhook_body(site, event); });
  }
}

}  // namespace sandbox::jira
