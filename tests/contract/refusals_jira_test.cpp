// What Jira refuses, and how: status, the part of the body that tells, and the header. Each row names the rule of jira.md that it comes from.
#include <catch2/catch.hpp>

#include <functional>
#include <stdexcept>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "world/make_world.hpp"

namespace {

namespace json = tandem::json;
using sandbox::Header;
using sandbox::Request;
using sandbox::Response;
using sandbox::ServiceName;

std::string const kCloud = "6f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5";

std::string basic(std::string_view email, std::string_view token) {
  return "Basic " + tandem::to_base64(std::string(email) + ":" + std::string(token));
}
std::string const kConnector = basic("tandem@example.com", "sandbox-jira-token");
std::string const kScoped = basic("tandem@example.com", "sandbox-jira-scoped-token");
std::string const kReader = basic("reader@example.com", "sandbox-reader-token");
std::string const kReaderScoped = basic("reader@example.com", "sandbox-reader-scoped-token");

// A world with SUP-1 (10001, with comment 10001, worklog 10001, attachment 10001, a remote link) and the Bug SUP-2 (10002).
struct Site {
  Site() {
    sandbox::WorldOptions options;
    options.fixed_now = tandem::parse_instant("2026-02-10T12:00:00Z");
    auto made = sandbox::make_world(options);
    if (!made) throw std::runtime_error(made.error().to_line());
    world = std::move(made->world);
    must("POST", "issue", R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},"summary":"one"}})");
    must("POST", "issue",
         R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10004"},"summary":"two","customfield_10060":{"id":"10150"}}})");
    must("POST", "issue/SUP-1/comment", comment("hello"));
    must("POST", "issue/SUP-1/worklog", R"({"timeSpent":"1h"})");
    must("POST", "issue/SUP-1/remotelink", R"({"globalId":"g","object":{"url":"https://x.example/1","title":"T"}})");
    auto const upload = ask("POST", "/rest/api/3/issue/SUP-1/attachments", multipart("a.txt", "0123456789"),
                            {{"Authorization", kConnector}, {"Content-Type", kForm}, {"X-Atlassian-Token", "no-check"}});
    if (upload.status != 200) throw std::runtime_error(upload.body);
  }
  static constexpr auto kForm = "multipart/form-data; boundary=b";
  static std::string multipart(std::string const& name, std::string const& bytes) {
    return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: text/plain\r\n\r\n" +
           bytes + "\r\n--b--\r\n";
  }
  static std::string comment(std::string const& text) {
    return R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":")" + text +
           R"("}]}]}})";
  }

  Response ask(std::string method, std::string target, std::string body, std::vector<Header> headers,
               ServiceName service = ServiceName::jira) {
    return world->send(service, Request{std::move(method), std::move(target), std::move(headers), std::move(body)}).response;
  }
  void must(std::string method, std::string path, std::string body) {
    auto const made = ask(std::move(method), "/rest/api/3/" + path, std::move(body),
                          {{"Authorization", kConnector}, {"Content-Type", "application/json"}});
    if (made.status >= 300) throw std::runtime_error(path + ": " + made.body);
  }
  void set(std::string_view name, json::Value const& value) {
    auto const known = world->configure(name, value);
    if (!known || !*known) throw std::runtime_error("no switch " + std::string(name));
  }
  std::unique_ptr<sandbox::World> world;
};

struct Row {
  std::string name, method, target, body;
  int status = 400;
  std::string tells;  // "errors.KEY" (that key is there), or a part of the body; "" = an empty one
  std::string header = "", value = "";
  std::function<void(Site&)> before = nullptr;
  std::string authorization = kConnector;
  std::vector<Header> headers = {{"Content-Type", "application/json"}};
};

std::function<void(Site&)> with(std::string name, json::Value value) {
  return [name = std::move(name), value = std::move(value)](Site& site) { site.set(name, value); };
}
std::function<void(Site&)> without(std::string permission) { return with("jira.revokePermission", json::Value(permission)); }

std::string issue_body(std::string const& fields) {
  return R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10002"},)" + fields + "}}";
}
std::string rich(std::string const& content) { return R"({"type":"doc","version":1,"content":[)" + content + "]}"; }

std::string header_of(Response const& response, std::string_view name) {
  Request const lookup{"", "", response.headers, ""};
  return std::string(lookup.header(name));
}

