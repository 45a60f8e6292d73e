#include "jira/webhooks/body.hpp"

#include <array>

#include <tandem/base/json/write.hpp>

#include "jira/adf/wiki.hpp"
#include "jira/fields/changes.hpp"
#include "jira/fields/value.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

constexpr std::string_view kV3 = "/rest/api/3/", kV2 = "/rest/api/2/";
constexpr std::array<std::string_view, 6> kBrief{"summary", "issuetype", "project", "assignee", "priority", "status"};

// Bodies are made for nobody in particular: the site's language and zone, addresses as privacy shows them to strangers.
Reader nobody(Site const& site) { return reader_of(site, nullptr); }

bool is_document(json::Value const& value) { return value["type"].text() == "doc" && value["version"].is_number(); }

std::string wiki(Site const& site, json::Value const& document) {
  auto text = adf_to_wiki(document);
  if (!site.settings.webhook_crlf) return text;
  std::string out;
  for (char const c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

bool shown(Site const& site, Issue const& issue, Field const& field, Event::IssueForm form) {
  if (field.id == "issuekey" || field.id == "thumbnail") return false;
  bool const thread = field.id == "comment" || field.id == "worklog";
  if (thread && form != Event::IssueForm::whole_with_threads) return false;
  (void)site;
  return field.used_in(issue.project);
}

}  // namespace

json::Value as_v2(Site const& site, json::Value value) {
  if (auto const* text = value.if_string()) {
    auto const& base = site.definition.base_url;
    bool const ours =
        text->size() > base.size() + kV3.size() && text->starts_with(base) && text->compare(base.size(), kV3.size(), kV3) == 0;
    return ours ? json::Value(base + std::string(kV2) + text->substr(base.size() + kV3.size())) : value;
  }
  if (auto* items = value.if_array()) {
    for (auto& item : *items) item = as_v2(site, std::move(item));
    return value;
  }
  auto* object = value.if_object();
  if (object == nullptr) return value;
  if (is_document(value)) return wiki(site, value);
  if (object->find("accountId") != nullptr) object->erase("emailAddress");
  for (auto& [key, held] : *object) held = as_v2(site, std::move(held));
  return value;
}

json::Value webhook_user(Site const& site, std::string_view account_id) {
  return as_v2(site, user_json(site, nobody(site), account_id));
}

json::Value webhook_issue(Site const& site, Issue const& issue, Event::IssueForm form) {
  auto const reader = nobody(site);
  json::Object fields;
  if (form == Event::IssueForm::brief) {
    for (auto const id : kBrief) {
      auto const* field = site.definition.field(id);
      if (field != nullptr) fields.append(std::string(id), as_v2(site, render_value(site, reader, issue, *field)));
    }
  } else {
    for (auto const& field : site.definition.fields) {
      if (shown(site, issue, field, form)) fields.append(field.id, as_v2(site, render_value(site, reader, issue, field)));
    }
  }
  // The brief issue's link leaves a part of the path out (contract §12).
  bool const malformed = form == Event::IssueForm::brief && site.settings.webhook_malformed_self;
  json::Object out;
  out.append("id", std::to_string(issue.id));
  out.append("self", site.definition.base_url + std::string(kV2) + (malformed ? "" : "issue/") + std::to_string(issue.id));
  out.append("key", issue.key);
  out.append("fields", std::move(fields));
  return out;
}

json::Value webhook_changelog(Site const& site, History const& history) {
  auto const rendered = history_json(site, nobody(site), history);
  return json::Object{{"id", rendered["id"]}, {"items", rendered["items"]}};
}

json::Value creation_changelog(Site const& site, Issue const& issue, std::int64_t id) {
  History history;
  history.id = id;
  for (auto const& field : site.definition.fields) {
    if (issue.value(field.id).is_null()) continue;
    auto items = changes_of(site, issue, field, {}, issue.value(field.id));
    std::move(items.begin(), items.end(), std::back_inserter(history.items));
  }
  auto status = status_change(site, "", issue.status);
  status.field = "Status";  // with a capital here alone (captures)
  status.from.reset();
  status.from_text.reset();
  history.items.push_back(std::move(status));
  return webhook_changelog(site, history);
}

std::string webhook_body(Site const& site, Event const& event) {
  json::Object out;
  out.append("timestamp", tandem::epoch_millis(event.at));
  out.append("webhookEvent", event.name);
  if (!event.type.empty()) out.append("issue_event_type_name", event.type);
  if (!event.actor.empty()) out.append("user", webhook_user(site, event.actor));
  if (!event.entity.empty() && event.form == Event::IssueForm::brief) out.append(event.entity, event.entity_value);
  if (event.form != Event::IssueForm::none) {
    auto const* issue = event.issue_before ? event.issue_before.get() : site.store.find(event.issue_id);
    if (issue != nullptr) out.append("issue", webhook_issue(site, *issue, event.form));
  }
  if (event.changelog) out.append("changelog", *event.changelog);
  if (!event.entity.empty() && event.form != Event::IssueForm::brief) out.append(event.entity, event.entity_value);
  return json::to_text(out);
}

}  // namespace sandbox::jira
