// What happened to the site, as its webhooks tell it (contract §12). Endpoints announce; body.hpp renders; the outbox delivers.
#pragma once

#include <cstdint>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

struct Site;

struct Event {
  std::string name;           // "jira:issue_updated", "comment_created", "attachment_created", …
  std::string type;           // issue_event_type_name, "" where the event has none
  tandem::Instant at;
  tandem::json::Value body;   // everything but `timestamp` and `webhookEvent`, as it was at that moment
  bool secondary = false;     // fall-out of another event: X-Atlassian-Webhook-Flow is Secondary
};

// Keeps an event for delivery, in the order in which things happened.
void announce(Site& site, Event event);

}  // namespace sandbox::jira
