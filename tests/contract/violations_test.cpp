// The contract checker can fail: one deliberate departure a row, each found, with its place and its rule. Every row begins as an exchange that
// passes.
#include <catch2/catch.hpp>

#include <algorithm>

#include "contract/skip.hpp"

using namespace tandem;
using namespace tandem::test;
using sandbox::Header;
using sandbox::ServiceName;

namespace {

struct Sent {
  ServiceName service = ServiceName::jira;
  sandbox::Request request;
  sandbox::Response response;
};

std::vector<Header> const kJson{{"Content-Type", "application/json"}};

Sent jira(std::string method, std::string target, std::string body = "", int status = 200, std::string answer = "{}") {
  Sent out;
  out.request = {std::move(method), std::move(target), {{"Authorization", "Basic eA=="}}, std::move(body)};
  if (out.request.method != "GET") out.request.headers.push_back(kJson.front());
  out.response = {status, kJson, std::move(answer)};
  return out;
}

Sent dataverse(std::string method, std::string path, std::string body = "", int status = 204, std::string answer = "") {
  Sent out;
  out.service = ServiceName::dataverse;
  out.request = {
      std::move(method),
      "/api/data/v9.2/" + path,
      {{"Authorization", "Bearer x"}, {"Accept", "application/json"}, {"OData-Version", "4.0"}, {"OData-MaxVersion", "4.0"}},
      std::move(body)};
  if (!out.request.body.empty()) out.request.headers.push_back(kJson.front());
  if (out.request.method == "PATCH") out.request.headers.emplace_back("If-Match", "*");
  out.response = {
      status,
      {{"Content-Type", "application/json; odata.metadata=minimal"}, {"OData-Version", "4.0"}, {"OData-EntityId", "x"}},
      std::move(answer)};
  return out;
}

Sent entra(std::string body, int status = 200,
           std::string answer = R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"x.y.z"})") {
  Sent out;
  out.service = ServiceName::entra;
  out.request = {
      "POST", "/contoso.example/oauth2/v2.0/token", {{"Content-Type", "application/x-www-form-urlencoded"}}, std::move(body)};
  out.response = {status, kJson, std::move(answer)};
  return out;
}

Sent media(std::vector<Header> headers) {
  Sent out;
  out.service = ServiceName::media;
  out.request = {"GET", "/file/1/binary?token=x", std::move(headers), ""};
  out.response = {200, {}, "x"};
  return out;
}

Sent with(Sent sent, Header header) {
  std::erase_if(sent.request.headers, [&](Header const& one) { return one.first == header.first; });
  if (!header.second.empty()) sent.request.headers.push_back(std::move(header));
  return sent;
}

Sent batch(std::string body) {
  auto out =
      dataverse("POST", "$batch", "", 200,
                "--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nOData-EntityId: x\r\n\r\n\r\n--r--\r\n");
  out.request.body = std::move(body);
  out.request.headers.emplace_back("Content-Type", "multipart/mixed; boundary=\"b\"");
  out.request.headers.emplace_back("Prefer", "odata.continue-on-error");
  out.response.headers.front().second = "multipart/mixed; boundary=r";
  return out;
}

std::string in_batch(std::string const& line, std::string const& headers, std::string const& body) {
  return "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n" + line + " HTTP/1.1\r\n" + headers +
         "\r\n" + body + "\r\n--b--\r\n";
}

std::string const kId = "11111111-2222-3333-4444-555555555555";
std::string const kPriority = R"({"fields":{"summary":"x"}})";
std::string const kForm = "grant_type=client_credentials&client_id=a&client_secret=b&scope=https%3A%2F%2Forg.example%2F.default";
std::string const kSearch = R"({"jql":"project = SUP","fields":["summary"],"maxResults":50})";
std::string const kRow =
    R"({"@odata.context":"c","@odata.etag":"W/\"5\"","incidentid":"11111111-2222-3333-4444-555555555555","title":"x"})";
std::string const kRows = R"({"@odata.context":"c","value":[)" + kRow + "]}";

std::string const kClose =
    R"~({"IncidentResolution":{"subject":"x","incidentid@odata.bind":"/incidents(11111111-2222-3333-4444-555555555555)"},"Status":5})~";

// A further member of a note's body: what it refers to.
std::string bound(std::string const& navigation, std::string const& set) {
  return ",\"" + navigation + "@odata.bind\":\"/" + set + "(" + kId + ")\"";
}

