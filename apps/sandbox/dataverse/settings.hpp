// What can be switched on the Dataverse side (SPEC L2), and the facts of the organisation. By name, for `POST /_sandbox/config`:
//
//   dataverse.dialect "old"|"new"                 dataverse.formattedLocale "de-DE"     dataverse.formattedUtcOffset minutes
//   dataverse.dopHint n (0: no header)            dataverse.applicationUser bool        dataverse.userDisabled bool
//   dataverse.disabledUser {"status","code"}
//   dataverse.roles bool                          dataverse.revokePrivilege / dataverse.grantPrivilege "prvReadIncident"
//   dataverse.privilegeDepth {"name","depth"}     dataverse.changeTracking {"incident":false}
//   dataverse.expiredDelta {"status","code"}      dataverse.closedReadOnly bool         dataverse.closedUpdate {"status","code"}
//   dataverse.resolvePatch {"status","code"}      dataverse.openActivities "cancel"|"refuse"|"leave" (when a case is resolved)
//   dataverse.defaultStatus bool (Status -1)      dataverse.reopenCancels bool (the resolution of a reopened case)
//   dataverse.noteTouchesParent bool              dataverse.noteIsDocument bool (a file makes isdocument true)
//   dataverse.versionInFilter bool                dataverse.onHold bool (false: 0x80055000)
//   dataverse.wwwAuthenticate "text"|null         dataverse.duplicateRule {"table","columns"}|null
//   dataverse.plugin {"table","message","code"}|null (a customer's plug-in refuses writes)
//   dataverse.throttle {"kind":"requests|time|concurrent","count","retryAfter"}   dataverse.requestMillis n (execution time of each)
//   limits "documented"|"off"
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

#include "dataverse/locale.hpp"
#include "dataverse/refusal.hpp"

namespace sandbox::dataverse {

// Status and code of an answer that no source verifies (dataverse.md §26).
struct Unverified {
  int status = 400;
  std::string code;  // "" leaves the code as the world file or the service has it
};

struct DuplicateRule {
  std::string table;
  std::vector<std::string> columns;  // rows that are equal in all of them are duplicates
};

struct Plugin {
  std::string table, message, code = "0x80040265";
};

enum class ThrottleKind { requests, time, concurrent };
struct Throttle {
  ThrottleKind kind = ThrottleKind::requests;
  std::int64_t count = 0;  // requests still to be refused
  std::int64_t retry_after = 0;  // seconds
};

enum class OpenActivities { cancel, refuse, leave };

struct Settings {
  Dialect dialect = Dialect::newer;
  bool note_touches_parent = false;
  bool note_is_document = true;
  bool application_user = true;  // false: the app is no member of the organisation
  bool user_disabled = false;
  bool has_roles = true;
  bool closed_read_only = true;  // for tables that declare it
  bool default_status = true;  // Status -1 of the closing messages
  bool reopen_cancels = true;
  bool version_in_filter = true;
  bool on_hold = true;
  bool limits = false;  // service protection limits as documented
  std::int64_t dop_hint = 0;  // x-ms-dop-hint
  std::int64_t request_millis = 0;  // execution time that each request counts for
  std::int64_t utc_offset_minutes = 0;  // of formatted times
  Unverified expired_delta{400, "0x80072515"};
  Unverified disabled_user{403, "0x80040225"};
  Unverified closed_update{400, "0x80040203"};
  Unverified resolve_patch{400, ""};
  OpenActivities open_activities = OpenActivities::cancel;
  Locale locale = *locale_named("en-US");
  std::set<std::string> revoked;  // privilege names in lower case
  std::map<std::string, std::string> depths;  // privilege name in lower case -> Basic | Local | Deep; else Global
  std::map<std::string, bool> change_tracking;  // by table, over what the world file says
  std::optional<std::string> www_authenticate;
  std::optional<DuplicateRule> duplicate_rule;
  std::optional<Plugin> plugin;
  Throttle throttle;

  // true when the name is one of ours. Errors: usage, for a value that does not fit.
  tandem::Result<bool> set(std::string_view name, tandem::json::Value const& value);
  [[nodiscard]] tandem::json::Object values() const;  // every switch by name with its present value
};

struct Organization {
  std::string id, name, business_unit_id, version = "9.2.24034.00154", currency_symbol = "$";
};

}  // namespace sandbox::dataverse
