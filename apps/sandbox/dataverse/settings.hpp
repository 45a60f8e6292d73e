// What can be switched on the Dataverse side (SPEC L2), and the facts of the organisation.
//
// By name, for `POST /_sandbox/config`: dataverse.dialect "old"|"new"; dataverse.noteTouchesParent bool; dataverse.formattedLocale
// "de-DE"; dataverse.dopHint number (0: no header); dataverse.applicationUser bool; dataverse.roles bool;
// dataverse.revokePrivilege / dataverse.grantPrivilege "prvReadIncident"; dataverse.privilegeDepth {"name","depth"};
// dataverse.closedReadOnly bool; limits "documented"|"off".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

#include "dataverse/locale.hpp"
#include "dataverse/refusal.hpp"

namespace sandbox::dataverse {

struct Settings {
  Dialect dialect = Dialect::newer;
  bool note_touches_parent = false;
  bool application_user = true;  // false: the app is no member of the organisation
  bool has_roles = true;
  bool closed_read_only = true;  // for tables that declare it
  bool limits = false;  // service protection limits as documented
  std::int64_t dop_hint = 0;  // x-ms-dop-hint
  Locale locale = *locale_named("en-US");
  std::set<std::string> revoked;  // privilege names in lower case
  std::map<std::string, std::string> depths;  // privilege name in lower case -> Basic | Local | Deep; else Global

  // true when the name is one of ours. Errors: usage, for a value that does not fit.
  tandem::Result<bool> set(std::string_view name, tandem::json::Value const& value);
  [[nodiscard]] tandem::json::Object values() const;  // every switch by name with its present value
};

struct Organization {
  std::string id, name, business_unit_id, version = "9.2.24034.00154", currency_symbol = "$";
};

}  // namespace sandbox::dataverse
