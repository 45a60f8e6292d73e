#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/jira/bulk.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using jira::Client;

namespace {

constexpr char const* kSite = "https://site.atlassian.net";

struct Bench {
  ScriptedTransport wire;
  Client client{kSite, kSite, wire};
};

json::Value parsed(std::string const& text) {
  auto value = json::parse(text);
  REQUIRE(value.has_value());
  return *value;
}

std::string made(int n) { return fmt::format(R"({{"id":"{}","key":"SUP-{}","self":"x"}})", 10000 + n, n); }
std::string failed(int n) {
  return fmt::format(
      R"({{"status":400,"elementErrors":{{"errorMessages":["no"],"errors":{{"duedate":"bad"}}}},"failedElementNumber":{}}})", n);
}
std::string bulk(std::vector<std::string> const& issues, std::vector<std::string> const& errors) {
  return fmt::format(R"({{"issues":[{}],"errors":[{}]}})", fmt::join(issues, ","), fmt::join(errors, ","));
}

}  // namespace

TEST_CASE("a bulk answer is mapped to its elements, or its outcome is unknown [E4] [R2]") {
  struct Row {
    std::string name, body;
    std::string keys;  // "1-3": element 2 failed; "?" = unknown outcome
  };
  auto const row = GENERATE(values<Row>({
      {"all made", bulk({made(1), made(2), made(3)}, {}), "1 2 3"},
      {"the middle one failed", bulk({made(1), made(3)}, {failed(1)}), "1 - 3"},
      {"all failed", bulk({}, {failed(0), failed(1), failed(2)}), "- - -"},
      {"failures in another order", bulk({made(2)}, {failed(2), failed(0)}), "- 2 -"},
      {"counted from one", bulk({made(1), made(2)}, {failed(3)}), "1 2 -"},
      {"one issue missing", bulk({made(1), made(2)}, {}), "?"},
      {"one too many", bulk({made(1), made(2), made(3)}, {failed(1)}), "?"},
      {"the same failure twice", bulk({made(1)}, {failed(1), failed(1)}), "?"},
      {"a failure of no element", bulk({made(1), made(2)}, {failed(7)}), "?"},
      {"a failure without number", bulk({made(1), made(2)}, {R"({"status":400})"}), "?"},
      {"an issue without key", bulk({made(1), made(2), R"({"id":"5"})"}, {}), "?"},
      {"no lists at all", "{}", "?"},
  }));
  CAPTURE(row.name);
  auto const mapped = jira::map_bulk(parsed(row.body), 3);
  if (row.keys == "?") {
    REQUIRE_FALSE(mapped.has_value());
    CHECK(mapped.error().kind == ErrorKind::unknown_outcome);
    return;
  }
  REQUIRE(mapped.has_value());
  std::string keys;
  for (auto const& element : mapped->elements) {
    keys += (keys.empty() ? "" : " ") + (element.issue ? element.issue->key.substr(4) : std::string("-"));
    if (!element.issue) {
      CHECK(element.rejection.status == 400);
      CHECK(element.rejection.fields.at("duedate") == "bad");
      CHECK(element.rejection.to_line() == "no; duedate: bad");
    }
  }
  CHECK(keys == row.keys);
}

TEST_CASE("a bulk create is never repeated and says what became of it [R2]") {
  struct Row {
    http::Response response;
    std::optional<ErrorKind> kind;
  };
  auto const row = GENERATE(values<Row>({{answer(201, bulk({made(1)}, {})), std::nullopt},
                                         {answer(400, bulk({}, {failed(0)})), std::nullopt},
                                         {answer(400, R"({"errorMessages":["bad"],"errors":{}})"), ErrorKind::remote},
                                         {answer(201, "cut {"), ErrorKind::unknown_outcome},
                                         {answer(201, "{}"), ErrorKind::unknown_outcome},
                                         {answer(500, ""), ErrorKind::unknown_outcome},
                                         {answer(408, ""), ErrorKind::unknown_outcome},
                                         {answer(429, ""), ErrorKind::throttled},
                                         {answer(401, "Client must be authenticated"), ErrorKind::auth}}));
  Bench bench;
  bench.wire.then(row.response);
  auto const created = bench.client.create_issues({{{"fields", json::Object{{"summary", "x"}}}}});
  CHECK(created.has_value() == !row.kind);
  if (row.kind) CHECK(created.error().kind == *row.kind);
  auto const& sent = bench.wire.sent[0];
  CHECK(sent.repeat == http::Repeat::only_if_unsent);
  CHECK(sent.endpoint == "POST /rest/api/3/issue/bulk");
  CHECK(sent.body == R"({"issueUpdates":[{"fields":{"summary":"x"}}]})");
}

