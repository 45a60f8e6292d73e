#include <algorithm>
#include <charconv>

#include "jira/endpoints/attachments.hpp"
#include "jira/endpoints/writing.hpp"
#include "jira/fields/changes.hpp"
#include "jira/fields/duration.hpp"
#include "jira/world_file.hpp"

namespace sandbox::jira {

namespace {

using tandem::ErrorKind;
using tandem::Result;
using tandem::Unit;

auto fault(std::string const& issue, std::string text) {
  return tandem::fail(ErrorKind::config, "world file, jira, issue " + issue + ": " + std::move(text));
}

Instant moment(json::Value const& value, Instant otherwise) { return tandem::parse_instant(value.text()).value_or(otherwise); }

// Logins in the file become account ids; nobody named is the connector.
std::string account_of(Site const& site, json::Value const& login) {
  auto const* account = login.is_string() ? site.definition.by_login(login.text()) : site.definition.connector();
  if (account == nullptr && !site.definition.accounts.empty()) account = &site.definition.accounts.front();
  return account == nullptr ? std::string() : account->id;
}

Result<Unit> fill_fields(Site const& site, Project const& project, Issue& issue, json::Value const& fields) {
  Destination const to{site, project, issue.type, false};
  for (auto const& [id, sent] : fields.members()) {
    auto const* field = site.definition.field(id);
    if (field == nullptr) return fault(issue.key, "unknown field " + id);
    auto taken = take_value(to, *field, sent);
    if (!taken) return fault(issue.key, "field " + id + ": " + taken.error());
    issue.set(id, std::move(*taken));
  }
  return Unit{};
}

Result<Unit> fill_files(Site& site, Issue& issue, json::Value const& list) {
  for (auto const& row : list.items()) {
    auto made = files_of_json(site, account_of(site, row["author"]), json::Array{row});
    if (!made) return fault(issue.key, made.error());
    made->front().created = moment(row["created"], issue.created);
    issue.attachments.push_back(std::move(made->front()));
  }
  return Unit{};
}

Result<Unit> fill_worklogs(Site& site, Issue& issue, json::Value const& list) {
  for (auto const& row : list.items()) {
    auto const seconds = duration_seconds(row["timeSpent"].scalar_text());
    if (!seconds) return fault(issue.key, "a worklog needs timeSpent, such as \"1h 30m\"");
    Worklog worklog;
    worklog.id = site.store.next_worklog_id();
    worklog.author = worklog.editor = account_of(site, row["author"]);
    worklog.started = moment(row["started"], issue.created);
    worklog.created = worklog.updated = moment(row["created"], worklog.started);
    worklog.seconds = *seconds;
    worklog.comment = row["comment"];
    worklog.visibility = row["visibility"];
    issue.worklogs.push_back(std::move(worklog));
  }
  return Unit{};
}

// Links name issues that may come later in the file: they are made when all are there.
Result<Unit> add_links(Site& site, json::Value const& issues) {
  for (auto const& item : issues.items()) {
    for (auto const& row : item["links"].items()) {
      std::string const key(item["key"].text());
      auto const* source = site.store.find(key);
      auto const* destination = site.store.find(row["to"].text());
      auto const& types = site.definition.link_types;
      auto const type =
          std::find_if(types.begin(), types.end(), [&](LinkType const& held) { return held.name == row["type"].text(); });
      if (source == nullptr || destination == nullptr || type == types.end())
        return fault(key, "a link needs the issue's own key, the name of a link type and the key of another issue");
      site.store.insert_link({0, type->id, source->id, destination->id}, site.now());
    }
  }
  return Unit{};
}

void fill_rest(Site& site, Issue& issue, json::Value const& item) {
  for (auto const& [key, value] : item["properties"].members()) issue.properties.insert_or_assign(key, value);
  for (auto const& row : item["comments"].items()) {
    Comment comment;
    comment.id = site.store.next_comment_id();
    comment.author = comment.editor = account_of(site, row["author"]);
    comment.created = moment(row["created"], issue.created);
    comment.updated = moment(row["updated"], comment.created);
    comment.body = row["body"];
    comment.visibility = row["visibility"];
    for (auto const& [key, value] : row["properties"].members()) comment.properties.insert_or_assign(key, value);
    issue.comments.push_back(std::move(comment));
  }
  for (auto const& row : item["remoteLinks"].items()) {
    issue.remote_links.push_back({site.store.next_link_id(), std::string(row["globalId"].text()), row["application"],
                                  std::string(row["relationship"].text()), row["object"]});
  }
}

Result<Unit> load_issue(Site& site, json::Value const& item) {
  auto const* project = site.definition.project_by(item["project"].text());
  std::string const named = item["key"].text_or(item["project"].text());
  if (project == nullptr) return fault(named, "unknown project");
  Issue issue;
  issue.project = project->id;
  issue.type = item["type"].scalar_text();
  if (issue.type.empty() && !project->types.empty()) issue.type = project->types.front().type;
  auto const* workflow = site.definition.workflow(*project, issue.type);
  if (workflow == nullptr) return fault(named, "the project has no such issue type");
  if (item["key"].is_string()) {
    auto const digits = item["key"].text().substr(item["key"].text().rfind('-') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), issue.number);
    site.store.reserve_number(project->id, issue.number);
  } else {
    issue.number = site.store.take_number(project->id);
  }
  issue.key = project->key + "-" + std::to_string(issue.number);
  if (site.store.find(issue.key) != nullptr) return fault(issue.key, "is there twice");
  std::int64_t id = 0;
  auto const id_text = item["id"].scalar_text();
  std::from_chars(id_text.data(), id_text.data() + id_text.size(), id);
  if (id > 0) site.store.reserve_issue_id(id);
  issue.id = id > 0 ? id : site.store.next_issue_id();
  issue.status = item["status"].is_null() ? workflow->initial : item["status"].scalar_text();
  if (site.definition.status(issue.status) == nullptr) return fault(issue.key, "unknown status");
  issue.creator = account_of(site, item["author"]);
  issue.created = moment(item["created"], site.now());
  issue.updated = moment(item["updated"], issue.created);
  issue.status_category_changed = issue.created;
  issue.set("reporter", issue.creator);
  if (!site.definition.default_priority.empty()) issue.set("priority", site.definition.default_priority);
  TANDEM_CHECK(fill_fields(site, *project, issue, item["fields"]));
  if (!issue.value("resolution").is_null()) issue.resolved = moment(item["resolved"], issue.updated);
  fill_rest(site, issue, item);
  TANDEM_CHECK(fill_files(site, issue, item["attachments"]));
  TANDEM_CHECK(fill_worklogs(site, issue, item["worklogs"]));
  auto const new_id = issue.id;
  site.store.insert(std::move(issue), site.now());
  for (auto const& key : item["formerKeys"].items()) site.store.add_former_key(std::string(key.text()), new_id);
  return Unit{};
}

}  // namespace

Result<Unit> load_issues(Site& site, json::Value const& issues) {
  // What the file holds was there before: search has long seen it.
  site.store.set_lag(tandem::Millis{0});
  for (auto const& item : issues.items()) TANDEM_CHECK(load_issue(site, item));
  TANDEM_CHECK(add_links(site, issues));
  site.store.set_lag(site.settings.search_lag);
  return Unit{};
}

}  // namespace sandbox::jira
