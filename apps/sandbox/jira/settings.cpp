#include "jira/settings.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "jira/permissions.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

using Apply = std::function<bool(Settings&, json::Value const&)>;  // false: the value makes no sense

struct Switch {
  Apply set;
  std::function<json::Value(Settings const&)> get = nullptr;  // none: shown by its opposite
};

Switch flag(bool Settings::*member) {
  return {[member](Settings& settings, json::Value const& value) {
            if (value.if_bool() == nullptr) return false;
            settings.*member = *value.if_bool();
            return true;
          },
          [member](Settings const& settings) { return json::Value(settings.*member); }};
}

// One of two words.
Switch choice(bool Settings::*member, std::string no, std::string yes) {
  return {[member, no, yes](Settings& settings, json::Value const& value) {
            if (value.text() != no && value.text() != yes) return false;
            settings.*member = value.text() == yes;
            return true;
          },
          [member, no, yes](Settings const& settings) { return json::Value(settings.*member ? yes : no); }};
}

Switch number(std::int64_t Settings::*member, std::int64_t least, std::int64_t most) {
  return {[=](Settings& settings, json::Value const& value) {
            auto const held = value.integer();
            if (!held || *held < least || *held > most) return false;
            settings.*member = *held;
            return true;
          },
          [member](Settings const& settings) { return json::Value(settings.*member); }};
}