TEST_CASE("a dead token is an auth error whatever the status [A4]") {
  auto const reason = GENERATE(as<std::string>{}, "AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED");
  auto const status = GENERATE(200, 400, 401, 404);
  Bench bench;
  bench.wire.then(answer(status, R"({"issues":[],"errorMessages":["x"]})", {{"X-Seraph-LoginReason", reason}}));
  jira::Search search;
  search.jql = "project = \"SUP\"";
  auto const page = bench.client.search(search);
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().kind == ErrorKind::auth);
  CHECK(page.error().message.find("id.atlassian.com") != std::string::npos);
  CHECK_FALSE(bench.client.get("SUP-1", {}, {}).has_value());
  CHECK(bench.client.get("SUP-1", {}, {}).error().kind == ErrorKind::auth);
}

TEST_CASE("other login reasons are no dead token [A4]") {
  Bench bench;
  bench.wire.then(
      answer(200, R"({"issues":[]})", {{"X-Seraph-LoginReason", GENERATE(as<std::string>{}, "OK", "AUTHORISATION_FAILED", "")}}));
  CHECK(bench.client.search({"project = X", {}, {}, 50}).has_value());
}

TEST_CASE("error bodies of every kind are read [S3]") {
  struct Row {
    http::Response response;
    ErrorKind kind;
    std::string word;
  };
  auto const row = GENERATE(values<Row>({
      {answer(400, R"({"errorMessages":[],"errors":{"duedate":"Field 'duedate' cannot be set."}})"), ErrorKind::remote,
       "duedate"},
      {answer(400, R"({"errorMessages":["Field Resolution is required."],"errors":{}})"), ErrorKind::remote,
       "Resolution is required"},
      {answer(401, "<html><body>Unauthorized</body></html>"), ErrorKind::auth, "API token"},
      {answer(401, R"({"code":401,"message":"Unauthorized; scope does not match"})"), ErrorKind::auth, "scope does not match"},
      {answer(403, "{}"), ErrorKind::auth, "permission"},
      {answer(404, R"({"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}})"),
       ErrorKind::not_found, "Issue does not exist"},
      {answer(409, ""), ErrorKind::conflict, "409"},
      {answer(410, R"({"errorMessages":["The requested API has been removed."]})"), ErrorKind::remote, "removed"},
      {answer(413, ""), ErrorKind::remote, "too large"},
      {answer(302, "", {{"Location", "https://id.atlassian.com/login"}}), ErrorKind::remote, "id.atlassian.com"},
      {answer(400, "\x1b[31mred\x1b[0m"), ErrorKind::remote, "\\u{"},
  }));
  auto const error = jira::error_of(row.response, http::Access::write, "PUT /x");
  CAPTURE(error.message, row.word);
  CHECK(error.kind == row.kind);
  CHECK(error.message.find(row.word) != std::string::npos);
  CHECK(error.message.find('\x1b') == std::string::npos);
  CHECK(error.find("endpoint") == "PUT /x");
}

TEST_CASE("a rejected edit has one context entry per field [C4]") {
  Bench bench;
  bench.wire.then(answer(400, R"({"errorMessages":[],"errors":{"duedate":"no","labels":"spaces"}})"));
  auto const issue = bench.client.edit("10001", {{"fields", json::Object{}}});
  REQUIRE_FALSE(issue.has_value());
  CHECK(issue.error().kind == ErrorKind::remote);
  CHECK(issue.error().find("field:duedate") == "no");
  CHECK(issue.error().find("field:labels") == "spaces");
}

