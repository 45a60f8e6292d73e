// What real Jira sites answered (TANDEM_CAPTURES, jira/rest) against what the sandbox answers: every key of theirs is ours too, with its type.
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>

#include "contract/guest.hpp"
#include "contract/prepared_issue.hpp"
#include "contract/shape.hpp"
#include "contract/skip.hpp"
#include "world/request_pattern.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

// Captures whose shape is compared: where in them it stands, and where we answer the same.
struct Comparison {
  std::string capture, there;
  std::string target, here;
};

std::vector<Comparison> const kComparisons{
    {"devlake-issue-*", "body", "/rest/api/3/issue/{issue}?fields=*all&expand=changelog", ""},
    {"devlake-issue-*", "body", "/rest/api/3/issue/{subtask}?fields=*all&expand=changelog", ""},
    {"devlake-issue-*", "body", "/rest/api/3/issue/{estimated}?fields=*all&expand=changelog", ""},
    {"devlake-changelog-*", "body", "/rest/api/3/issue/{issue}/changelog", "values/*"},
    {"devlake-worklog-*", "body", "/rest/api/3/issue/{issue}/worklog", "worklogs/*"},
    {"devlake-remotelink-*", "body", "/rest/api/3/issue/{issue}/remotelink", "*"},
    {"devlake-status-*", "body", "/rest/api/3/status", "*"},
    {"devlake-issuetype-*", "body", "/rest/api/3/issuetype", "*"},
    {"devlake-user-*", "body", "/rest/api/3/user?accountId={account}&expand=groups,applicationRoles", ""},
    {"gojira-all_fields.json", "*", "/rest/api/3/field", "*"},
    {"gojira-all_issuelinktypes.json", "*", "/rest/api/3/issueLinkType", "issueLinkTypes/*"},
    {"gojira-all_priorities.json", "*", "/rest/api/3/priority", "*"},
    {"gojira-all_resolutions.json", "*", "/rest/api/3/resolution", "*"},
    {"gojira-all_statuses.json", "*", "/rest/api/3/status", "*"},
    {"gojira-remote_links.json", "*", "/rest/api/3/issue/{issue}/remotelink", "*"},
    {"gojira-transitions.json", "", "/rest/api/3/issue/{open}/transitions?expand=transitions.fields", ""},
    {"gojira-transitions.json", "transitions/*/fields/*", "/rest/api/3/issue/{open}/transitions?expand=transitions.fields",
     "transitions/*/fields/*"},
    {"gojira-component_get.json", "", "/rest/api/3/project/SUP/components", "*"},
    {"gojira-issues_in_sprint.json", "issues/*", "/rest/api/3/issue/{issue}?fields=*all", ""},
    {"jenkins-TEST-136.json", "", "/rest/api/3/issue/{issue}?fields=*all", ""},
    {"jenkins-TEST-136.json", "", "/rest/api/3/issue/{estimated}?fields=*all", ""},
    {"jenkins-issue_with_customfield.json", "", "/rest/api/3/issue/{issue}?fields=*all", ""},
    {"jenkins-issue_with_customfield.json", "", "/rest/api/3/issue/{estimated}?fields=*all", ""},
    {"jenkins-comment.json", "", "/rest/api/3/issue/{issue}/comment", "comments/*"},
    {"mm-*-get-create-issue-metadata-for-project*", "projects/*/issuetypes/*/fields/*",
     "/rest/api/3/issue/createmeta?projectKeys=SUP&expand=projects.issuetypes.fields", "projects/*/issuetypes/*/fields/*"},
    {"mm-*-get-create-issue-metadata-for-project*", "projects/*/issuetypes/*/fields/*",
     "/rest/api/3/issue/createmeta/SUP/issuetypes/10002", "fields/*"},
    {"mm-*-get-create-issue-metadata-for-project*", "projects",
     "/rest/api/3/issue/createmeta?projectKeys=SUP&expand=projects.issuetypes.fields", "projects"},
    {"mm-*-get-create-issue-metadata-for-project*", "issue_types_with_statuses/*", "/rest/api/3/project/SUP/statuses", "*"},
};

std::vector<LeftOut> const& exceptions() {
  static std::vector<LeftOut> const list{
#include "contract/shape_jira_left_out.inc"
  };
  return list;
}

std::string standard_name(std::string const& key) { return key.starts_with("customfield_") ? "customfield_*" : key; }

}  // namespace

TEST_CASE("every key of Jira's recorded answers is answered by the sandbox, with its type, or left out for a reason [L1]") {
  auto const folder = captures_or_skip();
  if (!folder) return;
  Guest guest;
  auto const prepared = prepare(guest);
  for (auto const& capture : read_captures(*folder / "jira" / "rest")) {
    INFO(capture.name);
    REQUIRE(capture.unreadable == "");
    // All that stands at one place of the capture against all that we answer for it.
    std::map<std::string, Shape> ours;
    for (auto const& one : kComparisons) {
      if (!sandbox::matches_glob(one.capture, capture.name)) continue;
      auto const answer = guest.ask_jira("GET", filled(one.target, prepared));
      for (auto const* value : selected(answer, one.here)) add_to_shape(ours[one.there], *value, standard_name);
    }
    if (ours.empty()) CHECK(left_out(exceptions(), capture.name, ""));
    for (auto const& [there, shape] : ours) {
      Shape real;
      for (auto const* value : selected(capture.body, there)) add_to_shape(real, *value, standard_name);
      for (auto const& [path, what] : departures(real, shape, false)) {
        if (!left_out(exceptions(), capture.name, path)) FAIL_CHECK(there << ": " << path << " " << what);
      }
    }
  }
  for (auto const& stale : never_used(exceptions())) FAIL_CHECK("no longer needed: " << stale);
  CHECK(guest.contracts().report() == "");
}
