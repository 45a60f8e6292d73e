#include <tandem/sync/event/queued_hint.hpp>

#include <algorithm>
#include <array>

namespace tandem::sync::event {

namespace {

constexpr std::array<std::string_view, 9> kMembers{"issue", "key",     "kinds",  "comments", "attachments",
                                                   "at",    "updated", "events", "sought"};

json::Array texts(std::vector<std::string> const& list) { return {list.begin(), list.end()}; }

std::vector<std::string> list_of(json::Value const& value) {
  std::vector<std::string> out;
  for (auto const& one : value.items()) out.emplace_back(one.text());
  return out;
}

// Each once, the newest last; no more than `most`.
void add(std::vector<std::string>& list, std::vector<std::string> const& more, std::size_t most) {
  for (auto const& one : more) {
    std::erase(list, one);
    list.push_back(one);
  }
  if (list.size() > most) list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(most));
}

json::Value time_json(std::optional<Instant> at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }

}  // namespace

std::string QueuedHint::subject() const {
  if (!issue.empty()) return "id:" + issue;
  if (!issue_key.empty()) return "key:" + issue_key;
  return "file:" + (attachments.empty() ? std::string("-") : attachments.front());
}

bool QueuedHint::holds(jira::webhook::Kind kind) const {
  return std::find(kinds.begin(), kinds.end(), jira::webhook::name_of(kind)) != kinds.end();
}

void QueuedHint::take(QueuedHint const& newer) {
  if (!newer.issue.empty()) issue = newer.issue;
  if (!newer.issue_key.empty()) issue_key = newer.issue_key;
  add(kinds, newer.kinds, kMostIds);
  add(comments, newer.comments, kMostIds);
  add(attachments, newer.attachments, kMostIds);
  if (newer.at) at = at ? std::max(*at, *newer.at) : *newer.at;
  if (newer.updated) updated = updated ? std::max(*updated, *newer.updated) : *newer.updated;
  events += newer.events;
  if (!sought) sought = newer.sought;
  for (auto const& [name, value] : newer.unknown) unknown.set(name, value);
}

json::Value QueuedHint::to_json() const {
  json::Object out = unknown;
  out.set("issue", issue);
  out.set("key", issue_key);
  out.set("kinds", texts(kinds));
  out.set("comments", texts(comments));
  out.set("attachments", texts(attachments));
  out.set("at", time_json(at));
  out.set("updated", time_json(updated));
  out.set("events", events);
  if (sought) out.set("sought", time_json(sought));
  return out;
}

Result<QueuedHint> QueuedHint::from_json(json::Value const& value) {
  QueuedHint out;
  out.issue = value["issue"].text();
  out.issue_key = value["key"].text();
  out.kinds = list_of(value["kinds"]);
  out.comments = list_of(value["comments"]);
  out.attachments = list_of(value["attachments"]);
  out.at = parse_instant(value["at"].text());
  out.updated = parse_instant(value["updated"].text());
  out.sought = parse_instant(value["sought"].text());
  out.events = static_cast<std::uint64_t>(std::max<std::int64_t>(value["events"].integer().value_or(1), 1));
  for (auto const& [name, member] : value.members()) {
    if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) out.unknown.set(name, member);
  }
  return out;
}

QueuedHint queued(jira::webhook::Hint const& hint) {
  QueuedHint out;
  out.issue = hint.issue;
  out.issue_key = hint.issue_key;
  out.kinds = {std::string(jira::webhook::name_of(hint.kind))};
  if (!hint.comment.empty()) out.comments = {hint.comment};
  if (!hint.attachment.empty()) out.attachments = {hint.attachment};
  out.at = hint.at;
  out.updated = hint.updated;
  out.events = 1;
  return out;
}

}  // namespace tandem::sync::event
