#include <tandem/connection/jira/webhook/hint.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tandem::jira::webhook {

namespace {

using enum Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 14> kNames{{{issue_created, "issue-created"},
                                                                    {issue_updated, "issue-updated"},
                                                                    {issue_moved, "issue-moved"},
                                                                    {issue_deleted, "issue-deleted"},
                                                                    {comment_created, "comment-created"},
                                                                    {comment_updated, "comment-updated"},
                                                                    {comment_deleted, "comment-deleted"},
                                                                    {attachment_created, "attachment-created"},
                                                                    {attachment_deleted, "attachment-deleted"},
                                                                    {link_changed, "link-changed"},
                                                                    {worklog_changed, "worklog-changed"},
                                                                    {property_changed, "property-changed"},
                                                                    {automation, "automation"},
                                                                    {by_hand, "by-hand"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::string_view name_of(Kind kind) { return kNames.at(static_cast<std::size_t>(kind)).second; }

std::optional<Kind> kind_named(std::string_view name) {
  auto const found = std::find_if(kNames.begin(), kNames.end(), [&](auto const& row) { return row.second == name; });
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

bool is_issue_key(std::string_view text) {
  auto const hyphen = text.rfind('-');
  if (text.size() > 255 || hyphen == std::string_view::npos || hyphen == 0 || !is_letter(text.front())) return false;
  auto const project = text.substr(0, hyphen);
  auto const number = text.substr(hyphen + 1);
  bool const project_ok =
      std::all_of(project.begin(), project.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  return project_ok && !number.empty() && number.size() <= 19 && std::all_of(number.begin(), number.end(), is_digit);
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 19 && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace tandem::jira::webhook
