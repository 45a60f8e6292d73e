#include "contract/guest.hpp"

#include <algorithm>
#include <stdexcept>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::test {

namespace {

sandbox::Box fresh_box() {
  sandbox::WorldOptions options;
  options.fixed_now = parse_instant("2026-11-02T09:00:00Z");
  auto box = sandbox::make_world(options);
  if (!box) throw std::runtime_error(box.error().to_line());
  return std::move(*box);
}

json::Value good(sandbox::Response const& response, std::string const& asked) {
  if (response.status > 299) throw std::runtime_error(asked + ": " + std::to_string(response.status) + " " + response.body);
  return response.body.empty() ? json::Value() : json_of(response);
}

bool has(std::vector<sandbox::Header> const& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](auto const& one) { return text::equal_ignoring_case(one.first, name); });
}

}  // namespace

std::string header_of(sandbox::Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers) {
    if (text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

json::Value json_of(sandbox::Response const& response) {
  auto parsed = json::parse(response.body);
  if (!parsed) throw std::runtime_error(parsed.error().to_line() + ": " + response.body);
  return std::move(*parsed);
}

Guest::Guest() : box_(fresh_box()), watch_(*box_.world) {
  auto const& who = box_.credentials;
  auto const form = "grant_type=client_credentials&client_id=" + text::percent_encoded(who.client_id) +
                    "&client_secret=" + text::percent_encoded(who.client_secret) +
                    "&scope=" + text::percent_encoded(box_.world->urls().dataverse + "/.default");
  auto const answer = box_.world->send(
      sandbox::ServiceName::entra,
      {"POST", "/" + who.tenant_id + "/oauth2/v2.0/token", {{"Content-Type", "application/x-www-form-urlencoded"}}, form});
  token_ = good(answer.response, "a token")["access_token"].text_or("");
}

sandbox::Response Guest::jira(std::string method, std::string target, std::string body, std::vector<sandbox::Header> headers) {
  headers.emplace_back("Authorization", "Basic " + to_base64(box_.credentials.jira_email + ":" + box_.credentials.jira_token));
  if (method != "GET" && !has(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
  return box_.world->send(sandbox::ServiceName::jira, {std::move(method), std::move(target), std::move(headers), std::move(body)})
      .response;
}

sandbox::Response Guest::dataverse(std::string method, std::string path, std::string body, std::vector<sandbox::Header> headers) {
  headers.insert(headers.end(), {{"Authorization", "Bearer " + token_},
                                 {"Accept", "application/json"},
                                 {"OData-MaxVersion", "4.0"},
                                 {"OData-Version", "4.0"}});
  if (!body.empty() && !has(headers, "Content-Type")) headers.emplace_back("Content-Type", "application/json");
  std::string target = "/api/data/v9.2/";
  for (char const c : path) target += c == ' ' ? std::string("%20") : std::string(1, c);
  return box_.world->send(sandbox::ServiceName::dataverse, {std::move(method), target, std::move(headers), std::move(body)})
      .response;
}

json::Value Guest::ask_jira(std::string method, std::string target, std::string body) {
  return good(jira(method, target, std::move(body)), method + " " + target);
}

json::Value Guest::ask_dataverse(std::string method, std::string path, std::string body) {
  return good(dataverse(method, path, std::move(body)), method + " " + path);
}

void Guest::edit(std::string_view as, sandbox::ServiceName side, std::string method, std::string target, std::string body) {
  auto const answer =
      box_.world->edit(as, side, {method, target, {{"Content-Type", "application/json"}, {"If-Match", "*"}}, std::move(body)});
  if (answer.status > 299) throw std::runtime_error(method + " " + target + ": " + answer.body);
}

}  // namespace tandem::test
