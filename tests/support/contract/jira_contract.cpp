#include "support/contract/jira_contract.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

#include "support/contract/jira_fields.hpp"
#include "support/contract/query_value.hpp"

namespace tandem::test::contract {

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    auto const slash = path.find('/');
    if (slash != 0) out.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return out;
}

std::string lower_method(std::string_view method) { return text::ascii_lower(method); }

std::string media_type(std::string_view header) { return text::ascii_lower(text::trimmed(header.substr(0, header.find(';')))); }

std::string_view header_of(sandbox::Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers) {
    if (text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

// A scoped token speaks to /ex/jira/{cloudId}/rest/… (jira §1).
constexpr std::string_view kGateway = "/ex/jira/";

// Where the published description errs, by what sites really take and answer: its schema is not applied there.
struct Erratum {
  std::string_view method, path;
  int status;  // of the answer; 0 = the request's body
  std::string_view reason;
};
constexpr Erratum kErrata[] = {
    {"PUT", "/rest/api/3/issue/{issueIdOrKey}/assignee", 0, "null unassigns (jira §2), though accountId is described as a text"},
    {"GET", "/rest/api/3/issue/{issueIdOrKey}/remotelink", 200, "a list is answered (jira §2), though one link is described"},
};

// Requests that the description at hand leaves out, with the schema that it has all the same for body and answer; "": it has none either.
struct LeftOut {
  std::string_view method, path;
  char const* schema;
};
constexpr LeftOut kLeftOut[] = {{"POST", "/rest/api/3/component", "ProjectComponent"},
                                {"POST", "/rest/api/3/version", "Version"},
                                {"POST", "/rest/api/3/workflows", ""}};

bool described_wrongly(std::string_view method, std::string_view path, int status) {
  return std::any_of(std::begin(kErrata), std::end(kErrata),
                     [&](Erratum const& one) { return one.method == method && one.path == path && one.status == status; });
}

// Statuses that any endpoint may answer, though its description does not list them (jira §1, §11).
bool general(int status) { return status == 401 || status == 403 || status == 404 || status == 429 || status >= 500; }

}  // namespace

JiraContract::JiraContract(json::Value openapi, json::Value const& adf_schema)
    : openapi_(std::move(openapi)), adf_(Schema::compile(adf_schema)) {
  for (auto const& [path, item] : openapi_["paths"].members()) endpoints_.push_back({segments_of(path), path, &item});
  // A literal segment wins over a parameter: issue/bulk before issue/{issueIdOrKey}.
  std::stable_sort(endpoints_.begin(), endpoints_.end(), [](Endpoint const& a, Endpoint const& b) {
    auto const holes = [](Endpoint const& one) { return std::count(one.text.begin(), one.text.end(), '{'); };
    return holes(a) < holes(b);
  });
}

JiraContract::Endpoint const* JiraContract::endpoint_of(std::string_view path) const {
  auto const segments = segments_of(path);
  for (auto const& endpoint : endpoints_) {
    if (std::equal(
            segments.begin(), segments.end(), endpoint.segments.begin(), endpoint.segments.end(),
            [](std::string const& given, std::string const& wanted) { return wanted.starts_with('{') || given == wanted; })) {
      return &endpoint;
    }
  }
  return nullptr;
}

Schema const& JiraContract::schema_for(std::string const& key, json::Value const& node, Reading reading) const {
  std::lock_guard const guard(mutex_);
  auto const found = schemas_.find(key);
  if (found != schemas_.end()) return found->second;
  return schemas_.emplace(key, Schema::compile(draft4_of(openapi_["components"]["schemas"], node, reading))).first->second;
}

std::vector<std::string> JiraContract::paths(std::string_view method) const {
  std::vector<std::string> out;
  for (auto const& endpoint : endpoints_) {
    if (endpoint.item->has(method)) out.push_back(endpoint.text);
  }
  return out;
}

void JiraContract::check(sandbox::Exchange const& exchange, Session& session, Findings& findings) const {
  auto const& request = exchange.request;
  if (exchange.service == sandbox::ServiceName::media) return check_media(exchange, findings);
  auto path = request.raw_path();
  if (path == "/oauth/token") return check_sign_in(exchange, findings);
  if (path.starts_with(kGateway)) path.erase(0, std::min(path.find('/', kGateway.size()), path.size()));
  if (path == "/_edge/tenant_info" && request.method == "GET") return;  // undocumented, jira §1
  for (auto const& one : kLeftOut) {
    if (request.method == one.method && path == one.path) return check_left_out(exchange, one.schema, findings);
  }
  auto const* const endpoint = endpoint_of(path);
  if (endpoint == nullptr) return findings.add("path", "jira-openapi.json has no such path");
  auto const& operation = (*endpoint->item)[lower_method(request.method)];
  if (!operation.is_object()) return findings.add("method", "jira-openapi.json has no such method for " + endpoint->text);
  check_query(request, operation, findings);
  check_headers(request, operation, findings);
  check_body(request, *endpoint, operation, session, findings);
  check_answer(exchange, *endpoint, operation, session, findings);
}

void JiraContract::check_query(sandbox::Request const& request, json::Value const& operation, Findings& findings) const {
  auto const given = request.query();
  for (auto const& [name, value] : given) {
    auto const at = "query " + name;
    json::Value const* found = nullptr;
    for (auto const& parameter : operation["parameters"].items()) {
      if (parameter["in"].text() == "query" && parameter["name"].text() == name) found = &parameter;
    }
    if (found == nullptr) {
      findings.add(at, "jira-openapi.json lists no such query parameter");
    } else if (auto const fault = query_fault((*found)["schema"], value)) {
      findings.add(at, "jira-openapi.json: " + *fault);
    }
  }
  for (auto const& parameter : operation["parameters"].items()) {
    if (parameter["in"].text() != "query" || !parameter["required"].truthy()) continue;
    if (std::none_of(given.begin(), given.end(), [&](auto const& one) { return one.first == parameter["name"].text(); })) {
      findings.add("query " + parameter["name"].text_or(""), "jira-openapi.json: required");
    }
  }
}

void JiraContract::check_headers(sandbox::Request const& request, json::Value const& operation, Findings& findings) const {
  auto const authorization = request.header("Authorization");
  if (!authorization.starts_with("Basic ") && !authorization.starts_with("Bearer ")) {
    findings.add("header Authorization", "a request signs in (jira §1)");
  }
  auto const type = media_type(request.header("Content-Type"));
  auto const& content = operation["requestBody"]["content"];
  if (request.method == "GET") {
    if (!request.body.empty()) findings.add("request body", "a GET carries none: the edge rejects it (jira §1)");
    return;
  }
  if (type.empty()) return findings.add("header Content-Type", "every request but GET names one (jira §1)");
  if (content.is_object() && !content.has(type)) findings.add("header Content-Type", "jira-openapi.json takes no " + type);
  if (content.has("multipart/form-data") && request.header("X-Atlassian-Token") != "no-check") {
    findings.add("header X-Atlassian-Token", "an upload says no-check (jira §9)");
  }
}

void JiraContract::check_body(sandbox::Request const& request, Endpoint const& endpoint, json::Value const& operation,
                              Session& session, Findings& findings) const {
  auto const& description = operation["requestBody"];
  if (request.method == "GET") return;
  if (!description.is_object()) {
    if (!request.body.empty()) findings.add("request body", "jira-openapi.json takes none");
    return;
  }
  if (description["content"].has("multipart/form-data")) {
    if (request.body.find("name=\"file\"") == std::string::npos)
      findings.add("request body", "the part is called file (jira §9)");
    return;
  }
  if (request.body.empty()) {
    if (description["required"].truthy()) findings.add("request body", "jira-openapi.json: required");
    return;
  }
  auto const body = json::parse(request.body);
  if (!body) return findings.add("request body", body.error().message);
  auto const& node = description["content"]["application/json"]["schema"];
  auto const& schema = schema_for(request.method + " " + endpoint.text, node, Reading::strict);
  auto const failure = schema.check(*body);
  if (failure && !described_wrongly(request.method, endpoint.text, 0)) {
    findings.add("request body" + failure->at, "jira-openapi.json: " + failure->keyword);
  }
  check_field_values(endpoint.text, *body, session, adf_, findings);
  if (endpoint.text != "/rest/api/3/search/jql") return;
  auto query = *body;
  auto const token = query["nextPageToken"].text_or("");
  if (token.empty()) return;
  query.if_object()->erase("nextPageToken");
  auto const issued = session.search_tokens.find(token);
  if (issued == session.search_tokens.end()) {
    findings.add("request body/nextPageToken", "no answer gave this token (jira §4)");
  } else if (issued->second != json::to_canonical(query)) {
    findings.add("request body", "a page token belongs to its query: jql, fields and the rest stay the same (jira §4)");
  }
}

void JiraContract::check_answer(sandbox::Exchange const& exchange, Endpoint const& endpoint, json::Value const& operation,
                                Session& session, Findings& findings) const {
  auto const& response = exchange.response;
  auto const status = fmt::to_string(response.status);
  auto const& description = operation["responses"][status];
  if (!description.is_object()) {
    if (!general(response.status)) findings.add("status " + status, "jira-openapi.json describes no such answer");
    return;
  }
  auto const& node = description["content"]["application/json"]["schema"];
  if (node.members().empty()) return;  // nothing, or anything, also no body
  if (response.body.empty()) {
    if (response.status < 300) findings.add("response body", "is missing");
    return;
  }
  if (media_type(header_of(response, "Content-Type")) != "application/json") {
    if (response.status < 300) findings.add("response header Content-Type", "is not application/json");
    return;  // a refusal may be HTML or plain text (jira §1)
  }
  auto const body = json::parse(response.body);
  if (!body) return findings.add("response body", body.error().message);
  auto const& schema =
      schema_for(fmt::format("{} {} {}", exchange.request.method, endpoint.text, status), node, Reading::lenient);
  auto const failure = schema.check(*body);
  if (failure && !described_wrongly(exchange.request.method, endpoint.text, response.status)) {
    findings.add(fmt::format("response {} body{}", status, failure->at), "jira-openapi.json: " + failure->keyword);
  }
  if (response.status != 200) return;
  learn_fields(endpoint.text, *body, session);
  if (endpoint.text == "/rest/api/3/search/jql" && exchange.request.method == "POST") {
    auto const token = (*body)["nextPageToken"].text_or("");
    auto query = json::parse(exchange.request.body).value_or(json::Value());
    if (token.empty() || !query.is_object()) return;
    query.if_object()->erase("nextPageToken");
    session.search_tokens[token] = json::to_canonical(query);
  }
}

void JiraContract::check_left_out(sandbox::Exchange const& exchange, std::string const& schema, Findings& findings) const {
  check_headers(exchange.request, json::Object{}, findings);
  if (schema.empty()) return;
  json::Value const node = json::Object{{"$ref", "#/components/schemas/" + schema}};
  auto const check = [&](std::string const& what, std::string const& text, Reading reading) {
    auto const body = json::parse(text);
    if (!body) return findings.add(what, body.error().message);
    if (auto const failure = schema_for(what + " " + schema, node, reading).check(*body))
      findings.add(what + failure->at, "jira-openapi.json, " + schema + ": " + failure->keyword);
  };
  check("request body", exchange.request.body, Reading::strict);
  if (exchange.response.status == 201)
    check("response body", exchange.response.body, Reading::lenient);
  else if (exchange.response.status != 400 && !general(exchange.response.status))
    findings.add("status " + fmt::to_string(exchange.response.status), "no such answer is known");
}

// A service account's token, from a host of its own (jira §1).
void JiraContract::check_sign_in(sandbox::Exchange const& exchange, Findings& findings) {
  auto const& request = exchange.request;
  if (request.method != "POST") findings.add("method", "a token is asked for by POST (jira §1)");
  if (media_type(request.header("Content-Type")) != "application/json")
    findings.add("header Content-Type", "is application/json (jira §1)");
  auto const body = json::parse(request.body);
  if (!body) return findings.add("request body", body.error().message);
  for (auto const* const name : {"grant_type", "client_id", "client_secret"}) {
    if ((*body)[name].text().empty())
      findings.add(std::string("request body/") + name, "required: the field is missing (jira §1)");
  }
  if ((*body)["grant_type"].text() != "client_credentials")
    findings.add("request body/grant_type", "is client_credentials (jira §1)");
  if (exchange.response.status != 200) return;
  auto const answer = json::parse(exchange.response.body);
  if (!answer || (*answer)["access_token"].text().empty() || !(*answer)["expires_in"].integer()) {
    findings.add("response 200 body", "has access_token and expires_in (jira §1)");
  }
}

// The media host is no part of the API: the signed address is all that it wants (jira §9).
void JiraContract::check_media(sandbox::Exchange const& exchange, Findings& findings) {
  if (exchange.request.method != "GET") findings.add("method", "a file is fetched by GET (jira §9)");
  if (!exchange.request.header("Authorization").empty()) {
    findings.add("header Authorization", "the media host must never see credentials (jira §9)");
  }
}

}  // namespace tandem::test::contract