TEST_CASE("an edit gives the issue as it is after the write, also from a site that answers 204 [R3]") {
  Bench bench;
  SECTION("200") {
    bench.wire.then(answer(200, R"({"id":"10001","key":"SUP-1","fields":{"summary":"new"}})"));
    auto const issue = bench.client.edit("10001", {{"fields", json::Object{{"summary", "new"}}}});
    REQUIRE(issue.has_value());
    CHECK(issue->field("summary")->text() == "new");
    CHECK(bench.wire.sent[0].url == std::string(kSite) + "/rest/api/3/issue/10001?returnIssue=true");
    CHECK(bench.wire.sent[0].repeat == http::Repeat::only_if_unsent);
  }
  SECTION("204") {
    bench.wire.then(answer(204)).then(answer(200, R"({"id":10001,"key":"SUP-1","fields":{}})"));
    CHECK(bench.client.edit("10001", {})->id == "10001");
  }
  SECTION("unreadable") {
    bench.wire.then(answer(200, "{"));
    CHECK(bench.client.edit("10001", {}).error().kind == ErrorKind::unknown_outcome);
  }
}

TEST_CASE("only Jira itself can say that an issue is gone [D12]") {
  auto const [response, gone] = GENERATE(table<http::Response, bool>({
      {answer(404, R"({"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}})"), true},
      {answer(404, "<html>no such site</html>"), false},
      {answer(404, ""), false},
      {answer(404, R"({"message":"no route"})"), false},
      {answer(403, "{}"), false},
  }));
  Bench bench;
  bench.wire.then(response);
  auto const issue = bench.client.get("SUP-1", {"summary"}, {"tandem.link"});
  CHECK(issue.has_value() == gone);
  if (issue) CHECK_FALSE(issue->has_value());
}

TEST_CASE("a search is asked with the same body and its token, and ends [E2]") {
  Bench bench;
  bench.wire
      .then(answer(200, R"({"issues":[{"id":"1","key":"SUP-1","fields":{"updated":"x"}}],"isLast":false,"nextPageToken":"t1"})"))
      .then(answer(200, R"({"issues":[],"isLast":true})"));
  jira::Search search;
  search.jql = "project = " + jira::quoted_jql("S\"U\\P");
  search.fields = {"updated"};
  search.properties = {"tandem.link"};
  auto const first = bench.client.search(search);
  REQUIRE(first.has_value());
  CHECK(first->next_token == "t1");
  auto const last = bench.client.search(search, first->next_token);
  REQUIRE(last.has_value());
  CHECK(last->next_token.empty());
  CHECK(bench.wire.sent[0].body ==
        R"({"jql":"project = \"S\\\"U\\\\P\"","maxResults":50,"fields":["updated"],"properties":["tandem.link"]})");
  CHECK(bench.wire.sent[1].body.find(R"("nextPageToken":"t1")") != std::string::npos);
  CHECK(bench.wire.sent[1].repeat == http::Repeat::safe);
}

TEST_CASE("a search that gives the same token again is stopped [S3]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"issues":[],"nextPageToken":"t1"})"));
  CHECK(bench.client.search({"x", {}, {}, 50}, "t1").error().kind == ErrorKind::remote);
}

TEST_CASE("marks are idempotent and every request but GET names its content type [D10]") {
  Bench bench;
  bench.wire.then(answer(201, R"({"id":1})"))
      .then(answer(204))
      .then(answer(404, R"({"errorMessages":[]})"))
      .then(answer(201, ""))
      .then(answer(200, "{}"));
  CHECK(bench.client.put_remote_link("10001", {{"globalId", "g"}, {"object", json::Object{}}}).has_value());
  CHECK(bench.client.remove_remote_link("10001", "system=a&id=b").has_value());
  CHECK(bench.client.remove_remote_link("10001", "gone").has_value());
  CHECK(bench.client.put_property("10001", "tandem.link", json::Object{{"v", 1}}).has_value());
  CHECK(bench.client.put_property("10001", "tandem.link", json::Object{{"v", 1}}).has_value());
  for (auto const& sent : bench.wire.sent) {
    CHECK(header(sent, "Content-Type") == "application/json");
    CHECK(sent.repeat == http::Repeat::safe);
  }
  CHECK(bench.wire.sent[1].url == std::string(kSite) + "/rest/api/3/issue/10001/remotelink?globalId=system%3Da%26id%3Db");
  CHECK_FALSE(
      bench.client.put_remote_link("10001", {{"object", json::Object{}}}).has_value());  // would be doubled by a repetition
}

