#include "jira/store.hpp"

#include <algorithm>
#include <charconv>

namespace sandbox::jira {

namespace {
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}
}  // namespace

Issue const* Store::find(std::int64_t id) const {
  auto const found = issues_.find(id);
  return found == issues_.end() ? nullptr : &found->second;
}

Issue const* Store::find(std::string_view id_or_key) const {
  std::int64_t id = 0;
  auto const* last = id_or_key.data() + id_or_key.size();
  auto const parsed = std::from_chars(id_or_key.data(), last, id);
  if (parsed.ec == std::errc{} && parsed.ptr == last) return find(id);
  auto const found = by_key_.find(upper(id_or_key));
  return found == by_key_.end() ? nullptr : find(found->second);
}

Issue const* Store::by_comment(std::int64_t comment_id) const {
  auto const found = comment_home_.find(comment_id);
  return found == comment_home_.end() ? nullptr : find(found->second);
}

Issue const* Store::by_attachment(std::int64_t attachment_id) const {
  auto const found = attachment_home_.find(attachment_id);
  return found == attachment_home_.end() ? nullptr : find(found->second);
}

Attachment const* Store::attachment(std::int64_t id) const {
  auto const* issue = by_attachment(id);
  if (issue == nullptr) return nullptr;
  auto const found =
      std::find_if(issue->attachments.begin(), issue->attachments.end(), [&](Attachment const& held) { return held.id == id; });
  return found == issue->attachments.end() ? nullptr : &*found;
}

Attachment const* Store::by_media_id(std::string const& media_id) const {
  auto const found = media_ids_.find(media_id);
  return found == media_ids_.end() ? nullptr : attachment(found->second);
}

IssueLink const* Store::link(std::int64_t id) const {
  auto const found = links_.find(id);
  return found == links_.end() ? nullptr : &found->second;
}

// Where the comments and files of an issue are found by their own ids.
void Store::note_parts(Issue const& issue) {
  for (auto const& comment : issue.comments) comment_home_.insert_or_assign(comment.id, issue.id);
  for (auto const& file : issue.attachments) {
    attachment_home_.insert_or_assign(file.id, issue.id);
    media_ids_.insert_or_assign(file.media_id, file.id);
  }
}

void Store::reserve_number(std::string const& project_id, std::int64_t number) {
  auto& held = numbers_[project_id];
  held = std::max(held, number);
}
void Store::reserve_issue_id(std::int64_t id) { last_issue_ = std::max(last_issue_, id); }

void Store::remember(std::int64_t id, Issue const* before, Instant now) {
  if (lag_.count() == 0) return;
  pending_[id].push_back({now, before == nullptr ? nullptr : std::make_shared<Issue const>(*before)});
}

Issue const& Store::insert(Issue issue, Instant now) {
  auto const id = issue.id;
  remember(id, nullptr, now);
  by_key_.insert_or_assign(upper(issue.key), id);
  by_updated_.emplace(issue.updated, id);
  note_parts(issue);
  return issues_.insert_or_assign(id, std::move(issue)).first->second;
}

void Store::change(std::int64_t id, Instant now, std::function<void(Issue&)> const& edit) {
  auto const found = issues_.find(id);
  if (found == issues_.end()) return;
  auto& issue = found->second;
  remember(id, &issue, now);
  auto const updated_before = issue.updated;
  auto const comments_before = issue.comments.size();
  auto const attachments_before = issue.attachments.size();
  edit(issue);
  if (issue.updated != updated_before) {
    by_updated_.erase({updated_before, id});
    by_updated_.emplace(issue.updated, id);
  }
  if (issue.comments.size() != comments_before || issue.attachments.size() != attachments_before) note_parts(issue);
}

void Store::erase(std::int64_t id, Instant now) {
  auto const found = issues_.find(id);
  if (found == issues_.end()) return;
  remember(id, &found->second, now);
  by_updated_.erase({found->second.updated, id});
  for (auto const link : std::vector<std::int64_t>(found->second.links)) erase_link(link, now);
  for (auto const& file : found->second.attachments) {
    attachment_home_.erase(file.id);
    media_ids_.erase(file.media_id);
  }
  for (auto const& comment : found->second.comments) comment_home_.erase(comment.id);
  by_key_.erase(upper(found->second.key));
  issues_.erase(found);
}

IssueLink const& Store::insert_link(IssueLink link, Instant now) {
  link.id = ++last_issue_link_;
  for (auto const side : {link.source, link.destination}) {
    change(side, now, [&](Issue& issue) { issue.links.push_back(link.id); });
  }
  return links_.insert_or_assign(link.id, std::move(link)).first->second;
}

void Store::erase_link(std::int64_t id, Instant now) {
  auto const found = links_.find(id);
  if (found == links_.end()) return;
  for (auto const side : {found->second.source, found->second.destination}) {
    change(side, now, [&](Issue& issue) { std::erase(issue.links, id); });
  }
  links_.erase(found);
}

void Store::add_former_key(std::string key, std::int64_t id) { by_key_.insert_or_assign(upper(key), id); }

void Store::settle(Instant now) {
  for (auto it = pending_.begin(); it != pending_.end();) {
    auto& waiting = it->second;
    while (!waiting.empty() && waiting.front().changed + lag_ <= now) waiting.pop_front();
    it = waiting.empty() ? pending_.erase(it) : std::next(it);
  }
}

Issue const* Store::indexed(std::int64_t id) const {
  auto const waiting = pending_.find(id);
  return waiting == pending_.end() ? find(id) : waiting->second.front().before.get();
}

std::vector<std::pair<std::int64_t, Issue const*>> Store::lagging() const {
  std::vector<std::pair<std::int64_t, Issue const*>> out;
  for (auto const& [id, waiting] : pending_) out.emplace_back(id, waiting.front().before.get());
  return out;
}

}  // namespace sandbox::jira
