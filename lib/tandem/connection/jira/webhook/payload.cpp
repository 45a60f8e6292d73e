#include <tandem/connection/jira/webhook/payload.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::jira::webhook {

namespace {

constexpr std::string_view kExpected =
    "expected a Jira webhook (an object with webhookEvent), or a web request of Jira Automation with the issue's data "
    "({\"issue\": {…}}, or "
    "the issue itself with id and key)";

// An id that is a number or a string of digits; "" for anything else.
std::string id_of(json::Value const& value) {
  auto text = value.is_string() || value.is_number() ? value.scalar_text() : std::string{};
  return is_id(text) ? text : std::string{};
}

std::string key_of(json::Value const& value) { return is_issue_key(value.text()) ? std::string(value.text()) : std::string{}; }

// Epoch milliseconds (number, or digits as text), RFC 3339 or Jira's own form.
std::optional<Instant> time_of(json::Value const& value) {
  if (value.is_string()) {
    if (auto const at = parse_instant(value.text())) return at;
  }
  auto const text = id_of(value);
  std::int64_t millis = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), millis);
  constexpr std::int64_t kYear9999 = 253402300799999;
  if (text.empty() || fault != std::errc{} || end != text.data() + text.size() || millis > kYear9999) return std::nullopt;
  return from_epoch_millis(millis);
}

// A link such as …/rest/api/2/issue/10013/comment/10082 names the issue where the event itself does not (Server and Data Center).
std::string issue_in(std::string_view link) {
  constexpr std::string_view kBefore = "/issue/";
  auto const at = link.find(kBefore);
  if (at == std::string_view::npos) return {};
  auto const rest = link.substr(at + kBefore.size());
  auto const id = rest.substr(0, rest.find('/'));
  return is_id(id) ? std::string(id) : std::string{};
}

void take_issue(Hint& hint, json::Value const& issue) {
  hint.issue = id_of(issue["id"]);
  hint.issue_key = key_of(issue["key"]);
  hint.updated = time_of(issue["fields"]["updated"]);
}

bool moved(json::Value const& payload) {
  if (payload["issue_event_type_name"].text() == "issue_moved") return true;
  auto const& items = payload["changelog"]["items"].items();
  return std::any_of(items.begin(), items.end(),
                     [](json::Value const& item) { return item["field"].text() == "Key" || item["field"].text() == "project"; });
}

constexpr std::array<std::pair<std::string_view, Kind>, 14> kEvents{{{"jira:issue_created", Kind::issue_created},
                                                                     {"jira:issue_updated", Kind::issue_updated},
                                                                     {"jira:worklog_updated", Kind::issue_updated},
                                                                     {"jira:issue_deleted", Kind::issue_deleted},
                                                                     {"comment_created", Kind::comment_created},
                                                                     {"comment_updated", Kind::comment_updated},
                                                                     {"comment_deleted", Kind::comment_deleted},
                                                                     {"attachment_created", Kind::attachment_created},
                                                                     {"attachment_deleted", Kind::attachment_deleted},
                                                                     {"issuelink_created", Kind::link_changed},
                                                                     {"issuelink_deleted", Kind::link_changed},
                                                                     {"worklog_created", Kind::worklog_changed},
                                                                     {"worklog_updated", Kind::worklog_changed},
                                                                     {"worklog_deleted", Kind::worklog_changed}}};

std::optional<Kind> kind_of(std::string_view event) {
  if (event == "issue_property_set" || event == "issue_property_deleted") return Kind::property_changed;
  auto const found = std::find_if(kEvents.begin(), kEvents.end(), [&](auto const& row) { return row.first == event; });
  return found == kEvents.end() ? std::nullopt : std::optional(found->second);
}

// Events of things that tandem does not mirror.
bool unneeded(std::string_view event) {
  constexpr std::array<std::string_view, 14> kFamilies{
      "user_",      "project_",    "sprint_",    "board_",  "jira:version_",    "version_",  "option_",
      "component_", "issue_type_", "issuetype_", "filter_", "jira:expression_", "workflow_", "permission_"};
  return std::any_of(kFamilies.begin(), kFamilies.end(), [&](std::string_view family) { return event.starts_with(family); });
}

tl::unexpected<Error> lacks(std::string_view event, std::string_view what) {
  return fail(ErrorKind::usage, fmt::format("the event {} has no {}", event, what));
}

