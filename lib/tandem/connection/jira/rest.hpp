// Building Jira requests and reading Jira JSON (contract: jira.md §1, §3, §4, §6).
#pragma once

#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/http/exchange.hpp>
#include <tandem/connection/jira/model/field.hpp>
#include <tandem/connection/jira/model/issue.hpp>

namespace tandem::jira {

// `path` begins behind /rest/api/3 and holds ids, `endpoint` is the same with {id} in their place. Every method but GET gets
// `Content-Type: application/json`, since a bodyless DELETE without it is answered 415.
http::Request make_request(std::string_view base_url, std::string method, std::string const& path, std::string_view endpoint);

// Sends and refuses a dead token whatever the status.
Result<http::Response> exchange_signed_in(http::Transport& transport, http::Request const& request, http::Access access);
// A read that must be 200 with JSON.
Result<json::Value> read(http::Transport& transport, http::Request const& request);
// As before; nothing for a 404 of Jira's own (a page of something in between is an error, since absence has consequences).
Result<std::optional<json::Value>> read_optional(http::Transport& transport, http::Request const& request);
Result<json::Value> read_body(http::Response const& response, std::string_view endpoint);

// Errors: remote when it has no id.
Result<Issue> read_issue(json::Value const& value);
// A row of createmeta or of /field.
Field read_field(json::Value const& value);

std::string comma_list(std::vector<std::string> const& values);  // percent-encoded one by one
json::Value string_array(std::vector<std::string> const& values);

}  // namespace tandem::jira
