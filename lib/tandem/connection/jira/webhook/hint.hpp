// Hint: all that is kept of a webhook: which issue may have changed, by what kind of event, with which ids and when (SPEC F2).
//
// Never a value of a field: the issue is read again. Times are Jira's own, as the payload states them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/time/instant.hpp>

namespace tandem::jira::webhook {

// Stored by name: names are never changed or used anew.
enum class Kind : std::uint8_t {
  issue_created,
  issue_updated,
  issue_moved,         // key or project changed
  issue_deleted,
  comment_created,
  comment_updated,
  comment_deleted,
  attachment_created,
  attachment_deleted,
  link_changed,        // a link between two issues
  worklog_changed,
  property_changed,
  automation,          // a rule of Jira's Automation: it does not say what happened
  by_hand,             // --issue KEY without a payload
};
std::string_view name_of(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

struct Hint {
  Kind kind = Kind::issue_updated;
  std::string issue, issue_key;     // id and key; one may be "", both only for a file whose issue must be found
  std::string changelog, comment, attachment, worklog;  // ids, "" where the event has none
  std::optional<Instant> at;        // `timestamp`: when Jira made the event; of a file without an issue: when it was attached
  std::optional<Instant> updated;   // the issue's `updated`: a re-read that is older came too early
  [[nodiscard]] bool names_issue() const { return !issue.empty() || !issue_key.empty(); }
};

// "SUP-12": a project key, a hyphen, a number. "10040": a number of at most 19 digits.
bool is_issue_key(std::string_view text);
bool is_id(std::string_view text);

}  // namespace tandem::jira::webhook