struct Row {
  char const* name;
  Sent good, bad;
  std::string path, rule;  // parts of the finding
};

std::vector<Row> rows() {
  auto const adf = [](std::string const& content) {
    return R"({"fields":{"description":{"type":"doc","version":1,"content":[)" + content + "]}}}";
  };
  auto const text = R"({"type":"paragraph","content":[{"type":"text","text":"x"}]})";
  auto const note = [](std::string const& more) {
    return dataverse("PATCH", "annotations(" + kId + ")", "{\"subject\":\"x\"" + more + "}");
  };
  auto const edit = jira("PUT", "/rest/api/3/issue/SUP-1", kPriority, 204, "");
  auto const search = jira("POST", "/rest/api/3/search/jql", kSearch);
  auto const list =
      dataverse("GET", "incidents?$select=title&$filter=statecode%20eq%200&$orderby=modifiedon%20asc", "", 200, kRows);
  auto const filter = [](std::string const& text_of_filter) {
    std::string encoded;
    for (char const c : text_of_filter) encoded += c == ' ' ? std::string("%20") : std::string(1, c);
    return dataverse("GET", "incidents?$select=title&$filter=" + encoded, "", 200, kRows);
  };
  auto const part = in_batch("PATCH /api/data/v9.2/annotations(" + kId + ")",
                             "Content-Type: application/json\r\nIf-None-Match: *\r\n", R"({"subject":"x"})");
  return {
      // Jira: address, query, headers.
      {"an unknown path", edit, jira("PUT", "/rest/api/3/issues/SUP-1", kPriority, 204, ""), "path", "no such path"},
      {"the removed search", search, jira("GET", "/rest/api/3/search?jql=x"), "path", "no such path"},
      {"an unknown method", edit, jira("PATCH", "/rest/api/3/issue/SUP-1", kPriority, 204, ""), "method", "no such method"},
      {"an unknown query parameter", jira("GET", "/rest/api/3/issue/SUP-1?fields=summary"),
       jira("GET", "/rest/api/3/issue/SUP-1?field=summary"), "query field", "no such query parameter"},
      {"a query parameter of a wrong type", jira("GET", "/rest/api/3/issue/SUP-1/comment?maxResults=5"),
       jira("GET", "/rest/api/3/issue/SUP-1/comment?maxResults=five"), "query maxResults", "type"},
      {"a query parameter that is none of its values", jira("GET", "/rest/api/3/issue/SUP-1/comment?orderBy=-created"),
       jira("GET", "/rest/api/3/issue/SUP-1/comment?orderBy=updated"), "query orderBy", "enum"},
      {"a page that is larger than allowed", jira("GET", "/rest/api/3/project/search?maxResults=100"),
       jira("GET", "/rest/api/3/project/search?maxResults=101"), "query maxResults", "maximum"},
      {"no credentials", edit, with(edit, {"Authorization", ""}), "header Authorization", "jira §1"},
      {"a write without a content type", edit, with(edit, {"Content-Type", ""}), "header Content-Type", "jira §1"},
      {"a form where JSON is wanted", edit, with(edit, {"Content-Type", "application/x-www-form-urlencoded"}),
       "header Content-Type", "takes no"},
      {"a GET with a body", jira("GET", "/rest/api/3/myself"), jira("GET", "/rest/api/3/myself", "{}"), "request body",
       "the edge rejects it"},
      {"credentials for the media host", media({}), media({{"Authorization", "Basic eA=="}}), "header Authorization", "jira §9"},
      // Jira: bodies.
      {"a wrong property", edit, jira("PUT", "/rest/api/3/issue/SUP-1", R"({"field":{}})", 204, ""), "request body/field",
       "additionalProperties"},
      {"a property of a wrong type", search, jira("POST", "/rest/api/3/search/jql", R"({"jql":"x","maxResults":"50"})"),
       "request body/maxResults", "type"},
      {"a string where a list is wanted", search, jira("POST", "/rest/api/3/search/jql", R"({"jql":"x","fields":"summary"})"),
       "request body/fields", "type"},
      {"null where none is taken", search, jira("POST", "/rest/api/3/search/jql", R"({"jql":null})"), "request body/jql", "type"},
      {"a missing required property", jira("POST", "/rest/api/3/issue/bulkfetch", R"({"issueIdsOrKeys":["1"]})"),
       jira("POST", "/rest/api/3/issue/bulkfetch", R"({"fields":["summary"]})"), "request body", "required"},
      {"a missing required property further down",
       jira("POST", "/rest/api/3/issue/SUP-1/remotelink", R"({"object":{"title":"t","url":"https://x"}})", 201,
            R"({"id":1,"self":"s"})"),
       jira("POST", "/rest/api/3/issue/SUP-1/remotelink", R"({"object":{"title":"t"}})", 201, R"({"id":1,"self":"s"})"),
       "request body/object", "required"},
      {"a property that only the service sets",
       jira("POST", "/rest/api/3/issue/SUP-1/transitions", R"({"transition":{"id":"5"}})", 204, ""),
       jira("POST", "/rest/api/3/issue/SUP-1/transitions", R"({"transition":{"id":"5","name":"Done"}})", 204, ""),
       "request body/transition/name", "additionalProperties"},
      {"a body that is no JSON", edit, jira("PUT", "/rest/api/3/issue/SUP-1", "{", 204, ""), "request body", "JSON"},
      {"no body where one is wanted", edit, jira("PUT", "/rest/api/3/issue/SUP-1", "", 204, ""), "request body", "required"},
      {"a page token that nobody gave", search, jira("POST", "/rest/api/3/search/jql", R"({"jql":"x","nextPageToken":"t"})"),
       "request body/nextPageToken", "jira §4"},
      // ADF.
      {"an unknown node", jira("PUT", "/rest/api/3/issue/SUP-1", adf(text), 204, ""),
       jira("PUT", "/rest/api/3/issue/SUP-1", adf(R"({"type":"paragraf","content":[]})"), 204, ""),
       "request body/fields/description", "adf-schema.json"},
      {"an empty text node", jira("PUT", "/rest/api/3/issue/SUP-1", adf(text), 204, ""),
       jira("PUT", "/rest/api/3/issue/SUP-1", adf(R"({"type":"paragraph","content":[{"type":"text","text":""}]})"), 204, ""),
       "request body/fields/description", "adf-schema.json"},
      {"a heading inside a list item", jira("PUT", "/rest/api/3/issue/SUP-1", adf(text), 204, ""),
       jira("PUT", "/rest/api/3/issue/SUP-1",
            adf(R"({"type":"bulletList","content":[{"type":"listItem","content":[{"type":"heading","attrs":{"level":1}}]}]})"),
            204, ""),
       "request body/fields/description", "adf-schema.json"},
      {"wiki text where ADF is wanted", jira("PUT", "/rest/api/3/issue/SUP-1", adf(text), 204, ""),
       jira("PUT", "/rest/api/3/issue/SUP-1", R"({"fields":{"description":"h1. x"}})", 204, ""),
       "request body/fields/description", "ADF"},
      {"a comment that is a string",
       jira("POST", "/rest/api/3/issue/SUP-1/comment", R"({"body":{"type":"doc","version":1,"content":[]}})", 201,
            R"({"id":"1"})"),
       jira("POST", "/rest/api/3/issue/SUP-1/comment", R"({"body":"x"})", 201, R"({"id":"1"})"), "request body/body", "ADF"},
      {"bad ADF in a bulk create",
       jira("POST", "/rest/api/3/issue/bulk", R"({"issueUpdates":[{"fields":{"summary":"x"}}]})", 201, R"({"issues":[]})"),
       jira("POST", "/rest/api/3/issue/bulk", R"({"issueUpdates":[{"fields":{"description":{"type":"doc"}}}]})", 201,
            R"({"issues":[]})"),
       "request body/issueUpdates/0/fields/description", "adf-schema.json: required"},
      // Jira: answers.
      {"an answer that the description does not have", edit, jira("PUT", "/rest/api/3/issue/SUP-1", kPriority, 202, ""),
       "status 202", "no such answer"},
      {"an answer of a wrong type", search, jira("POST", "/rest/api/3/search/jql", kSearch, 200, R"({"issues":[{"id":10001}]})"),
       "response 200 body/issues/0/id", "type"},
      {"an answer that is no JSON", search, jira("POST", "/rest/api/3/search/jql", kSearch, 200, "<html>"), "response body",
       "JSON"},
      // Dataverse: addresses.
      {"an unknown entity set", list, dataverse("GET", "incident?$select=title", "", 200, kRows), "path", "no such entity set"},
      {"a wrongly cased entity set", list, dataverse("GET", "Incidents?$select=title", "", 200, kRows), "path",
       "no such entity set"},
      {"a key that is no GUID", dataverse("GET", "incidents(" + kId + ")?$select=title", "", 200, kRow),
       dataverse("GET", "incidents(5)?$select=title", "", 200, kRow), "path", "a key is a GUID"},
      {"an unknown column in $select", list, dataverse("GET", "incidents?$select=titel", "", 200, kRows), "query $select",
       "titel is no property of incident"},
      {"a lookup selected by its navigation name", list, dataverse("GET", "incidents?$select=ownerid", "", 200, kRows),
       "query $select", "_name_value"},
      {"an unknown column in $filter", list, filter("state eq 0"), "query $filter", "state is no property"},
      {"a literal of a wrong type", list, filter("statecode eq 'Active'"), "query $filter", "no literal of Edm.Int32"},
      {"a time in quotation marks", filter("modifiedon ge 2026-01-01T00:00:00Z"), filter("modifiedon ge '2026-01-01T00:00:00Z'"),
       "query $filter", "no literal of Edm.DateTimeOffset"},
      {"an unknown operator", list, filter("statecode = 0"), "query $filter", "an operator is missing"},
      {"an unclosed bracket", filter("(statecode eq 0 or statecode eq 1)"), filter("(statecode eq 0 or statecode eq 1"),
       "query $filter", "is missing"},
      {"an unknown column in $orderby", list, dataverse("GET", "incidents?$select=title&$orderby=changedon", "", 200, kRows),
       "query $orderby", "changedon"},
      {"an unknown navigation in $expand",
       dataverse("GET", "incidents?$select=title&$expand=customerid_account($select=name)", "", 200, kRows),
       dataverse("GET", "incidents?$select=title&$expand=customerid($select=name)", "", 200, kRows), "query $expand",
       "no navigation property"},
      {"an unknown column within $expand",
       dataverse("GET", "incidents?$select=title&$expand=customerid_account($select=name)", "", 200, kRows),
       dataverse("GET", "incidents?$select=title&$expand=customerid_account($select=title)", "", 200, kRows),
       "query $expand/customerid_account $select", "title is no property of account"},
      {"an option that the service lacks", list, dataverse("GET", "incidents?$select=title&$skip=5", "", 200, kRows),
       "query $skip", "dataverse §7"},
      {"a wrongly cased option", list, dataverse("GET", "incidents?$Select=title", "", 200, kRows), "query $Select",
       "dataverse §7"},
      {"an invented page link", list, dataverse("GET", "incidents?$select=title&$skiptoken=x", "", 200, kRows),
       "query $skiptoken", "dataverse §8"},
      {"an unknown function", dataverse("GET", "WhoAmI", "", 200, R"({"@odata.context":"c"})"),
       dataverse("GET", "WhoIAm", "", 200, R"({"@odata.context":"c"})"), "path", "no such entity set, function or action"},
      {"a function that is POSTed", dataverse("GET", "WhoAmI", "", 200, R"({"@odata.context":"c"})"),
       dataverse("POST", "WhoAmI", "{}", 200, R"({"@odata.context":"c"})"), "method", "a function is asked by GET"},
      {"a bound function on another table",
       dataverse("GET", "systemusers(" + kId + ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", "", 200,
                 R"({"@odata.context":"c","RolePrivileges":[]})"),
       dataverse("GET", "incidents(" + kId + ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", "", 200,
                 R"({"@odata.context":"c"})"),
       "path", "nor an operation bound to it"},
      {"a cast to a type that is not below",
       dataverse("GET",
                 "EntityDefinitions(LogicalName='incident')/Attributes/"
                 "Microsoft.Dynamics.CRM.StringAttributeMetadata?$select=MaxLength",
                 "", 200, R"({"@odata.context":"c","value":[]})"),
       dataverse(
           "GET",
           "EntityDefinitions(LogicalName='incident')/Attributes/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=MaxLength", "",
           200, R"({"@odata.context":"c","value":[]})"),
       "path", "neither a type below"},
      // Dataverse: headers.
      {"no OData version", list, with(list, {"OData-Version", ""}), "header OData-Version", "dataverse §2"},
      {"an unknown preference", with(list, {"Prefer", "odata.maxpagesize=100"}), with(list, {"Prefer", "maxpagesize=100"}),
       "header Prefer", "no preference"},
      {"a page that is too large", with(list, {"Prefer", "odata.maxpagesize=5000"}),
       with(list, {"Prefer", "odata.maxpagesize=5001"}), "header Prefer", "no preference"},
      {"a PATCH that may create unasked", note(""), with(note(""), {"If-Match", ""}), "header If-Match", "dataverse §12"},
      {"an etag that is none", with(note(""), {"If-Match", "W/\"5\""}), with(note(""), {"If-Match", "5"}), "header If-Match",
       "an etag"},
      // Dataverse: bodies.
      {"an unknown column in a body", note(""), note(R"(,"noteText":"x")"), "request body/noteText", "no property of annotation"},
      {"a value of a wrong type", note(R"(,"isdocument":true)"), note(R"(,"isdocument":"true")"), "request body/isdocument",
       "no value of Edm.Boolean"},
      {"a wrong bind name", note(bound("objectid_incident", "incidents")), note(bound("objectid", "incidents")),
       "request body/objectid@odata.bind", "no single-valued navigation property"},
      {"a bind to another table", note(bound("objectid_incident", "incidents")), note(bound("objectid_incident", "accounts")),
       "request body/objectid_incident@odata.bind", "refers to incident"},
      {"a lookup that is written as a value", note(""), note(R"(,"_objectid_value":"11111111-2222-3333-4444-555555555555")"),
       "request body/_objectid_value", "@odata.bind"},
      {"a text that is longer than its column", note(""), note(",\"filename\":\"" + std::string(256, 'x') + "\""),
       "request body/filename", "longer than 255"},
      {"a column that nobody may write", note(""), note(R"(,"filesize":5)"), "request body/filesize", "not valid for an update"},
      {"a parameter that the action lacks", dataverse("POST", "CloseIncident", kClose),
       dataverse("POST", "CloseIncident", kClose.substr(0, kClose.size() - 1) + R"(,"State":1})"), "request body/State",
       "no parameter"},
      {"a missing parameter", dataverse("POST", "CloseIncident", kClose), dataverse("POST", "CloseIncident", R"({"Status":5})"),
       "request body/IncidentResolution", "required"},
      {"a wrong column within a parameter", dataverse("POST", "CloseIncident", kClose),
       dataverse("POST", "CloseIncident", R"({"IncidentResolution":{"title":"x"},"Status":5})"),
       "request body/IncidentResolution/title", "no property of incidentresolution"},
      // Dataverse: batches and answers.
      {"a bare line feed in a batch", batch(part), batch("--b\nContent-Type: application/http\n\n--b--\n"), "request body",
       "CRLF"},
      {"a wrong column in a part", batch(part),
       batch(in_batch("PATCH /api/data/v9.2/annotations(" + kId + ")", "Content-Type: application/json\r\nIf-None-Match: *\r\n",
                      R"({"text":"x"})")),
       "part 1: request body/text", "no property of annotation"},
      {"a value of a wrong type in an answer", list,
       dataverse("GET", "incidents?$select=title", "", 200, R"({"@odata.context":"c","value":[{"title":5}]})"),
       "response 200 body/value/0/title", "no value of Edm.String"},
      {"a selected column that the answer lacks", list, dataverse("GET", "incidents?$select=title,statecode", "", 200, kRows),
       "response 200 body/value/0/statecode", "selected and is missing"},
      {"an error in another shape",
       dataverse("GET", "incidents?$select=title", "", 400, R"({"error":{"code":"0x0","message":"m"}})"),
       dataverse("GET", "incidents?$select=title", "", 400, R"({"message":"m"})"), "response 400 body", "dataverse §4"},
      {"a created record without its address", dataverse("POST", "annotations", R"({"subject":"x"})"),
       [] {
         auto out = dataverse("POST", "annotations", R"({"subject":"x"})");
         out.response.headers.pop_back();
         return out;
       }(),
       "response header OData-EntityId", "dataverse §2"},
      // Entra.
      {"a token request without its secret", entra(kForm),
       entra("grant_type=client_credentials&client_id=a&scope=https%3A%2F%2Forg.example%2F.default"),
       "request body/client_secret", "required"},
      {"a field of another grant", entra(kForm), entra(kForm + "&username=x"), "request body/username", "entra §1"},
      {"a scope with two slashes", entra(kForm),
       entra("grant_type=client_credentials&client_id=a&client_secret=b&scope=https%3A%2F%2Forg.example%2F%2F.default"),
       "request body/scope", "entra §1"},
      {"a secret that is not encoded", entra(kForm), entra(kForm + "&x=a+b"), "request body", "percent-encoded"},
      {"a token without a life", entra(kForm), entra(kForm, 200, R"({"token_type":"Bearer","access_token":"x"})"),
       "response 200 body/expires_in", "entra §2"},
      {"a refusal without its code", entra(kForm), entra(kForm, 401, R"({"error":"invalid_client"})"),
       "response 401 body/error_codes", "entra §3"},
  };
}