void check(Site& site, Row const& row) {
  if (row.before) row.before(site);
  auto headers = row.headers;
  if (!row.authorization.empty()) headers.emplace_back("Authorization", row.authorization);
  auto const target = row.target.starts_with('/') ? row.target : "/rest/api/3/" + row.target;
  auto const answer = site.ask(row.method, target, row.body, headers);
  CAPTURE(row.name, answer.body);
  CHECK(answer.status == row.status);
  auto const body = json::parse(answer.body);
  if (row.tells.starts_with("errors.")) {
    CHECK((body && (*body)["errors"].has(row.tells.substr(7)) && (*body)["errorMessages"].is_array()));
  } else if (row.tells.empty()) {
    CHECK(answer.body.empty());
  } else {
    CHECK_THAT(answer.body, Catch::Contains(row.tells));
  }
  if (!row.header.empty()) CHECK_THAT(header_of(answer, row.header), Catch::StartsWith(row.value));
}

void check_all(std::vector<Row> const& rows) {
  for (auto const& row : rows) {
    Site site;
    check(site, row);
  }
}

std::string const kNoIssue = "Issue does not exist or you do not have permission to see it.";
std::string const kFailed = "AUTHENTICATED_FAILED";
std::string const kLogin = "X-Seraph-LoginReason";

}  // namespace

TEST_CASE("Jira refuses callers who are not who they say [jira §1, §15.4]", "[contract][jira]") {
  auto const wrong = basic("tandem@example.com", "wrong");
  check_all({
      {"§1 myself without credentials", "GET", "myself", "", 401, "Client must be authenticated", "Content-Type",
       "application/json", nullptr, ""},
      {"§1 myself with a wrong token", "GET", "myself", "", 401, "Client must be authenticated", kLogin, kFailed, nullptr, wrong},
      {"§1 a dead token reads no issue", "GET", "issue/SUP-1", "", 404, kNoIssue, kLogin, kFailed, with("jira.deadToken", true)},
      {"§1 a dead token creates nothing", "POST", "issue", issue_body(R"("summary":"x")"), 401, "authenticated", kLogin, kFailed,
       with("jira.deadToken", true)},
      {"§1 a scoped token on the site", "GET", "project/search", "", 401, "authenticated", kLogin, kFailed, nullptr, kScoped},
      {"§1 a Bearer token on the site", "GET", "myself", "", 401, "authenticated", kLogin, kFailed, nullptr, "Bearer abc"},
      {"§1 credentials that are no base64", "GET", "myself", "", 401, "authenticated", kLogin, kFailed, nullptr, "Basic %%%"},
      {"§1 a 401 in HTML", "GET", "myself", "", 401, "<html>", "Content-Type", "text/html", with("jira.unauthorisedForm", "html"),
       ""},
      {"§1 a 401 in plain text", "GET", "myself", "", 401, "Client must", "Content-Type", "text/plain",
       with("jira.unauthorisedForm", "text"), ""},
      {"§1 a classic token at the gateway", "GET", "/ex/jira/" + kCloud + "/rest/api/3/myself", "", 401, R"("code":401)"},
      {"§1 another cloud id", "GET", "/ex/jira/nowhere/rest/api/3/myself", "", 404, R"("code":404)", "", "", nullptr, kScoped},
      {"§1 nobody at the gateway", "GET", "/ex/jira/" + kCloud + "/rest/api/3/project/search", "", 401, "Unauthorized", "", "",
       nullptr, ""},
      {"§1 an invented access token", "GET", "/ex/jira/" + kCloud + "/rest/api/3/myself", "", 401, "Unauthorized", "", "",
       nullptr, "Bearer YWJj.1.x"},
      {"§1 a scope that is missing", "POST", "/ex/jira/" + kCloud + "/rest/api/3/issue", issue_body(R"("summary":"x")"), 401,
       "scope does not match", "", "", nullptr, kReaderScoped},
      {"§1 no scope for configuration", "GET", "/ex/jira/" + kCloud + "/rest/api/3/statuses/search", "", 401,
       "scope does not match", "", "", nullptr, kReaderScoped},
      {"§1 a client with a wrong secret", "POST", "/oauth/token",
       R"({"grant_type":"client_credentials","client_id":"sandbox-jira-client","client_secret":"no"})", 401, "access_denied"},
      {"§1 another grant", "POST", "/oauth/token", R"({"grant_type":"password"})", 400, "unsupported_grant_type"},
      {"§1 a token request that is no JSON", "POST", "/oauth/token", "{", 400, "invalid_request"},
      {"§1 a dead client", "POST", "/oauth/token",
       R"({"grant_type":"client_credentials","client_id":"sandbox-jira-client","client_secret":"sandbox-jira-client-secret"})",
       401, "access_denied", "", "", with("jira.deadToken", true)},
  });
}

