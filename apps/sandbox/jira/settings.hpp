// The switches of the Jira service (SPEC L2): set by `POST /_sandbox/config` or a test, each a fact that the contract leaves open or a mood of the site.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::jira {

namespace json = tandem::json;

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
  std::set<std::string> revoked;  // jira.revokePermission / jira.grantPermission: of the connector's account
};

// False when there is no switch of that name; an error when the value makes no sense.
tandem::Result<bool> apply_setting(Settings& settings, std::string_view name, json::Value const& value);
// Every switch by name with its present value.
json::Object setting_values(Settings const& settings);

}  // namespace sandbox::jira