std::vector<contract::Finding> findings_of(contract::Contracts const& contracts, Sent const& sent) {
  contract::Session session;
  return contracts.check({sent.service, sent.request, sent.response}, session);
}

}  // namespace

TEST_CASE("each deliberate departure from the contracts is found, with its place and its rule [contract]") {
  auto const* const contracts = contracts_or_skip();
  if (contracts == nullptr) return;
  for (auto const& row : rows()) {
    INFO(row.name);
    for (auto const& finding : findings_of(*contracts, row.good)) FAIL_CHECK("the good one is not good: " << finding.to_line());
    auto const found = findings_of(*contracts, row.bad);
    bool const named = std::any_of(found.begin(), found.end(), [&](contract::Finding const& one) {
      return one.path.find(row.path) != std::string::npos && one.rule.find(row.rule) != std::string::npos;
    });
    std::string all;
    for (auto const& finding : found) all += finding.to_line() + "\n";
    INFO("found: " << all);
    CHECK(named);
  }
}

TEST_CASE("what is answered may hold null and unknown members [contract]") {
  auto const* const contracts = contracts_or_skip();
  if (contracts == nullptr) return;
  auto const issue = jira("GET", "/rest/api/3/issue/SUP-1", "", 200, R"({"id":"1","key":null,"fields":{},"brandNew":[1]})");
  auto const row =
      dataverse("GET", "incidents?$select=title", "", 200, R"({"@odata.context":"c","value":[{"title":null,"brandnew":[1]}]})");
  for (auto const& sent : {issue, row}) {
    for (auto const& finding : findings_of(*contracts, sent)) FAIL_CHECK(finding.to_line());
  }
}