Result<Reading> read_event(json::Value const& payload, std::string event) {
  Reading out;
  auto const kind = kind_of(event);
  out.event = std::move(event);
  if (!kind) {
    out.ignored = unneeded(out.event) ? Ignored::unneeded : Ignored::unknown;
    return out;
  }
  Hint hint;
  hint.kind = *kind;
  hint.at = time_of(payload["timestamp"]);
  take_issue(hint, payload["issue"]);
  hint.changelog = id_of(payload["changelog"]["id"]);
  hint.comment = id_of(payload["comment"]["id"]);
  hint.attachment = id_of(payload["attachment"]["id"]);
  hint.worklog = id_of(payload["worklog"]["id"]);
  switch (*kind) {
    case Kind::comment_created:
    case Kind::comment_updated:
    case Kind::comment_deleted:
      if (hint.comment.empty()) return lacks(out.event, "comment with an id");
      if (!hint.names_issue()) hint.issue = issue_in(payload["comment"]["self"].text());
      break;
    case Kind::attachment_created:
    case Kind::attachment_deleted:
      // No issue, no key, no issue id: it must be found (jira.md §12).
      if (hint.attachment.empty()) return lacks(out.event, "attachment with an id");
      if (auto const made = time_of(payload["attachment"]["created"]); made && !hint.names_issue()) hint.at = made;
      out.hints.push_back(std::move(hint));
      return out;
    case Kind::link_changed: {
      auto const& link = payload["issueLink"];
      for (auto const* const end : {"sourceIssueId", "destinationIssueId"}) {
        hint.issue = id_of(link[end]);
        hint.issue_key.clear();
        if (hint.names_issue()) out.hints.push_back(hint);
      }
      if (out.hints.empty()) return lacks(out.event, "issueLink with sourceIssueId and destinationIssueId");
      return out;
    }
    case Kind::worklog_changed:
      if (!hint.names_issue()) hint.issue = id_of(payload["worklog"]["issueId"]);
      break;
    case Kind::property_changed:
      if (!hint.names_issue()) {
        out.ignored = Ignored::unneeded;
        return out;
      }
      break;
    case Kind::issue_updated:
      if (moved(payload)) hint.kind = Kind::issue_moved;
      break;
    default: break;
  }
  if (!hint.names_issue()) return lacks(out.event, "issue with an id or a key");
  out.hints.push_back(std::move(hint));
  return out;
}

// Without `webhookEvent`: Automation, with the issue in `issue`, or as the whole body.
Result<Reading> read_automation(json::Value const& payload) {
  Reading out;
  Hint hint;
  hint.kind = Kind::automation;
  bool const whole = !payload.has("issue") && payload.has("fields");
  auto const& issue = whole ? payload : payload["issue"];
  take_issue(hint, issue);
  if (issue.is_string()) hint.issue_key = key_of(issue);  // a body of one's own: {"issue": "{{issue.key}}"}
  if (hint.names_issue()) {
    hint.at = time_of(payload["timestamp"]);
    hint.comment = id_of(payload["comment"]["id"]);
    out.hints.push_back(std::move(hint));
    return out;
  }
  // An event that lost its name; seen for a deleted user.
  if (payload.has("timestamp") && !payload.has("issue")) {
    out.ignored = Ignored::unknown;
    return out;
  }
  return fail(ErrorKind::usage, fmt::format("the payload's structure is not known: {}", kExpected));
}

}  // namespace

Result<Reading> read_payload(std::string_view bytes) {
  if (bytes.size() > kMostBytes)
    return fail(ErrorKind::usage, fmt::format("the payload has {} bytes; Jira sends at most {}", bytes.size(), kMostBytes));
  if (text::trimmed(bytes).empty())
    return fail(ErrorKind::usage,
                fmt::format("the payload is empty: {}; for a webhook that excludes its body give --issue KEY", kExpected));
  auto const parsed = json::parse(bytes, {.bytes = kMostBytes, .depth = kMostDepth});
  if (!parsed)
    return fail(Error{ErrorKind::usage, fmt::format("the payload is {}", parsed.error().message), parsed.error().context});
  if (!parsed->is_object()) return fail(ErrorKind::usage, fmt::format("the payload is no JSON object: {}", kExpected));
  auto const& event = (*parsed)["webhookEvent"];
  if (event.is_string() && !event.text().empty())
    return read_event(*parsed, std::string(text::cut_code_points(event.text(), 100)));
  return read_automation(*parsed);
}

}  // namespace tandem::jira::webhook