// "10m", or a number of seconds.
Switch lifetime(tandem::Millis Settings::*member) {
  return {[member](Settings& settings, json::Value const& value) {
            std::optional<tandem::Millis> held;
            if (auto const seconds = value.integer(); seconds && *seconds < 1'000'000'000) held = std::chrono::seconds{*seconds};
            if (value.is_string()) held = tandem::parse_duration(value.text());
            if (!held || held->count() < 0) return false;
            settings.*member = *held;
            return true;
          },
          [member](Settings const& settings) { return json::Value(tandem::to_text(settings.*member)); }};
}

struct IssueLimit {
  std::string_view name;
  std::int64_t Settings::*most;
};
constexpr IssueLimit kIssueLimits[] = {{"comment", &Settings::most_comments},
                                       {"worklog", &Settings::most_worklogs},
                                       {"attachment", &Settings::most_attachments},
                                       {"issuelinks", &Settings::most_links},
                                       {"remoteIssueLinks", &Settings::most_remote_links}};

bool set_issue_limits(Settings& settings, json::Value const& value) {
  if (!value.is_object()) return false;
  for (auto const& [name, most] : value.members()) {
    auto const* found = std::find_if(std::begin(kIssueLimits), std::end(kIssueLimits),
                                     [&, &wanted = name](IssueLimit const& limit) { return limit.name == wanted; });
    if (found == std::end(kIssueLimits) || !number(found->most, 0, 1'000'000).set(settings, most)) return false;
  }
  return true;
}
json::Value issue_limits(Settings const& settings) {
  json::Object out;
  for (auto const& limit : kIssueLimits) out.append(std::string(limit.name), settings.*limit.most);
  return out;
}

bool set_throttle(Settings& settings, json::Value const& value) {
  if (value.is_null()) {
    settings.throttles.clear();
    return true;
  }
  Throttle out;
  static std::set<std::string_view> const reasons{"jira-quota-global-based", "jira-quota-tenant-based", "jira-burst-based",
                                                  "jira-per-issue-on-write", ""};
  if (!value.is_object() || reasons.count(value["reason"].text()) == 0) return false;
  out.reason = value["reason"].text();
  out.match = value["match"].text();
  out.times = value["times"].integer().value_or(1);
  if (value.has("retryAfter")) out.retry_after = value["retryAfter"].integer();
  if (out.times < 1 || (out.retry_after && *out.retry_after < 0)) return false;
  settings.throttles.push_back(std::move(out));
  return true;
}
json::Value throttles(Settings const& settings) {
  json::Array out;
  for (auto const& one : settings.throttles) {
    out.emplace_back(json::Object{{"reason", one.reason},
                                  {"match", one.match},
                                  {"times", one.times},
                                  {"retryAfter", one.retry_after ? json::Value(*one.retry_after) : json::Value()}});
  }
  return out;
}

constexpr std::string_view kPayers[] = {"nobody", "oauth", "everybody"};  // in the order of PointsFor
bool set_points_for(Settings& settings, json::Value const& value) {
  auto const* found = std::find(std::begin(kPayers), std::end(kPayers), value.text());
  if (found == std::end(kPayers)) return false;
  settings.points_for = static_cast<PointsFor>(found - std::begin(kPayers));
  return true;
}
json::Value points_for_word(Settings const& settings) {
  return json::Value(kPayers[static_cast<std::size_t>(settings.points_for)]);
}

bool set_lag(Settings& settings, json::Value const& value) {
  std::optional<tandem::Millis> lag;
  if (auto const millis = value.integer()) lag = tandem::Millis{*millis};
  if (value.is_string()) lag = tandem::parse_duration(value.text());
  if (!lag || lag->count() < 0) return false;
  settings.search_lag = *lag;
  return true;
}

bool set_drop(Settings& settings, json::Value const& value) {
  if (value.is_string()) {
    settings.drop_issues.insert(std::string(value.text()));
    return true;
  }
  if (value.is_bool()) {
    settings.drop_rows = value.truthy() ? 1 : 0;
    return true;
  }
  auto const count = value.integer();
  if (!count || *count < 0 || *count > 1'000'000) return false;
  settings.drop_rows = static_cast<int>(*count);
  return true;
}

bool set_permission(Settings& settings, json::Value const& value, bool revoked) {
  if (!is_permission(value.text())) return false;
  std::string const name(value.text());
  (revoked ? settings.granted : settings.revoked).erase(name);
  (revoked ? settings.revoked : settings.granted).insert(name);
  return true;
}

json::Value names(std::set<std::string> const& all) { return json::Array(all.begin(), all.end()); }

std::map<std::string, Switch, std::less<>> const& switches() {
  static std::map<std::string, Switch, std::less<>> const all{
      {"jira.deadToken", flag(&Settings::dead_token)},
      {"jira.searchLag", {set_lag, [](Settings const& settings) { return json::Value(settings.search_lag.count()); }}},
      {"jira.strictAdf", flag(&Settings::strict_adf)},
      {"jira.bulkFetchLags", flag(&Settings::bulk_fetch_lags)},
      {"jira.propertyPutBody", choice(&Settings::property_put_object, "empty", "{}")},
      {"jira.returnIssue", flag(&Settings::return_issue)},
      {"jira.retryAfter", flag(&Settings::retry_after)},
      {"jira.failedCreateConsumesKey", flag(&Settings::consume_key)},
      {"jira.unknownKeyFails", flag(&Settings::strict_keys)},
      {"jira.adfLengthOf", choice(&Settings::adf_length_of_json, "text", "json")},
      {"jira.webhookComments", choice(&Settings::webhook_server_style, "cloud", "server")},
      {"jira.webhookPropertyEvents", flag(&Settings::webhook_property_events)},
      {"jira.webhookFileVariables", flag(&Settings::webhook_file_variables)},
      {"jira.webhookIssueSelf", choice(&Settings::webhook_malformed_self, "right", "malformed")},
      {"jira.webhookLineEnds", choice(&Settings::webhook_crlf, "lf", "crlf")},
      {"jira.dropSearchRow",
       {set_drop,
        [](Settings const& settings) {
          return json::Value(json::Object{{"rows", settings.drop_rows}, {"issues", names(settings.drop_issues)}});
        }}},
      {"jira.gatewayDeadToken", choice(&Settings::gateway_dead_is_401, "anonymous", "401")},
      {"jira.selfLinks", choice(&Settings::gateway_self_links, "site", "gateway")},
      {"jira.unauthorisedForm",
       {[](Settings& settings, json::Value const& value) {
          if (value.text() != "json" && value.text() != "html" && value.text() != "text") return false;
          settings.unauthorised_form = value.text();
          return true;
        },
        [](Settings const& settings) { return json::Value(settings.unauthorised_form); }}},
      {"jira.oauthTokenLifetime", lifetime(&Settings::oauth_lifetime)},
      {"jira.strictContentType", flag(&Settings::strict_content_type)},
      {"jira.summaryLimit", number(&Settings::summary_limit, 1, 255)},
      {"jira.lenientDatetime", flag(&Settings::lenient_datetime)},
      {"jira.propertiesMoveUpdated", flag(&Settings::properties_move_updated)},
      {"jira.failedElementBase", number(&Settings::first_failed_element, 0, 1)},
      {"jira.commentListProperties", flag(&Settings::comment_list_properties)},
      {"jira.commentsInField", number(&Settings::comments_in_field, 0, 100'000)},
      {"jira.remoteLinkByGlobalId", choice(&Settings::remote_link_list, "object", "array")},
      {"jira.uploadLimit", number(&Settings::upload_limit, 0, 1'073'741'824)},
      {"jira.attachmentsEnabled", flag(&Settings::attachments_enabled)},
      {"jira.contentRedirectStatus", number(&Settings::redirect_status, 302, 303)},
      {"jira.attachmentCreated", choice(&Settings::attachment_created_number, "string", "number")},
      {"jira.attachmentDeleteHistory", flag(&Settings::attachment_delete_history)},
      {"jira.mediaTokenLifetime", lifetime(&Settings::media_lifetime)},
      {"jira.issueLimits", {set_issue_limits, issue_limits}},
      {"jira.rowsWithAllFields", number(&Settings::rows_with_all_fields, 1, 5000)},
      {"jira.epochMillisInJql", flag(&Settings::epoch_jql)},
      {"jira.pointsFor", {set_points_for, points_for_word}},
      {"jira.pointsPerHour", number(&Settings::points_per_hour, 1, 100'000'000)},
      {"jira.quotaKind", choice(&Settings::tenant_quota, "global", "tenant")},
      {"jira.rateHeaderPrefix", choice(&Settings::beta_headers, "", "Beta-")},
      {"jira.throttle", {set_throttle, throttles}},
      {"limits", choice(&Settings::documented_limits, "off", "documented")},
      {"jira.timeZone",
       {[](Settings& settings, json::Value const& value) {
          if (!value.is_string() || (!value.text().empty() && !zone_exists(std::string(value.text())))) return false;
          settings.time_zone = value.text();
          return true;
        },
        [](Settings const& settings) { return json::Value(settings.time_zone); }}},
      {"jira.language",
       {[](Settings& settings, json::Value const& value) {
          if (!value.is_string()) return false;
          settings.language = value.text();
          return true;
        },
        [](Settings const& settings) { return json::Value(settings.language); }}},
      {"jira.revokePermission",
       {[](Settings& settings, json::Value const& value) { return set_permission(settings, value, true); },
        [](Settings const& settings) { return names(settings.revoked); }}},
      {"jira.grantPermission",
       {[](Settings& settings, json::Value const& value) { return set_permission(settings, value, false); },
        [](Settings const& settings) { return names(settings.granted); }}},
      {"jira.partNamesIgnoreCase", flag(&Settings::part_names_ignore_case)},
  };
  return all;
}

}  // namespace

tandem::Result<bool> apply_setting(Settings& settings, std::string_view name, json::Value const& value) {
  auto const found = switches().find(name);
  if (found == switches().end()) return false;
  if (!found->second.set(settings, value)) {
    return tandem::fail(tandem::ErrorKind::usage, "the switch " + std::string(name) + " does not take this value");
  }
  return true;
}

json::Object setting_values(Settings const& settings) {
  json::Object out;
  for (auto const& [name, one] : switches()) {
    if (one.get) out.append(name, one.get(settings));
  }
  return out;
}

}  // namespace sandbox::jira
