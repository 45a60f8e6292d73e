#include "dataverse/settings.hpp"

#include <tandem/base/text/utf8.hpp>

namespace sandbox::dataverse {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
namespace json = tandem::json;

Result<bool> Settings::set(std::string_view name, json::Value const& value) {
  struct Flag {
    std::string_view name;
    bool* target;
  };
  for (auto const& flag :
       {Flag{"dataverse.noteTouchesParent", &note_touches_parent}, Flag{"dataverse.applicationUser", &application_user},
        Flag{"dataverse.roles", &has_roles}, Flag{"dataverse.closedReadOnly", &closed_read_only}}) {
    if (name != flag.name) continue;
    if (!value.is_bool()) return fail(ErrorKind::usage, std::string(name) + " is true or false");
    *flag.target = value.truthy();
    return true;
  }
  if (name == "dataverse.dialect") {
    if (value.text() != "old" && value.text() != "new") return fail(ErrorKind::usage, "dataverse.dialect is \"old\" or \"new\"");
    dialect = value.text() == "old" ? Dialect::older : Dialect::newer;
    return true;
  }
  if (name == "dataverse.formattedLocale") {
    auto const found = locale_named(value.text());
    if (!found) return fail(ErrorKind::usage, "dataverse.formattedLocale is en-US, en-GB, en-IN, de-DE, fr-FR or da-DK");
    locale = *found;
    return true;
  }
  if (name == "dataverse.dopHint") {
    auto const hint = value.integer();
    if (!hint || *hint < 0) return fail(ErrorKind::usage, "dataverse.dopHint is a number from 0");
    dop_hint = *hint;
    return true;
  }
  if (name == "dataverse.revokePrivilege" || name == "dataverse.grantPrivilege") {
    if (!value.text().starts_with("prv"))
      return fail(ErrorKind::usage, std::string(name) + " is a name such as \"prvReadIncident\"");
    auto const lower = tandem::text::ascii_lower(value.text());
    if (name == "dataverse.revokePrivilege")
      revoked.insert(lower);
    else
      revoked.erase(lower);
    return true;
  }
  if (name == "dataverse.privilegeDepth") {
    auto const depth = value["depth"].text_or("");
    if (depth != "Basic" && depth != "Local" && depth != "Deep" && depth != "Global") {
      return fail(ErrorKind::usage,
                  "dataverse.privilegeDepth is {\"name\":\"prvReadIncident\",\"depth\":\"Basic|Local|Deep|Global\"}");
    }
    depths[tandem::text::ascii_lower(value["name"].text())] = depth;
    return true;
  }
  if (name == "limits") {
    if (value.text() != "documented" && value.text() != "off")
      return fail(ErrorKind::usage, "limits is \"documented\" or \"off\"");
    limits = value.text() == "documented";
    return true;
  }
  return false;
}

json::Object Settings::values() const {
  json::Object depth_of;
  for (auto const& [name, depth] : depths) depth_of.append(name, depth);
  return {{"dataverse.dialect", dialect == Dialect::older ? "old" : "new"},
          {"dataverse.noteTouchesParent", note_touches_parent},
          {"dataverse.applicationUser", application_user},
          {"dataverse.roles", has_roles},
          {"dataverse.closedReadOnly", closed_read_only},
          {"dataverse.formattedLocale", locale.name},
          {"dataverse.dopHint", dop_hint},
          {"dataverse.revokePrivilege", json::Array(revoked.begin(), revoked.end())},
          {"dataverse.privilegeDepth", depth_of},
          {"limits", limits ? "documented" : "off"}};
}

}  // namespace sandbox::dataverse
