#include "jira/permissions.hpp"

#include <algorithm>

#include "jira/site.hpp"

namespace sandbox::jira {

std::vector<Permission> const& permissions() {
  static std::vector<Permission> const all{
      {"0", "ADMINISTER", "Administer Jira", true, false},
      {"23", "ADMINISTER_PROJECTS", "Administer Projects", false, false},
      {"10", "BROWSE_PROJECTS", "Browse Projects"},
      {"11", "CREATE_ISSUES", "Create Issues"},
      {"12", "EDIT_ISSUES", "Edit Issues"},
      {"13", "ASSIGN_ISSUES", "Assign Issues"},
      {"14", "RESOLVE_ISSUES", "Resolve Issues"},
      {"15", "ADD_COMMENTS", "Add Comments"},
      {"16", "DELETE_ISSUES", "Delete Issues"},
      {"17", "ASSIGNABLE_USER", "Assignable User"},
      {"18", "CLOSE_ISSUES", "Close Issues"},
      {"19", "CREATE_ATTACHMENTS", "Create Attachments"},
      {"40", "EDIT_OWN_WORKLOGS", "Edit Own Worklogs"},
      {"41", "EDIT_ALL_WORKLOGS", "Edit All Worklogs", false, false},
      {"42", "DELETE_OWN_WORKLOGS", "Delete Own Worklogs"},
      {"43", "DELETE_ALL_WORKLOGS", "Delete All Worklogs", false, false},
      {"20", "WORK_ON_ISSUES", "Work On Issues"},
      {"21", "LINK_ISSUES", "Link Issues"},
      {"25", "MOVE_ISSUES", "Move Issues"},
      {"28", "SCHEDULE_ISSUES", "Schedule Issues"},
      {"30", "MODIFY_REPORTER", "Modify Reporter"},
      {"34", "EDIT_ALL_COMMENTS", "Edit All Comments", false, false},
      {"35", "EDIT_OWN_COMMENTS", "Edit Own Comments"},
      {"36", "DELETE_ALL_COMMENTS", "Delete All Comments", false, false},
      {"37", "DELETE_OWN_COMMENTS", "Delete Own Comments"},
      {"38", "DELETE_ALL_ATTACHMENTS", "Delete All Attachments", false, false},
      {"39", "DELETE_OWN_ATTACHMENTS", "Delete Own Attachments"},
      {"45", "VIEW_READONLY_WORKFLOW", "View Read-Only Workflow", false, false},
      {"46", "TRANSITION_ISSUES", "Transition Issues"},
  };
  return all;
}

namespace {
Permission const* find_permission(std::string_view key) {
  auto const& all = permissions();
  auto const found = std::find_if(all.begin(), all.end(), [&](Permission const& held) { return held.key == key; });
  return found == all.end() ? nullptr : &*found;
}
}  // namespace

bool is_permission(std::string_view key) { return find_permission(key) != nullptr; }

bool may(Site const& site, Account const* account, std::string_view permission) {
  auto const* known = find_permission(permission);
  if (account == nullptr || known == nullptr || !account->active) return false;
  auto const among = [&](std::vector<std::string> const& list) {
    return std::find(list.begin(), list.end(), permission) != list.end();
  };
  if (account->connector && site.settings.revoked.count(std::string(permission)) > 0) return false;
  if (account->connector && site.settings.granted.count(std::string(permission)) > 0) return true;
  if (among(account->denied)) return false;
  return known->by_default || among(account->granted);
}

}  // namespace sandbox::jira