TEST_CASE("createmeta is paged by the count received [B3]") {
  Bench bench;
  bench.wire
      .then(answer(
          200,
          R"({"startAt":0,"maxResults":50,"total":3,"fields":[{"fieldId":"summary","name":"Summary","required":true,"schema":{"type":"string","system":"summary"},"operations":["set"]},
      {"fieldId":"customfield_1","name":"Kind","schema":{"type":"option","custom":"com.atlassian.jira.plugin.system.customfieldtypes:select"},"allowedValues":[{"id":"10","value":"A"},{"id":"1","name":"High"},"red"]}]})"))
      .then(answer(
          200,
          R"({"startAt":2,"maxResults":2,"total":3,"fields":[{"key":"labels","name":"Labels","schema":{"type":"array","items":"string","system":"labels"}}]})"));
  auto const fields = bench.client.create_fields("SUP", "3");
  REQUIRE(fields.has_value());
  REQUIRE(fields->size() == 3);
  CHECK((*fields)[0].required);
  CHECK((*fields)[1].custom == "select");
  REQUIRE((*fields)[1].allowed.size() == 3);
  CHECK((*fields)[1].allowed[0].name == "A");
  CHECK((*fields)[1].allowed[1].name == "High");
  CHECK((*fields)[2].id == "labels");
  CHECK((*fields)[2].items == "string");
  CHECK(bench.wire.sent[1].url.find("startAt=2") != std::string::npos);
}

TEST_CASE("a list that never ends is stopped [S3]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"total":1000000,"fields":[{"fieldId":"x","schema":{}}]})"));
  CHECK(bench.client.create_fields("SUP", "3").error().kind == ErrorKind::remote);
}

TEST_CASE("what is no list is an error of the service, and never an empty list that would say that all is gone [S3][C6]") {
  for (std::string const body : {"{}", "[]", R"({"values":5,"issueTypes":"none","fields":{},"transitions":1})"}) {
    CAPTURE(body);
    Bench bench;
    bench.wire.then(answer(200, body));
    auto const is_remote = [](auto const& result) { return !result && result.error().kind == ErrorKind::remote; };
    CHECK(is_remote(bench.client.project("SUP")));
    CHECK(is_remote(bench.client.issue_types("SUP")));
    CHECK(is_remote(bench.client.create_fields("SUP", "3")));
    CHECK(is_remote(bench.client.resolutions()));
    CHECK(is_remote(bench.client.transitions("10001")));
    if (body == "[]") continue;  // lists without an envelope
    CHECK(is_remote(bench.client.all_fields()));
    CHECK(is_remote(bench.client.statuses("SUP", "3")));
    CHECK(is_remote(bench.client.find_users("ann")));
    CHECK(is_remote(bench.client.parts(jira::Project{"1", "SUP", "Support", "software"}, jira::PartKind::component)));
  }
}

TEST_CASE("a project that does not exist has no types, fields or statuses, and is no error [B4]") {
  Bench bench;
  bench.wire.then(answer(404, R"({"errorMessages":["No project could be found with key 'X'."],"errors":{}})"));
  CHECK_FALSE(bench.client.project("X")->has_value());
  CHECK(bench.client.issue_types("X")->empty());
  CHECK(bench.client.create_fields("X", "1")->empty());
  CHECK(bench.client.statuses("X", "1")->empty());
}

TEST_CASE("statuses are those of the issue type, with the category that no language changes [B3]") {
  Bench bench;
  bench.wire.then(answer(
      200,
      R"([{"id":"1","name":"Bug","statuses":[]},{"id":"3","name":"Task","statuses":[{"id":"10","name":"Erledigt","statusCategory":{"key":"done"}}]}])"));
  auto const statuses = bench.client.statuses("SUP", "3");
  REQUIRE(statuses->size() == 1);
  CHECK((*statuses)[0].category == "done");
}

TEST_CASE("myself of something else than Jira is no identity [A4]") {
  Bench bench;
  bench.wire.then(answer(200, GENERATE(as<std::string>{}, "{}", "<html>login</html>", "[]")));
  CHECK(bench.client.myself().error().kind == ErrorKind::remote);
}

TEST_CASE("keys and ids cannot leave their place in a path [S2]") {
  Bench bench;
  bench.wire.then(answer(404, R"({"errorMessages":[]})"));
  (void)bench.client.get("../../secret?x=y", {"a,b"}, {"c&d"});
  CHECK(bench.wire.sent[0].url ==
        std::string(kSite) + "/rest/api/3/issue/..%2F..%2Fsecret%3Fx%3Dy?fields=a%2Cb&properties=c%26d");
  CHECK(bench.client.issue_url("SUP-1") == std::string(kSite) + "/browse/SUP-1");
}