TEST_CASE("Jira refuses requests at its edge and in its router [jira §1]", "[contract][jira]") {
  check_all({
      {"§1 a GET with a body", "GET", "myself", "{}", 400, "Bad Request", "Server", "AtlassianEdge"},
      {"§1 an unknown route is HTML", "GET", "nothing/here", "", 404, "<html>", "Content-Type", "text/html"},
      {"§1 another method", "DELETE", "myself", "", 405, ""},
      {"§1 no content type", "POST", "issue", "{}", 415, "", "", "", nullptr, kConnector, {}},
      {"§1 another content type", "POST", "issue", "{}", 415, "", "", "", nullptr, kConnector, {{"Content-Type", "text/plain"}}},
      {"§1 a bodyless DELETE of remote links without a type",
       "DELETE",
       "issue/SUP-1/remotelink?globalId=g",
       "",
       415,
       "",
       "",
       "",
       nullptr,
       kConnector,
       {}},
      {"§1 a body that is no JSON", "POST", "issue", "{", 400, "error parsing JSON"},
      {"§1 the removed search by GET", "GET", "search?jql=project%3DSUP", "", 410, "/rest/api/3/search/jql"},
      {"§1 the removed search by POST", "POST", "search", "{}", 410, "has been removed"},
      {"§2 dynamic webhooks are for apps", "GET", "webhook", "", 403, "Only Connect and OAuth 2.0 apps"},
      {"§2 … to register too", "POST", "webhook", R"({"url":"https://x.example","webhooks":[]})", 403,
       "Only Connect and OAuth 2.0 apps"},
      {"§2 … to delete too", "DELETE", "webhook", R"({"webhookIds":[1]})", 403, "Only Connect and OAuth 2.0 apps"},
      {"§2 … to refresh too", "PUT", "webhook/refresh", R"({"webhookIds":[1]})", 403, "Only Connect and OAuth 2.0 apps"},
      {"§2 … and the failed ones", "GET", "webhook/failed", "", 403, "Only Connect and OAuth 2.0 apps"},
      {"§3 startAt is a number", "GET", "project/search?startAt=x", "", 400, "startAt"},
      {"§3 maxResults is not negative", "GET", "project/search?maxResults=-1", "", 400, "maxResults"},
      {"§2 an unknown project", "GET", "project/NOPE", "", 404, "No project could be found"},
      {"§2 a project key in another case", "GET", "project/sup", "", 404, "No project could be found"},
      {"§2 a user search for nothing", "GET", "user/search", "", 400, "query"},
      {"§2 an unknown user", "GET", "user?accountId=none", "", 404, "does not exist"},
      {"§2 assignable users of nothing", "GET", "user/assignable/search", "", 400, "project"},
      {"§2 assignable users of an unknown project", "GET", "user/assignable/search?project=NOPE", "", 404, "NOPE"},
      {"§2 an unknown permission", "GET", "mypermissions?permissions=FLY", "", 400, "FLY"},
      {"§2 createmeta of an unknown project", "GET", "issue/createmeta/NOPE/issuetypes", "", 400, "errors.projectIdOrKey"},
      {"§2 a status category that is a key", "GET", "statuses/search?statusCategory=new", "", 400, "statusCategory"},
      {"§2 a field type of neither kind", "GET", "field/search?type=own", "", 400, "own"},
  });
}

