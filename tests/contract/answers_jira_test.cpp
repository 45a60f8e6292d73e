// Every read that Jira's OpenAPI description has: the sandbox answers it as described, or it is said here that it does not serve it.
#include <catch2/catch.hpp>

#include <map>

#include "contract/prepared_issue.hpp"
#include "contract/skip.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

// Path of the description -> what is asked for; "" = not served, so a 404 or a refusal is right.
std::map<std::string, std::string> const kReads{
    {"/rest/api/3/attachment/content/{id}", "/rest/api/3/attachment/content/{attachment}?redirect=false"},
    {"/rest/api/3/attachment/meta", "/rest/api/3/attachment/meta"},
    {"/rest/api/3/attachment/{id}", "/rest/api/3/attachment/{attachment}"},
    {"/rest/api/3/comment/{commentId}/properties", "/rest/api/3/comment/{comment}/properties"},
    {"/rest/api/3/comment/{commentId}/properties/{propertyKey}", "/rest/api/3/comment/{comment}/properties/p"},
    {"/rest/api/3/field", "/rest/api/3/field"},
    {"/rest/api/3/field/search", "/rest/api/3/field/search?type=custom,system&orderBy=name"},
    {"/rest/api/3/issue/createmeta", "/rest/api/3/issue/createmeta?projectKeys=SUP&expand=projects.issuetypes.fields"},
    {"/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes", "/rest/api/3/issue/createmeta/SUP/issuetypes"},
    {"/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
     "/rest/api/3/issue/createmeta/SUP/issuetypes/10002?maxResults=5"},
    {"/rest/api/3/issue/limit/report", "/rest/api/3/issue/limit/report"},
    {"/rest/api/3/issue/{issueIdOrKey}",
     "/rest/api/3/issue/"
     "{issue}?fields=*all&properties=p&expand=names,schema,changelog,editmeta,transitions,renderedFields,operations"},
    {"/rest/api/3/issue/{issueIdOrKey}/changelog", "/rest/api/3/issue/{issue}/changelog?maxResults=2"},
    {"/rest/api/3/issue/{issueIdOrKey}/comment", "/rest/api/3/issue/{issue}/comment?orderBy=-created&expand=renderedBody"},
    {"/rest/api/3/issue/{issueIdOrKey}/comment/{id}", "/rest/api/3/issue/{issue}/comment/{comment}"},
    {"/rest/api/3/issue/{issueIdOrKey}/editmeta", "/rest/api/3/issue/{issue}/editmeta"},
    {"/rest/api/3/issue/{issueIdOrKey}/properties", "/rest/api/3/issue/{issue}/properties"},
    {"/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}", "/rest/api/3/issue/{issue}/properties/p"},
    {"/rest/api/3/issue/{issueIdOrKey}/remotelink", "/rest/api/3/issue/{issue}/remotelink"},
    {"/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}", "/rest/api/3/issue/{issue}/remotelink/{remoteLink}"},
    {"/rest/api/3/issue/{issueIdOrKey}/transitions", "/rest/api/3/issue/{open}/transitions?expand=transitions.fields"},
    {"/rest/api/3/issue/{issueIdOrKey}/worklog", "/rest/api/3/issue/{issue}/worklog"},
    {"/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", "/rest/api/3/issue/{issue}/worklog/{worklog}"},
    {"/rest/api/3/issueLink/{linkId}", "/rest/api/3/issueLink/{issueLink}"},
    {"/rest/api/3/issueLinkType", "/rest/api/3/issueLinkType"},
    {"/rest/api/3/issuetype", "/rest/api/3/issuetype"},
    {"/rest/api/3/issuetype/project", "/rest/api/3/issuetype/project?projectId=10010"},
    {"/rest/api/3/mypermissions", "/rest/api/3/mypermissions?projectKey=SUP&permissions=BROWSE_PROJECTS,CREATE_ISSUES"},
    {"/rest/api/3/myself", "/rest/api/3/myself?expand=groups,applicationRoles"},
    {"/rest/api/3/priority", "/rest/api/3/priority"},
    {"/rest/api/3/priority/search", "/rest/api/3/priority/search"},
    {"/rest/api/3/project/search", "/rest/api/3/project/search?keys=SUP,OPS&orderBy=key&action=browse"},
    {"/rest/api/3/project/{projectIdOrKey}", "/rest/api/3/project/SUP"},
    {"/rest/api/3/project/{projectIdOrKey}/component", "/rest/api/3/project/SUP/component"},
    {"/rest/api/3/project/{projectIdOrKey}/components", "/rest/api/3/project/SUP/components"},
    {"/rest/api/3/project/{projectIdOrKey}/statuses", "/rest/api/3/project/SUP/statuses"},
    {"/rest/api/3/project/{projectIdOrKey}/version", "/rest/api/3/project/SUP/version"},
    {"/rest/api/3/project/{projectIdOrKey}/versions", "/rest/api/3/project/SUP/versions"},
    {"/rest/api/3/resolution", "/rest/api/3/resolution"},
    {"/rest/api/3/resolution/search", "/rest/api/3/resolution/search"},
    {"/rest/api/3/search/jql", "/rest/api/3/search/jql?jql=project+%3D+SUP&fields=summary,status&maxResults=2"},
    {"/rest/api/3/serverInfo", "/rest/api/3/serverInfo"},
    {"/rest/api/3/status", "/rest/api/3/status"},
    {"/rest/api/3/statuses/search", "/rest/api/3/statuses/search?statusCategory=DONE"},
    {"/rest/api/3/user", "/rest/api/3/user?accountId={account}"},
    {"/rest/api/3/user/assignable/search", "/rest/api/3/user/assignable/search?project=SUP"},
    {"/rest/api/3/user/search", "/rest/api/3/user/search?query=a"},
    {"/rest/api/3/webhook", ""},  // 403 for the tokens of users (jira §12)
    {"/rest/api/3/webhook/failed", ""},
};

}  // namespace