TEST_CASE("a field's value must be of the kind that createmeta told [contract, jira §6]") {
  auto const* const contracts = contracts_or_skip();
  if (contracts == nullptr) return;
  contract::Session session;
  session.fields["customfield_1"] = {"string", "", "", "textarea"};
  session.fields["customfield_2"] = {"number", "", "", "float"};
  session.fields["customfield_3"] = {"array", "option", "", "multiselect"};
  session.fields["customfield_4"] = {"date", "", "", "datepicker"};
  session.fields["assignee"] = {"user", "", "assignee", ""};
  auto const found = [&](std::string const& fields) {
    auto const sent = jira("PUT", "/rest/api/3/issue/SUP-1", "{\"fields\":{" + fields + "}}", 204, "");
    auto const all = contracts->check({sent.service, sent.request, sent.response}, session);
    return all.empty() ? std::string() : all.front().to_line();
  };
  CHECK(
      found(
          R"("customfield_1":{"type":"doc","version":1,"content":[]},"customfield_2":2.5,"customfield_3":[{"id":"1"}],"customfield_4":"2026-01-02","assignee":{"accountId":"a"})") ==
      "");
  CHECK(found(R"("customfield_1":null,"customfield_2":null,"assignee":null)") == "");
  CHECK(found(R"("customfield_1":"text")").find("ADF") != std::string::npos);
  CHECK(found(R"("customfield_2":"2.5")").find("type number") != std::string::npos);
  CHECK(found(R"("customfield_3":{"id":"1"})").find("takes a list") != std::string::npos);
  CHECK(found(R"("customfield_3":["red"])").find("{id} or {value}") != std::string::npos);
  CHECK(found(R"("customfield_4":"02.01.2026")").find("yyyy-MM-dd") != std::string::npos);
  CHECK(found(R"("assignee":{"name":"alice"})").find("accountId") != std::string::npos);
}