TEST_CASE("Jira refuses to create and edit what breaks its rules [jira §1, §5, §6]", "[contract][jira]") {
  std::string const long_text(256, 'x');
  check_all({
      {"§1 no summary", "POST", "issue", issue_body(R"("labels":[])"), 400, "You must specify a summary of the issue."},
      {"§1 a summary with a line end", "POST", "issue", issue_body(R"("summary":"a\nb")"), 400, "contains newline characters"},
      {"§1 a summary that is too long", "POST", "issue", issue_body(R"("summary":")" + long_text + "\""), 400,
       "Summary must be less than 255 characters."},
      {"§1 255 characters may be too long already", "POST", "issue", issue_body(R"("summary":")" + long_text.substr(1) + "\""),
       400, "Summary must be less than 255 characters.", "", "", with("jira.summaryLimit", 254)},
      {"§1 an unknown project", "POST", "issue",
       R"({"fields":{"project":{"key":"NO"},"issuetype":{"id":"10002"},"summary":"x"}})", 400, "errors.project"},
      {"§1 an unknown issue type", "POST", "issue",
       R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"9"},"summary":"x"}})", 400, "errors.issuetype"},
      {"§1 a field that is unknown", "POST", "issue", issue_body(R"("summary":"x","customfield_1":"y")"), 400,
       "errors.customfield_1"},
      {"§1 a field that is not on the screen", "POST", "issue", issue_body(R"("summary":"x","environment":null)"), 400,
       "not on the appropriate screen"},
      {"§1 rich text given as text", "POST", "issue", issue_body(R"("summary":"x","description":"y")"), 400,
       "Operation value must be an Atlassian Document"},
      {"§15.5 rich text that breaks the grammar", "POST", "issue",
       issue_body(R"("summary":"x","description":)" + rich(R"({"type":"text","text":"loose"})")), 400, "errors.description"},
      {"§1 a text that is too long", "PUT", "issue/SUP-1",
       R"({"fields":{"description":)" +
           rich(R"({"type":"paragraph","content":[{"type":"text","text":")" + std::string(33000, 'x') + "\"}]}") + "}}",
       400, "32,767 characters"},
      {"§1 a label with a blank", "PUT", "issue/SUP-1", R"({"fields":{"labels":["x y"]}})", 400,
       "contains spaces which is invalid"},
      {"§5 a field in fields and update", "PUT", "issue/SUP-1",
       R"({"fields":{"labels":["a"]},"update":{"labels":[{"add":"b"}]}})", 400, "errors.labels"},
      {"§5 an operation that the field does not know", "PUT", "issue/SUP-1", R"({"update":{"summary":[{"add":"b"}]}})", 400,
       "errors.summary"},
      {"§5 the summary cannot be cleared", "PUT", "issue/SUP-1", R"({"fields":{"summary":null}})", 400, "errors.summary"},
      {"§5 status is no field to set", "PUT", "issue/SUP-1", R"({"fields":{"status":{"id":"3"}}})", 400, "errors.status"},
      {"§5 a required field that is missing", "POST", "issue",
       R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10004"},"summary":"x"}})", 400, "errors.customfield_10060"},
      {"§6 an unknown option", "PUT", "issue/SUP-1", R"({"fields":{"customfield_10055":{"id":"1"}}})", 400,
       "errors.customfield_10055"},
      {"§6 a disabled option", "PUT", "issue/SUP-1", R"({"fields":{"customfield_10055":{"id":"10122"}}})", 400,
       "errors.customfield_10055"},
      {"§6 a child of another option", "PUT", "issue/SUP-1",
       R"({"fields":{"customfield_10061":{"id":"10163","child":{"id":"10161"}}}})", 400, "errors.customfield_10061"},
      {"§6 an unknown user", "PUT", "issue/SUP-1", R"({"fields":{"assignee":{"accountId":"x"}}})", 400, "errors.assignee"},
      {"§6 a day that does not exist", "PUT", "issue/SUP-1", R"({"fields":{"duedate":"2026-02-30"}})", 400, "errors.duedate"},
      {"§6 a moment without its offset", "PUT", "issue/SUP-1", R"({"fields":{"customfield_10053":"2026-02-10T10:00:00"}})", 400,
       "errors.customfield_10053"},
      {"§6 a moment in Z, where that is not taken", "PUT", "issue/SUP-1",
       R"({"fields":{"customfield_10053":"2026-02-10T10:00:00.000Z"}})", 400, "errors.customfield_10053", "", "",
       with("jira.lenientDatetime", false)},
      {"§6 a number as text", "PUT", "issue/SUP-1", R"({"fields":{"customfield_10052":"1"}})", 400, "errors.customfield_10052"},
      {"§6 a URL that is none", "PUT", "issue/SUP-1", R"({"fields":{"customfield_10058":"x"}})", 400, "errors.customfield_10058"},
      {"§6 a component that does not exist", "PUT", "issue/SUP-1", R"({"fields":{"components":[{"name":"no"}]}})", 400,
       "errors.components"},
      {"§6 a priority that the project does not use", "POST", "issue",
       R"({"fields":{"project":{"key":"DESK"},"issuetype":{"id":"10002"},"summary":"x","priority":{"id":"4"}}})", 400,
       "errors.priority"},
      {"§6 an attachment is no field to set", "POST", "issue", issue_body(R"("summary":"x","attachment":[])"), 400,
       "errors.attachment"},
      {"§2 an issue that is not there", "PUT", "issue/SUP-99", R"({"fields":{"summary":"x"}})", 404, kNoIssue},
      {"§2 without the right to create", "POST", "issue", issue_body(R"("summary":"x")"), 403, "permission to create", "", "",
       without("CREATE_ISSUES")},
      {"§2 without the right to edit", "PUT", "issue/SUP-1", R"({"fields":{"summary":"x"}})", 400, "errors.summary", "", "",
       without("EDIT_ISSUES")},
      {"§2 without the right to delete", "DELETE", "issue/SUP-1", "", 403, "permission to delete", "", "",
       without("DELETE_ISSUES")},
      {"§2 an issue with sub-tasks", "DELETE", "issue/SUP-1", "", 400, "deleteSubtasks", "", "",
       [](Site& site) {
         site.must("POST", "issue",
                   R"({"fields":{"project":{"key":"SUP"},"issuetype":{"id":"10003"},"summary":"x","parent":{"key":"SUP-1"}}})");
       }},
      {"§2 without the right to assign", "PUT", "issue/SUP-1/assignee", R"({"accountId":null})", 403, "permission to assign", "",
       "", without("ASSIGN_ISSUES")},
      {"§5 bulk create of nothing", "POST", "issue/bulk", R"({"issueUpdates":[]})", 400, "at least one"},
      {"§5 bulk create where all fail", "POST", "issue/bulk", R"({"issueUpdates":[{"fields":{}}]})", 400,
       R"("failedElementNumber":0)"},
      {"§4 bulkfetch of nothing", "POST", "issue/bulkfetch", R"({"issueIdsOrKeys":[]})", 400, "at least one"},
      {"§4 expand of bulkfetch is a list", "POST", "issue/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"expand":"names"})", 400,
       "array"},
      {"§7 no transition named", "POST", "issue/SUP-1/transitions", "{}", 400, "Missing 'transition' identifier"},
      {"§7 a transition of another state", "POST", "issue/SUP-1/transitions", R"({"transition":{"id":"41"}})", 400, "not valid"},
      {"§1 a transition without its field", "POST", "issue/SUP-2/transitions", R"({"transition":{"id":"31"}})", 400,
       "Field Resolution is required."},
      {"§7 a field that is not on the transition's screen", "POST", "issue/SUP-1/transitions",
       R"({"transition":{"id":"11"},"fields":{"resolution":{"name":"Done"}}})", 400, "errors.resolution"},
      {"§7 a transition for somebody else", "POST", "issue/SUP-2/transitions", R"({"transition":{"id":"61"}})", 400, "not valid"},
      {"§7 without the right to move", "POST", "issue/SUP-1/transitions", R"({"transition":{"id":"11"}})", 400, "not valid", "",
       "", without("TRANSITION_ISSUES")},
  });
}

