// The switches of the Jira service (SPEC L2): set by `POST /_sandbox/config` or a test, each a fact that the contract leaves open or a mood of the site.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

namespace json = tandem::json;

// Answers of 429 by order (jira.throttle), whatever `limits` says: {"reason":"jira-burst-based","times":2,"retryAfter":7,"match":"GET myself"}.
// `retryAfter` in seconds, null = no such header; `match` is "METHOD path" below /rest/api/3/, a prefix or a glob; "" is every request.
struct Throttle {
  std::string reason = "jira-burst-based", match;
  std::int64_t times = 1;
  std::optional<std::int64_t> retry_after = 1;
};

// Who pays the hourly points of contract §11. API tokens are exempt; for client credentials that is unverified.
enum class PointsFor { nobody, oauth, everybody };

struct Settings {
  bool dead_token = false;  // jira.deadToken: no token is accepted any more
  tandem::Millis search_lag{0};  // jira.searchLag: "10m", or a number of milliseconds
  bool strict_adf = true;  // jira.strictAdf: documents that break the ADF grammar are refused
  bool bulk_fetch_lags = false;  // jira.bulkFetchLags: bulkfetch reads the search index too (contract §4: unverified)
  bool property_put_object = false;  // jira.propertyPutBody: "empty" | "{}" (contract §4, open points)
  bool return_issue = true;  // jira.returnIssue: false = `returnIssue=true` is ignored, 204
  std::string time_zone;  // jira.timeZone: of every account, instead of the world's; "" = the world's
  std::string language;  // jira.language: of every account, as "de"; "" = the account's locale
  bool documented_limits = false;  // limits: "documented" | "off"
  bool retry_after = true;  // jira.retryAfter: a 429 names its wait (contract §11: it can be missing)
  bool consume_key = false;  // jira.failedCreateConsumesKey: a refused create leaves a gap in the numbers
  bool strict_keys =
      false;  // jira.unknownKeyFails: JQL naming a key that does not exist is a 400 (contract §4: or matches nothing)
  bool adf_length_of_json =
      true;  // jira.adfLengthOf: "json" | "text": what the 32767 of rich text counts (contract §5: unverified)
  bool webhook_server_style = false;  // jira.webhookComments: "server" = commenting also sends jira:issue_updated (contract §12)
  bool webhook_property_events =
      false;  // jira.webhookPropertyEvents: issue_property_set and _deleted are sent (contract §12: unverified)
  bool webhook_malformed_self =
      true;  // jira.webhookIssueSelf: "malformed" | "right": the issue's link in comment events (contract §12)
  bool webhook_file_variables =
      false;  // jira.webhookFileVariables: {issue.key} is filled for events without an issue too (contract §12: unverified)
  bool webhook_crlf = false;  // jira.webhookLineEnds: "lf" | "crlf" in wiki text (contract §13: both are seen)
  int drop_rows = 0;  // jira.dropSearchRow: the next N searches with rows lose one row each
  std::set<std::string> drop_issues;  // jira.dropSearchRow: "SUP-1": this one is missing once
  // Identity (contract §1).
  bool gateway_dead_is_401 = true;  // jira.gatewayDeadToken: "401" | "anonymous"
  bool gateway_self_links = false;  // jira.selfLinks: "site" | "gateway": which host `self` names behind the gateway
  std::string unauthorised_form = "json";  // jira.unauthorisedForm: "json" | "html" | "text"
  tandem::Millis oauth_lifetime{3'600'000};  // jira.oauthTokenLifetime: "1h", or a number of seconds
  bool strict_content_type = true;  // jira.strictContentType: false = a wrong or missing Content-Type is taken as JSON
  // Fields and writing (contract §5, §6, §8, §10).
  std::int64_t summary_limit = 255;  // jira.summaryLimit: the longest summary that passes
  bool lenient_datetime = true;  // jira.lenientDatetime: false = "Z" and "+00:00" are refused, only "+0000" is taken
  bool properties_move_updated = false;  // jira.propertiesMoveUpdated: a property write moves the issue's `updated`
  std::int64_t first_failed_element = 0;  // jira.failedElementBase: 0 | 1
  bool comment_list_properties = true;  // jira.commentListProperties: false = GET …/comment ignores expand=properties
  std::int64_t comments_in_field = 20;  // jira.commentsInField: the newest so many comments in `fields.comment`
  bool remote_link_list = true;  // jira.remoteLinkByGlobalId: "array" | "object"
  // Attachments (contract §9).
  std::int64_t upload_limit = 1'073'741'824;  // jira.uploadLimit: bytes of one file
  bool attachments_enabled = true;  // jira.attachmentsEnabled
  std::int64_t redirect_status = 303;  // jira.contentRedirectStatus: 303 | 302
  bool attachment_created_number = false;  // jira.attachmentCreated: "string" | "number" in the answer to an upload
  bool attachment_delete_history = true;  // jira.attachmentDeleteHistory: a removal writes into the changelog
  tandem::Millis media_lifetime{600'000};  // jira.mediaTokenLifetime: "10m", or a number of seconds
  // Most parts of one issue (contract §8): jira.issueLimits {"comment":…,"worklog":…,"attachment":…,"issuelinks":…,"remoteIssueLinks":…}
  std::int64_t most_comments = 5000, most_worklogs = 10000, most_attachments = 2000, most_links = 2000, most_remote_links = 2000;
  // Search (contract §4).
  std::int64_t rows_with_all_fields = 50;  // jira.rowsWithAllFields: rows of a page that shows *all or *navigable
  bool epoch_jql = true;  // jira.epochMillisInJql: false = bare epoch milliseconds are refused
  // Limits (contract §11).
  PointsFor points_for = PointsFor::nobody;  // jira.pointsFor: "nobody" | "oauth" | "everybody", with `limits` documented
  std::int64_t points_per_hour = 65000;  // jira.pointsPerHour
  bool tenant_quota = false;  // jira.quotaKind: "global" | "tenant"
  bool beta_headers = false;  // jira.rateHeaderPrefix: "" | "Beta-" of RateLimit and RateLimit-Policy
  std::vector<Throttle> throttles;  // jira.throttle
  std::set<std::string> revoked, granted;  // jira.revokePermission / jira.grantPermission: of the connector's account
  bool part_names_ignore_case = true;  // jira.partNamesIgnoreCase: a component or version "a" forbids an "A"
};

// False when there is no switch of that name; an error when the value makes no sense.
tandem::Result<bool> apply_setting(Settings& settings, std::string_view name, json::Value const& value);
// Every switch by name with its present value.
json::Object setting_values(Settings const& settings);

}  // namespace sandbox::jira
