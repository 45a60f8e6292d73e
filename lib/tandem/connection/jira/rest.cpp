#include <tandem/connection/jira/rest.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/errors.hpp>

namespace tandem::jira {

http::Request make_request(std::string_view base_url, std::string method, std::string const& path, std::string_view endpoint) {
  http::Request request;
  request.service = http::Service::jira;
  request.url = fmt::format("{}/rest/api/3{}", base_url, path);
  request.endpoint = fmt::format("{} /rest/api/3{}", method, endpoint);
  request.headers = {{"Accept", "application/json"}};
  if (method == "GET") {
    request.repeat = http::Repeat::safe;
  } else {
    request.headers.emplace_back("Content-Type", "application/json");
  }
  request.method = std::move(method);
  return request;
}

Result<http::Response> exchange_signed_in(http::Transport& transport, http::Request const& request, http::Access access) {
  TANDEM_TRY(auto reply, http::exchange(transport, request, access));
  if (auto dead = dead_token(reply)) return fail(std::move(*dead).with("endpoint", request.endpoint));
  return reply;
}

Result<json::Value> read_body(http::Response const& response, std::string_view endpoint) {
  auto parsed = json::parse(response.body);
  if (parsed && (parsed->is_object() || parsed->is_array())) return parsed;
  Error error{ErrorKind::remote,
              fmt::format("Jira answered {} with something that is not JSON{}; check the site's URL", endpoint,
                          parsed ? " of the expected form" : ""),
              {{"endpoint", std::string(endpoint)}, {"status", fmt::to_string(response.status)}}};
  if (auto const id = response.header("Atl-Traceid")) error.context.emplace_back("request-id", http::one_line(*id, 64));
  return fail(std::move(error));
}

Result<json::Value> read(http::Transport& transport, http::Request const& request) {
  TANDEM_TRY(auto const reply, exchange_signed_in(transport, request, http::Access::read));
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, request.endpoint));
  return read_body(reply, request.endpoint);
}

Result<std::optional<json::Value>> read_optional(http::Transport& transport, http::Request const& request) {
  TANDEM_TRY(auto const reply, exchange_signed_in(transport, request, http::Access::read));
  if (reply.status == 404) {
    auto const body = json::parse(reply.body, {.bytes = 1U << 20U});
    if (body && (body->has("errorMessages") || body->has("errors"))) return std::optional<json::Value>{};
    auto error = error_of(reply, http::Access::read, request.endpoint);
    error.kind = ErrorKind::remote;
    error.message = "the answer 404 does not come from Jira itself; check the site's URL";
    return fail(std::move(error));
  }
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, request.endpoint));
  TANDEM_TRY(auto body, read_body(reply, request.endpoint));
  return std::optional<json::Value>(std::move(body));
}

Result<Issue> read_issue(json::Value const& value) {
  Issue issue;
  issue.id = value["id"].scalar_text();
  issue.key = value["key"].text();
  if (issue.id.empty()) return fail(ErrorKind::remote, "Jira answered with an issue that has no id");
  issue.fields = value["fields"].members();
  issue.properties = value["properties"].members();
  return issue;
}

namespace {

AllowedValue read_allowed(json::Value const& value) {
  if (!value.is_object()) return {value.scalar_text(), value.scalar_text()};
  return {value["id"].scalar_text(), value.has("value") ? value["value"].scalar_text() : value["name"].scalar_text()};
}

}  // namespace

Field read_field(json::Value const& value) {
  Field field;
  field.id = value.has("fieldId") ? value["fieldId"].scalar_text() : value["id"].scalar_text();
  if (field.id.empty()) field.id = value["key"].text();
  field.name = value["name"].text_or(field.id);
  field.required = value["required"].truthy();
  field.has_default = value["hasDefaultValue"].truthy();
  auto const& schema = value["schema"];
  field.type = schema["type"].text();
  field.items = schema["items"].text();
  field.system = schema["system"].text();
  auto const custom = schema["custom"].text();
  field.custom = custom.substr(custom.rfind(':') == std::string_view::npos ? 0 : custom.rfind(':') + 1);
  for (auto const& one : value["allowedValues"].items()) {
    field.allowed.push_back(read_allowed(one));
    for (auto const& child : one["children"].items()) field.allowed.back().children.push_back(read_allowed(child));
  }
  for (auto const& operation : value["operations"].items()) field.operations.emplace_back(operation.text());
  return field;
}

std::string comma_list(std::vector<std::string> const& values) {
  std::string list;
  for (auto const& value : values) {
    if (!list.empty()) list += ',';
    list += text::percent_encoded(value);
  }
  return list;
}

json::Value string_array(std::vector<std::string> const& values) {
  json::Array array;
  for (auto const& value : values) array.emplace_back(value);
  return array;
}

}  // namespace tandem::jira