TEST_CASE("Jira refuses searches that it cannot run [jira §4]", "[contract][jira]") {
  auto const search = [](std::string const& jql, std::string const& more = "") {
    return R"({"jql":)" + json::to_text(json::Value(jql)) + more + "}";
  };
  check_all({
      {"§4 an unbounded query", "POST", "search/jql", search("order by key"), 400, "Unbounded JQL"},
      {"§1 a reserved word", "POST", "search/jql", search("project = INT"), 400, "reserved JQL word"},
      {"§4 an unterminated quote", "POST", "search/jql", search("summary ~ \"x"), 400, "Error in the JQL Query"},
      {"§4 an unknown field", "POST", "search/jql", search("nope = 1"), 400, "Field 'nope' does not exist"},
      {"§4 an unknown value", "POST", "search/jql", search("status = Nowhere"), 400, "does not exist for the field 'status'"},
      {"§4 an operator that the field does not know", "POST", "search/jql", search("summary = x"), 400,
       "is not supported by the 'summary' field"},
      {"§4 a date that is none", "POST", "search/jql", search("updated > \"2026-13-01\""), 400, "Date value"},
      {"§4 milliseconds, where they are not taken", "POST", "search/jql", search("updated > 1700000000000"), 400, "Date value",
       "", "", with("jira.epochMillisInJql", false)},
      {"§4 a history of a field that keeps none", "POST", "search/jql", search("summary was \"x\""), 400,
       "History searches do not support"},
      {"§4 an unknown function", "POST", "search/jql", search("assignee = whoever()"), 400, "Unable to find JQL function"},
      {"§4 eight fields to order by", "POST", "search/jql",
       search("project = SUP order by key,id,status,created,updated,summary,priority,labels"), 400, "limited to 7"},
      {"§4 a token of another query", "POST", "search/jql", search("project = SUP", R"(,"nextPageToken":"abc")"), 400,
       "nextPageToken"},
      {"§4 51 issues to reconcile", "POST", "search/jql",
       search(
           "project = SUP", ",\"reconcileIssues\":[" +
                                [] {
                                  std::string out = "1";
                                  for (int i = 2; i < 52; ++i) out += "," + std::to_string(i);
                                  return out;
                                }() +
                                "]"),
       400, "limited to 50"},
      {"§4 a key to reconcile", "POST", "search/jql", search("project = SUP", R"(,"reconcileIssues":["SUP-1"])"), 400,
       "Issue ids are expected"},
      {"§4 expand is text here", "POST", "search/jql", search("project = SUP", R"(,"expand":["names"])"), 400,
       "Invalid request payload"},
      {"§4 startAt is no member", "POST", "search/jql", search("project = SUP", R"(,"startAt":50)"), 400,
       "Invalid request payload"},
      {"§4 a deleted key, where that is refused", "POST", "search/jql", search("key = SUP-99"), 400, "does not exist for field",
       "", "", with("jira.unknownKeyFails", true)},
      {"§2 a count of everything", "POST", "search/approximate-count", R"({"jql":""})", 400, "Unbounded JQL"},
      {"§2 jql/match without issues", "POST", "jql/match", R"({"jqls":["project = SUP"],"issueIds":[]})", 400, "required"},
      {"§2 jql/parse of nothing", "POST", "jql/parse", R"({"queries":[]})", 400, "at least one"},
      {"§7 changelogs of nothing", "POST", "changelog/bulkfetch", R"({"issueIdsOrKeys":[]})", 400, "No issue IDs"},
      {"§7 changelogs with a strange token", "POST", "changelog/bulkfetch", R"({"issueIdsOrKeys":["SUP-1"],"nextPageToken":"x"})",
       400, "nextPageToken"},
  });
}

