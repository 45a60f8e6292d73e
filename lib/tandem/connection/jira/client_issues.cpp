// Issues: create, read, edit, search.
#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/bulk.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

Error unreadable_write(std::string_view endpoint) {
  return {ErrorKind::unknown_outcome,
          "Jira's answer to a write cannot be read; it will be settled",
          {{"endpoint", std::string(endpoint)}}};
}

Result<std::vector<Issue>> read_issues(json::Value const& body, std::string_view endpoint) {
  if (!body["issues"].is_array()) {
    return fail(Error{
        ErrorKind::remote, "Jira answered with something that is no list of issues", {{"endpoint", std::string(endpoint)}}});
  }
  std::vector<Issue> issues;
  for (auto const& row : body["issues"].items()) {
    TANDEM_TRY(auto issue, read_issue(row));
    issues.push_back(std::move(issue));
  }
  return issues;
}

}  // namespace

Client::Client(std::string base_url, std::string site_url, http::Transport& transport, std::string media_host)
    : base_url_(std::move(base_url)), site_url_(std::move(site_url)), transport_(transport), media_host_(std::move(media_host)) {}

Result<Myself> Client::myself() {
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", "/myself", "/myself")));
  Myself out{std::string(body["accountId"].text()), std::string(body["displayName"].text()),
             std::string(body["emailAddress"].text()), std::string(body["timeZone"].text())};
  if (out.account_id.empty()) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("{} does not answer as Jira Cloud does; check the site's URL", base_url_),
                      {{"service", "jira"}}});
  }
  return out;
}

Result<Instant> Client::server_time() {
  auto const request = make_request(base_url_, "GET", "/myself", "/myself");
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::read));
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, request.endpoint));
  if (auto const date = reply.date()) return *date;
  return fail(Error{ErrorKind::remote, "Jira's answer has no Date", {{"endpoint", request.endpoint}}});
}

Result<BulkCreated> Client::create_issues(std::vector<json::Object> const& updates) {
  if (updates.empty()) return BulkCreated{};
  if (updates.size() > kMostBulk)
    return fail(ErrorKind::internal, fmt::format("{} issues in one bulk create, more than {}", updates.size(), kMostBulk));
  json::Array elements;
  for (auto const& update : updates) elements.emplace_back(update);
  auto request = make_request(base_url_, "POST", "/issue/bulk", "/issue/bulk");
  request.body = json::to_text(json::Object{{"issueUpdates", std::move(elements)}});
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  auto const body = json::parse(reply.body);
  // 201 when any was made, 400 in the same form when none was (§5).
  bool const bulk_form = body && (body->has("issues") || (body->has("errors") && (*body)["errors"].is_array()));
  if (reply.status == 201 || reply.status == 200) {
    if (!body) return fail(unreadable_write(request.endpoint));
    auto mapped = map_bulk(*body, updates.size());
    if (!mapped) return fail(std::move(mapped).error().with("endpoint", request.endpoint));
    return mapped;
  }
  if (reply.status == 400 && bulk_form) {
    if (auto mapped = map_bulk(*body, updates.size())) return mapped;
  }
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<std::vector<Issue>> Client::bulk_fetch(std::vector<std::string> const& ids_or_keys, std::vector<std::string> const& fields,
                                              std::vector<std::string> const& properties) {
  if (ids_or_keys.empty()) return std::vector<Issue>{};
  if (ids_or_keys.size() > kMostFetch)
    return fail(ErrorKind::internal, fmt::format("{} issues in one fetch, more than {}", ids_or_keys.size(), kMostFetch));
  auto request = make_request(base_url_, "POST", "/issue/bulkfetch", "/issue/bulkfetch");
  request.repeat = http::Repeat::safe;
  json::Object body{{"issueIdsOrKeys", string_array(ids_or_keys)}, {"fields", string_array(fields)}};
  if (!properties.empty()) body.append("properties", string_array(properties));
  request.body = json::to_text(body);
  TANDEM_TRY(auto const answer, read(transport_, request));
  return read_issues(answer, request.endpoint);
}

Result<std::optional<Issue>> Client::get(std::string const& id_or_key, std::vector<std::string> const& fields,
                                         std::vector<std::string> const& properties) {
  auto path =
      fmt::format("/issue/{}?fields={}", text::percent_encoded(id_or_key), fields.empty() ? "summary" : comma_list(fields));
  if (!properties.empty()) path += "&properties=" + comma_list(properties);
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/issue/{id}")));
  if (!body) return std::optional<Issue>{};
  TANDEM_TRY(auto issue, read_issue(*body));
  return std::optional<Issue>(std::move(issue));
}

Result<Issue> Client::edit(std::string const& id, json::Object const& body) {
  auto request =
      make_request(base_url_, "PUT", fmt::format("/issue/{}?returnIssue=true", text::percent_encoded(id)), "/issue/{id}");
  request.body = json::to_text(body);
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 200) {
    auto const parsed = json::parse(reply.body);
    if (parsed) {
      if (auto issue = read_issue(*parsed)) return issue;
    }
    return fail(unreadable_write(request.endpoint));
  }
  if (reply.status == 204) {  // this site does not return the issue
    TANDEM_TRY(auto issue, get(id, {"*all"}, {}));
    if (issue) return std::move(*issue);
    return fail(Error{ErrorKind::not_found, "the issue is gone right after it was written", {{"endpoint", request.endpoint}}});
  }
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<SearchPage> Client::search(Search const& search, std::string const& token) {
  auto request = make_request(base_url_, "POST", "/search/jql", "/search/jql");
  request.repeat = http::Repeat::safe;
  json::Object body{{"jql", search.jql}, {"maxResults", search.page_size}};
  if (!search.fields.empty()) body.append("fields", string_array(search.fields));
  if (!search.properties.empty()) body.append("properties", string_array(search.properties));
  if (!token.empty()) body.append("nextPageToken", token);
  request.body = json::to_text(body);
  TANDEM_TRY(auto const answer, read(transport_, request));
  SearchPage page;
  TANDEM_TRY(page.issues, read_issues(answer, request.endpoint));
  page.next_token = answer["isLast"].truthy() ? std::string() : std::string(answer["nextPageToken"].text());
  if (!token.empty() && page.next_token == token) {
    return fail(
        Error{ErrorKind::remote, "Jira's search answers with the same page token again", {{"endpoint", request.endpoint}}});
  }
  return page;
}

std::string Client::issue_url(std::string const& key) const {
  return fmt::format("{}/browse/{}", site_url_, text::percent_encoded(key));
}

std::string quoted_jql(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

}  // namespace tandem::jira