TEST_CASE("every read of Jira's description is answered as described, or refused as not served [contract, L1]") {
  auto const* const contracts = contracts_or_skip();
  if (contracts == nullptr) return;
  Guest guest;
  auto const prepared = prepare(guest);
  for (auto const& path : contracts->jira().paths("get")) {
    INFO(path);
    auto const found = kReads.find(path);
    REQUIRE(found != kReads.end());
    if (found->second.empty()) {
      CHECK(guest.jira("GET", path).status == 403);
      continue;
    }
    auto const target = filled(found->second, prepared);
    auto const answer = guest.jira("GET", target);
    INFO(target << " -> " << answer.body.substr(0, 400));
    CHECK(answer.status == 200);
  }
  CHECK(guest.contracts().report() == "");
}

TEST_CASE("every other request of Jira's description is answered as described [contract, L1]") {
  if (contracts_or_skip() == nullptr) return;
  Guest guest;
  auto const prepared = prepare(guest);
  auto const document =
      std::string(R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]})");
  struct Write {
    std::string method, target, body;
    int status;
  };
  std::vector<Write> const writes{
      {"POST", "/rest/api/3/issue/bulk",
       R"({"issueUpdates":[{"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},"summary":"a"}},{"fields":{}}]})", 201},
      {"POST", "/rest/api/3/issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-1","nothing"],"fields":["*all"]})", 200},
      {"POST", "/rest/api/3/comment/list?expand=properties", R"({"ids":[)" + prepared.comment + "]}", 200},
      {"PUT", "/rest/api/3/issue/{issue}/comment/{comment}", R"({"body":)" + document + "}", 200},
      {"PUT", "/rest/api/3/comment/{comment}/properties/q", "[1]", 201},
      {"DELETE", "/rest/api/3/comment/{comment}/properties/q", "", 204},
      {"PUT", "/rest/api/3/issue/{issue}/remotelink/{remoteLink}", R"({"object":{"url":"https://y","title":"t"}})", 204},
      {"DELETE", "/rest/api/3/issue/{issue}/remotelink/{remoteLink}", "", 204},
      {"PUT", "/rest/api/3/issue/{issue}/worklog/{worklog}", R"({"timeSpent":"2h"})", 200},
      {"DELETE", "/rest/api/3/issue/{issue}/worklog/{worklog}", "", 204},
      {"POST", "/rest/api/3/issue/{issue}/changelog/list", R"({"changelogIds":[1]})", 200},
      {"POST", "/rest/api/3/changelog/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"fieldIds":["status"]})", 200},
      {"POST", "/rest/api/3/search/jql", R"({"jql":"project = SUP","fields":["summary"],"maxResults":1})", 200},
      {"POST", "/rest/api/3/search/approximate-count", R"({"jql":"project = SUP"})", 200},
      {"POST", "/rest/api/3/jql/parse?validation=strict", R"({"queries":["project = SUP","nothing ="]})", 200},
      {"POST", "/rest/api/3/jql/match", R"({"jqls":["project = SUP"],"issueIds":[)" + prepared.issue + "]}", 200},
      {"DELETE", "/rest/api/3/issue/{issue}/properties/p", "", 204},
      {"DELETE", "/rest/api/3/issueLink/{issueLink}", "", 204},
      {"DELETE", "/rest/api/3/attachment/{attachment}", "", 204},
      {"DELETE", "/rest/api/3/issue/{issue}/comment/{comment}", "", 204},
      {"DELETE", "/rest/api/3/issue/{issue}?deleteSubtasks=true", "", 204},
  };
  for (auto const& write : writes) {
    auto const target = filled(write.target, prepared);
    auto const answer = guest.jira(write.method, target, write.body);
    INFO(write.method << " " << target << " -> " << answer.status << " " << answer.body.substr(0, 400));
    CHECK(answer.status == write.status);
  }
  CHECK(guest.contracts().report() == "");
}