TEST_CASE("Jira refuses comments, files, links, work and properties that break its rules [jira §2, §8, §9, §10]",
          "[contract][jira]") {
  std::vector<Header> const form{{"Content-Type", Site::kForm}, {"X-Atlassian-Token", "no-check"}};
  auto const upload = Site::multipart("b.txt", "xyz");
  check_all({
      {"§8 a comment without a body", "POST", "issue/SUP-1/comment", "{}", 400, "errors.comment"},
      {"§8 a comment of text", "POST", "issue/SUP-1/comment", R"({"body":"x"})", 400, "Atlassian Document"},
      {"§8 a visibility of nobody", "POST", "issue/SUP-1/comment",
       R"({"body":{"type":"doc","version":1,"content":[]},"visibility":{"type":"role","value":"Nobody"}})", 400,
       "errors.commentLevel"},
      {"§8 a visibility of others", "POST", "issue/SUP-1/comment",
       R"({"body":{"type":"doc","version":1,"content":[]},"visibility":{"type":"role","value":"Administrators"}})", 400,
       "not a member"},
      {"§8 an order that is none", "GET", "issue/SUP-1/comment?orderBy=author", "", 400, "orderBy"},
      {"§8 a comment that is not there", "GET", "issue/SUP-1/comment/9", "", 404, "Can not find a comment"},
      {"§8 one comment too many", "POST", "issue/SUP-1/comment", Site::comment("x"), 413, "limit of comments", "", "",
       with("jira.issueLimits", json::Object{{"comment", 1}})},
      {"§2 without the right to comment", "POST", "issue/SUP-1/comment", Site::comment("x"), 400, "permission to comment", "", "",
       without("ADD_COMMENTS")},
      {"§2 another one's comment", "PUT", "issue/SUP-1/comment/10001", Site::comment("x"), 400, "permission to edit the comment",
       "", "", nullptr, kReader},
      {"§2 a comment property that is not there", "GET", "comment/10001/properties/no", "", 404, "does not exist"},
      {"§8 a comment property that is too large", "PUT", "comment/10001/properties/k", "\"" + std::string(32767, 'x') + "\"", 400,
       "32768"},
      {"§2 a property key that is too long", "PUT", "issue/SUP-1/properties/" + std::string(256, 'k'), "1", 400,
       "255 characters"},
      {"§2 a property value that is too large", "PUT", "issue/SUP-1/properties/k", "\"" + std::string(32767, 'x') + "\"", 400,
       "32768"},
      {"§2 a property without a value", "PUT", "issue/SUP-1/properties/k", "", 400, "JSON"},
      {"§2 a property that is not there", "DELETE", "issue/SUP-1/properties/no", "", 404, "does not exist"},
      {"§9 an upload without its header",
       "POST",
       "issue/SUP-1/attachments",
       upload,
       403,
       "XSRF check failed",
       "Content-Type",
       "text/plain",
       nullptr,
       kConnector,
       {{"Content-Type", Site::kForm}}},
      {"§9 an upload that is no form",
       "POST",
       "issue/SUP-1/attachments",
       "{}",
       400,
       "multipart",
       "",
       "",
       nullptr,
       kConnector,
       {{"Content-Type", "application/json"}, {"X-Atlassian-Token", "no-check"}}},
      {"§9 an upload without a boundary",
       "POST",
       "issue/SUP-1/attachments",
       upload,
       400,
       "boundary",
       "",
       "",
       nullptr,
       kConnector,
       {{"Content-Type", "multipart/form-data"}, {"X-Atlassian-Token", "no-check"}}},
      {"§9 an upload that ends early", "POST", "issue/SUP-1/attachments", upload.substr(0, 60), 400, "ended unexpectedly", "", "",
       nullptr, kConnector, form},
      {"§9 a part that is not called file", "POST", "issue/SUP-1/attachments",
       "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x\"\r\n\r\nx\r\n--b--", 400, "name 'file'", "", "",
       nullptr, kConnector, form},
      {"§9 a file without a name", "POST", "issue/SUP-1/attachments", Site::multipart("", "x"), 400, "no name", "", "", nullptr,
       kConnector, form},
      {"§9 a file name with a path", "POST", "issue/SUP-1/attachments", Site::multipart("../x", "x"), 400, "invalid character",
       "", "", nullptr, kConnector, form},
      {"§9 a file that is too large", "POST", "issue/SUP-1/attachments", upload, 413, "maximum size of 2 bytes", "", "",
       with("jira.uploadLimit", 2), kConnector, form},
      {"§9 one file too many", "POST", "issue/SUP-1/attachments", upload, 413, "limit of attachments", "", "",
       with("jira.issueLimits", json::Object{{"attachment", 1}}), kConnector, form},
      {"§9 without the right to attach", "POST", "issue/SUP-1/attachments", upload, 403, "permission to create attachments", "",
       "", without("CREATE_ATTACHMENTS"), kConnector, form},
      {"§9 attachments are switched off", "POST", "issue/SUP-1/attachments", upload, 404, "disabled", "", "",
       with("jira.attachmentsEnabled", false), kConnector, form},
      {"§9 an attachment that is not there", "GET", "attachment/9", "", 404, "does not exist"},
      {"§9 an attachment of another", "DELETE", "attachment/10001", "", 403, "permission to delete", "", "", nullptr, kReader},
      {"§9 a range that is none",
       "GET",
       "attachment/content/10001?redirect=false",
       "",
       400,
       "Range",
       "",
       "",
       nullptr,
       kConnector,
       {{"Range", "bytes=x"}}},
      {"§9 a range behind the end",
       "GET",
       "attachment/content/10001?redirect=false",
       "",
       416,
       "",
       "Content-Range",
       "bytes */10",
       nullptr,
       kConnector,
       {{"Range", "bytes=10-"}}},
      {"§9 redirect is a flag", "GET", "attachment/content/10001?redirect=maybe", "", 400, "redirect"},
      {"§10 a remote link without a URL", "POST", "issue/SUP-1/remotelink", R"({"object":{"title":"T"}})", 400,
       "errors.object.url"},
      {"§10 a remote link without a title", "POST", "issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example"}})", 400,
       "errors.object.title"},
      {"§10 an unknown globalId", "GET", "issue/SUP-1/remotelink?globalId=no", "", 404, "remote issue link"},
      {"§10 a DELETE of no globalId", "DELETE", "issue/SUP-1/remotelink", "", 400, "errors.globalId"},
      {"§10 without the right to link", "POST", "issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example","title":"T"}})",
       403, "permission to link", "", "", without("LINK_ISSUES")},
      {"§8 one remote link too many", "POST", "issue/SUP-1/remotelink", R"({"object":{"url":"https://x.example","title":"T"}})",
       413, "limit", "", "", with("jira.issueLimits", json::Object{{"remoteIssueLinks", 1}})},
      {"§6 a link of an unknown type", "POST", "issueLink",
       R"({"type":{"name":"Hates"},"inwardIssue":{"key":"SUP-1"},"outwardIssue":{"key":"SUP-2"}})", 404, "Hates"},
      {"§6 a link to nothing", "POST", "issueLink",
       R"({"type":{"name":"Blocks"},"inwardIssue":{"key":"SUP-1"},"outwardIssue":{"key":"SUP-9"}})", 404, kNoIssue},
      {"§6 a link to itself", "POST", "issueLink",
       R"({"type":{"name":"Blocks"},"inwardIssue":{"key":"SUP-1"},"outwardIssue":{"key":"SUP-1"}})", 400, "itself"},
      {"§6 a link that is not there", "GET", "issueLink/9", "", 404, "No issue link"},
      {"§2 work of no time", "POST", "issue/SUP-1/worklog", R"({"timeSpent":"soon"})", 400, "errors.timeLogged"},
      {"§2 work of some seconds", "POST", "issue/SUP-1/worklog", R"({"timeSpentSeconds":30})", 400, "errors.timeLogged"},
      {"§2 work begun at no date", "POST", "issue/SUP-1/worklog", R"({"timeSpent":"1h","started":"today"})", 400,
       "errors.startDate"},
      {"§2 a new estimate without one", "POST", "issue/SUP-1/worklog?adjustEstimate=new", R"({"timeSpent":"1h"})", 400,
       "errors.newEstimate"},
      {"§8 one worklog too many", "POST", "issue/SUP-1/worklog", R"({"timeSpent":"1h"})", 413, "limit of worklogs", "", "",
       with("jira.issueLimits", json::Object{{"worklog", 1}})},
      {"§2 a worklog that is not there", "GET", "issue/SUP-1/worklog/9", "", 404, "Cannot find worklog"},
      {"§2 another one's worklog", "DELETE", "issue/SUP-1/worklog/10001", "", 400, "permission to delete", "", "", nullptr,
       kReader},
  });
}

