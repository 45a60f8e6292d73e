#include "dataverse/settings.hpp"

#include <tandem/base/text/utf8.hpp>

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;
namespace json = tandem::json;

namespace {

struct Flag {
  std::string_view name;
  bool Settings::*target;
};
constexpr Flag kFlags[] = {
    {"dataverse.noteTouchesParent", &Settings::note_touches_parent},
    {"dataverse.noteIsDocument", &Settings::note_is_document},
    {"dataverse.applicationUser", &Settings::application_user},
    {"dataverse.userDisabled", &Settings::user_disabled},
    {"dataverse.roles", &Settings::has_roles},
    {"dataverse.closedReadOnly", &Settings::closed_read_only},
    {"dataverse.defaultStatus", &Settings::default_status},
    {"dataverse.reopenCancels", &Settings::reopen_cancels},
    {"dataverse.versionInFilter", &Settings::version_in_filter},
    {"dataverse.onHold", &Settings::on_hold},
};

struct Answer {
  std::string_view name;
  Unverified Settings::*target;
};
constexpr Answer kAnswers[] = {
    {"dataverse.expiredDelta", &Settings::expired_delta},
    {"dataverse.disabledUser", &Settings::disabled_user},
    {"dataverse.closedUpdate", &Settings::closed_update},
    {"dataverse.resolvePatch", &Settings::resolve_patch},
};

struct Count {
  std::string_view name;
  std::int64_t Settings::*target;
  std::int64_t least, most;
};
constexpr Count kCounts[] = {
    {"dataverse.dopHint", &Settings::dop_hint, 0, 1'000},
    {"dataverse.requestMillis", &Settings::request_millis, 0, 1'200'000},
    {"dataverse.formattedUtcOffset", &Settings::utc_offset_minutes, -840, 840},
};

Result<Unit> set_answer(Unverified& target, std::string_view name, json::Value const& value) {
  auto const status = value["status"].integer();
  bool const fits = (!status || (*status >= 400 && *status < 600)) && (status || value["code"].is_string());
  if (!fits) return fail(ErrorKind::usage, std::string(name) + " is {\"status\":400,\"code\":\"0x80040203\"}");
  if (status) target.status = static_cast<int>(*status);
  if (value["code"].is_string()) target.code = value["code"].text_or("");
  return Unit{};
}

Result<Unit> set_throttle(Throttle& target, json::Value const& value) {
  auto const kind = value["kind"].text_or("requests");
  auto const count = value["count"].integer();
  auto const wait = value["retryAfter"].integer().value_or(1);
  bool const known = kind == "requests" || kind == "time" || kind == "concurrent";
  if (!known || !count || *count < 0 || wait < 0) {
    return fail(ErrorKind::usage, "dataverse.throttle is {\"kind\":\"requests|time|concurrent\",\"count\":1,\"retryAfter\":30}");
  }
  target.kind = kind == "time" ? ThrottleKind::time : (kind == "concurrent" ? ThrottleKind::concurrent : ThrottleKind::requests);
  target.count = *count;
  target.retry_after = wait;
  return Unit{};
}

Result<Unit> set_duplicate_rule(std::optional<DuplicateRule>& target, json::Value const& value) {
  target.reset();
  if (value.is_null()) return Unit{};
  DuplicateRule rule{value["table"].text_or(""), {}};
  for (auto const& column : value["columns"].items()) rule.columns.push_back(column.text_or(""));
  if (rule.table.empty() || rule.columns.empty())
    return fail(ErrorKind::usage, "dataverse.duplicateRule is {\"table\":\"account\",\"columns\":[\"name\"]} or null");
  target = std::move(rule);
  return Unit{};
}

Result<Unit> set_plugin(std::optional<Plugin>& target, json::Value const& value) {
  target.reset();
  if (value.is_null()) return Unit{};
  if (value["table"].text().empty() || value["message"].text().empty())
    return fail(ErrorKind::usage, "dataverse.plugin is {\"table\":\"incident\",\"message\":\"…\"} or null");
  target = Plugin{value["table"].text_or(""), value["message"].text_or(""), value["code"].text_or("0x80040265")};
  return Unit{};
}

Result<Unit> set_depth(std::map<std::string, std::string>& depths, json::Value const& value) {
  auto const depth = value["depth"].text_or("");
  if (depth != "Basic" && depth != "Local" && depth != "Deep" && depth != "Global") {
    return fail(ErrorKind::usage,
                "dataverse.privilegeDepth is {\"name\":\"prvReadIncident\",\"depth\":\"Basic|Local|Deep|Global\"}");
  }
  depths[tandem::text::ascii_lower(value["name"].text())] = depth;
  return Unit{};
}

}  // namespace

Result<bool> Settings::set(std::string_view name, json::Value const& value) {
  for (auto const& flag : kFlags) {
    if (name != flag.name) continue;
    if (!value.is_bool()) return fail(ErrorKind::usage, std::string(name) + " is true or false");
    this->*flag.target = value.truthy();
    return true;
  }
  for (auto const& count : kCounts) {
    if (name != count.name) continue;
    auto const number = value.integer();
    if (!number || *number < count.least || *number > count.most)
      return fail(ErrorKind::usage,
                  std::string(name) + " is a number from " + std::to_string(count.least) + " to " + std::to_string(count.most));
    this->*count.target = *number;
    return true;
  }
  for (auto const& answer : kAnswers) {
    if (name != answer.name) continue;
    TANDEM_CHECK(set_answer(this->*answer.target, name, value));
    return true;
  }
  if (name == "dataverse.dialect") {
    if (value.text() != "old" && value.text() != "new") return fail(ErrorKind::usage, "dataverse.dialect is \"old\" or \"new\"");
    dialect = value.text() == "old" ? Dialect::older : Dialect::newer;
  } else if (name == "dataverse.formattedLocale") {
    auto const found = locale_named(value.text());
    if (!found) return fail(ErrorKind::usage, "dataverse.formattedLocale is en-US, en-GB, en-IN, de-DE, fr-FR or da-DK");
    locale = *found;
  } else if (name == "dataverse.openActivities") {
    if (value.text() != "cancel" && value.text() != "refuse" && value.text() != "leave")
      return fail(ErrorKind::usage, "dataverse.openActivities is \"cancel\", \"refuse\" or \"leave\"");
    open_activities = value.text() == "cancel" ? OpenActivities::cancel
                                               : (value.text() == "refuse" ? OpenActivities::refuse : OpenActivities::leave);
  } else if (name == "dataverse.revokePrivilege" || name == "dataverse.grantPrivilege") {
    if (!value.text().starts_with("prv"))
      return fail(ErrorKind::usage, std::string(name) + " is a name such as \"prvReadIncident\"");
    auto const lower = tandem::text::ascii_lower(value.text());
    if (name == "dataverse.revokePrivilege")
      revoked.insert(lower);
    else
      revoked.erase(lower);
  } else if (name == "dataverse.privilegeDepth") {
    TANDEM_CHECK(set_depth(depths, value));
  } else if (name == "dataverse.changeTracking") {
    if (!value.is_object()) return fail(ErrorKind::usage, "dataverse.changeTracking is {\"incident\":false}");
    for (auto const& [table, enabled] : value.members()) change_tracking[table] = enabled.truthy();
  } else if (name == "dataverse.wwwAuthenticate") {
    www_authenticate = value.is_string() ? std::optional(value.text_or("")) : std::nullopt;
  } else if (name == "dataverse.duplicateRule") {
    TANDEM_CHECK(set_duplicate_rule(duplicate_rule, value));
  } else if (name == "dataverse.plugin") {
    TANDEM_CHECK(set_plugin(plugin, value));
  } else if (name == "dataverse.throttle") {
    TANDEM_CHECK(set_throttle(throttle, value));
  } else if (name == "limits") {
    if (value.text() != "documented" && value.text() != "off")
      return fail(ErrorKind::usage, "limits is \"documented\" or \"off\"");
    limits = value.text() == "documented";
  } else {
    return false;
  }
  return true;
}

json::Object Settings::values() const {
  json::Object out;
  for (auto const& flag : kFlags) out.append(std::string(flag.name), this->*flag.target);
  for (auto const& count : kCounts) out.append(std::string(count.name), this->*count.target);
  for (auto const& answer : kAnswers) {
    auto const& now = this->*answer.target;
    out.append(std::string(answer.name), json::Object{{"status", now.status}, {"code", now.code}});
  }
  json::Object depth_of, tracked;
  for (auto const& [name, depth] : depths) depth_of.append(name, depth);
  for (auto const& [table, enabled] : change_tracking) tracked.append(table, enabled);
  json::Value rule, refusal;
  if (duplicate_rule) {
    json::Array const columns(duplicate_rule->columns.begin(), duplicate_rule->columns.end());
    rule = json::Object{{"table", duplicate_rule->table}, {"columns", columns}};
  }
  if (plugin) refusal = json::Object{{"table", plugin->table}, {"message", plugin->message}, {"code", plugin->code}};
  constexpr std::string_view kActivities[] = {"cancel", "refuse", "leave"};
  constexpr std::string_view kThrottles[] = {"requests", "time", "concurrent"};
  for (auto& [name, value] :
       json::Object{{"dataverse.dialect", dialect == Dialect::older ? "old" : "new"},
                    {"dataverse.formattedLocale", locale.name},
                    {"dataverse.openActivities", kActivities[static_cast<int>(open_activities)]},
                    {"dataverse.revokePrivilege", json::Array(revoked.begin(), revoked.end())},
                    {"dataverse.privilegeDepth", depth_of},
                    {"dataverse.changeTracking", tracked},
                    {"dataverse.wwwAuthenticate", www_authenticate ? json::Value(*www_authenticate) : json::Value()},
                    {"dataverse.duplicateRule", rule},
                    {"dataverse.plugin", refusal},
                    {"dataverse.throttle", json::Object{{"kind", kThrottles[static_cast<int>(throttle.kind)]},
                                                        {"count", throttle.count},
                                                        {"retryAfter", throttle.retry_after}}},
                    {"limits", limits ? "documented" : "off"}}) {
    out.append(name, value);
  }
  return out;
}

}  // namespace sandbox::dataverse
