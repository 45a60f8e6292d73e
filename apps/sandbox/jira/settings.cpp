#include "jira/settings.hpp"

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
  if (revoked) {
    settings.revoked.insert(std::string(value.text()));
  } else {
    settings.revoked.erase(std::string(value.text()));
  }
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
       {[](Settings& settings, json::Value const& value) { return set_permission(settings, value, false); }}},
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