TEST_CASE("Jira refuses what comes too fast [jira §11, §15.7]", "[contract][jira]") {
  auto const throttle = [](std::string reason, json::Value retry_after) {
    return with("jira.throttle", json::Object{{"reason", std::move(reason)}, {"retryAfter", std::move(retry_after)}});
  };
  check_all({
      {"§11 the hour's points of an app", "GET", "myself", "", 429, "Rate limit", "RateLimit-Reason", "jira-quota-global-based",
       throttle("jira-quota-global-based", 1847)},
      {"§11 … which can take minutes", "GET", "myself", "", 429, "Rate limit", "Retry-After", "1847",
       throttle("jira-quota-global-based", 1847)},
      {"§11 the hour's points of a tenant", "GET", "myself", "", 429, "Rate limit", "RateLimit-Reason", "jira-quota-tenant-based",
       throttle("jira-quota-tenant-based", 60)},
      {"§11 a burst", "GET", "myself", "", 429, "Rate limit", "RateLimit-Reason", "jira-burst-based",
       throttle("jira-burst-based", 1)},
      {"§11 writes of one issue", "PUT", "issue/SUP-1", R"({"fields":{"summary":"x"}})", 429, "Rate limit", "RateLimit-Reason",
       "jira-per-issue-on-write", throttle("jira-per-issue-on-write", 2)},
      {"§11 when it is over", "GET", "myself", "", 429, "Rate limit", "X-RateLimit-Reset", "2026-02-10T12:00:07Z",
       throttle("jira-burst-based", 7)},
  });
  Site site;  // without Retry-After
  site.set("jira.throttle", json::Object{{"retryAfter", nullptr}, {"reason", "jira-burst-based"}});
  auto const answer = site.ask("GET", "/rest/api/3/myself", "", {{"Authorization", kConnector}});
  CHECK(answer.status == 429);
  CHECK(header_of(answer, "Retry-After").empty());
}

