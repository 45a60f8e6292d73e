// What happened to the site, as its webhooks will tell it (contract §12). Endpoints announce; body.hpp renders; the outbox delivers.
//
// Announcing is free while no webhook is registered (Site::outbox.listening()): nothing is rendered or kept, so that a large backfill
// without listeners costs nothing. Otherwise the event waits for the end of the request (`post_events`), when the issue is as the
// request left it; what a deletion takes away is rendered at once. `record` (endpoints/writing.hpp) announces jira:issue_updated for
// every history entry by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "jira/issue.hpp"

namespace sandbox::jira {

struct Site;
struct Reader;

// An entity as REST v3 shows it to that reader; called only if somebody listens. Webhooks show it in v2 form (body.hpp).
using Shown = std::function<json::Value(Reader const&)>;

struct Event {
  enum class IssueForm { none, brief, whole, whole_with_threads };  // threads: comments and worklogs, which only a deletion shows

  std::string name;  // "jira:issue_updated", "comment_created", "attachment_created", …
  std::string type;  // issue_event_type_name, "" where the event has none
  std::string actor;  // account id for `user`, "" where the event has none
  Instant at{};
  std::int64_t issue_id = 0;
  std::shared_ptr<Issue const> issue_before;  // of a deleted issue
  IssueForm form = IssueForm::none;
  std::optional<json::Value> changelog;  // {id, items}
  std::string entity;  // "comment", "attachment", …: the key of `entity_value`
  json::Value entity_value;  // v2 form, as it was at that moment
  bool secondary = false;  // fall-out of another event: X-Atlassian-Webhook-Flow is Secondary
};

// name: "jira:issue_created".
void announce_created(Site& site, Issue const& issue, std::string_view actor);
// type: "" = told by the items (issue_generic, issue_assigned, issue_work_logged, issue_updated).
void announce_updated(Site& site, Issue const& issue, std::string_view actor, History const* history, std::string type = {});
// Call before the issue is erased: also tells its comments, attachments and links as Secondary flow.
// `with_parent`: it goes because its parent goes, which makes it Secondary itself.
void announce_deleted(Site& site, Issue const& issue, std::string_view actor, bool with_parent = false);
// name: "comment_created" | "comment_updated" | "comment_deleted" (call before it is erased).
void announce_comment(Site& site, std::string name, Issue const& issue, Comment const& comment);
// name: "attachment_created" | "attachment_deleted". The body has no issue; `issue` is for JQL filters alone. Not to be called for the
// files that an issue is created with (contract §12).
void announce_attachment(Site& site, std::string name, Issue const& issue, Shown const& attachment);
// name: "worklog_created" | "worklog_updated" | "worklog_deleted". The body has no issue, only worklog.issueId.
void announce_worklog(Site& site, std::string name, Issue const& issue, Shown const& worklog);
// name: "issuelink_created" | "issuelink_deleted": numeric ids and no keys.
struct IssueLinkFacts {
  std::int64_t id = 0, source_id = 0, destination_id = 0;  // source: the issue that shows the outward phrase
  std::int64_t type_id = 0;
  std::string type_name, inward, outward;
};
void announce_issue_link(Site& site, std::string name, IssueLinkFacts const& link);
// name: "issue_property_set" | "issue_property_deleted"; only with the switch jira.webhookPropertyEvents (contract §12: unverified).
void announce_property(Site& site, std::string name, Issue const& issue, std::string_view key, json::Value const& value);

// Hands what was announced to the outbox. The service calls it after each request.
void post_events(Site& site);

}  // namespace sandbox::jira