TEST_CASE("the media host refuses credentials, other tokens and old ones [jira §9, §15.6]", "[contract][jira]") {
  Site site;
  auto const redirect = site.ask("GET", "/rest/api/3/attachment/content/10001", "", {{"Authorization", kConnector}});
  REQUIRE(redirect.status == 303);
  auto const location = header_of(redirect, "Location");
  REQUIRE(location.starts_with(site.world->urls().media + "/file/"));
  auto const target = location.substr(site.world->urls().media.size());
  auto const fetch = [&](std::string const& what, std::vector<Header> headers = {}) {
    return site.ask("GET", what, "", std::move(headers), ServiceName::media);
  };
  CHECK(fetch(target).body == "0123456789");
  CHECK(fetch(target, {{"Authorization", kConnector}}).status == 403);
  CHECK(fetch(target, {{"Cookie", "a=b"}}).status == 403);
  CHECK(fetch(target.substr(0, target.find('?'))).status == 403);
  auto forged = target;
  forged[target.find("token=") + 10] = forged[target.find("token=") + 10] == 'A' ? 'B' : 'A';
  CHECK(fetch(forged).status == 403);
  CHECK(fetch("/nothing").status == 404);
  CHECK(site.ask("DELETE", target, "", {}, ServiceName::media).status == 405);
  site.world->advance(std::chrono::minutes{11});
  auto const expired = fetch(target);
  CHECK(expired.status == 403);
  CHECK_THAT(expired.body, Catch::Contains("expired"));
}
