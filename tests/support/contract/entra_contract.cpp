#include "support/contract/entra_contract.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::test::contract {

namespace {

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// Everything outside of A-Za-z0-9-._~ is percent-encoded; "+" for a blank would do, but we never need one.
bool well_encoded(std::string_view body) {
  return std::all_of(body.begin(), body.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%&=").find(c) != std::string_view::npos;
  });
}

void check_scope(std::string_view scope, Findings& findings) {
  constexpr std::string_view kEnd = "/.default";
  auto const at = std::string("request body/scope");
  if (!scope.ends_with(kEnd)) return findings.add(at, "ends in /.default (entra §1)");
  scope.remove_suffix(kEnd.size());
  auto const host = scope.find("://");
  if (host == std::string_view::npos || scope.find('/', host + 3) != std::string_view::npos) {
    findings.add(at, "is the organisation's address without a path, and one slash (entra §1)");
  }
  if (text::ascii_lower(scope) != scope) findings.add(at, "is lower case (entra §1)");
}

void check_form(sandbox::Request const& request, Findings& findings) {
  if (!well_encoded(request.body)) findings.add("request body", "is percent-encoded outside of A-Za-z0-9-._~ (entra §1)");
  sandbox::Request form;
  form.target = "/?" + request.body;
  std::map<std::string, std::string> fields;
  for (auto const& [name, value] : form.query()) {
    if (!fields.emplace(name, value).second) findings.add("request body/" + name, "stands twice");
  }
  bool const assertion = fields.contains("client_assertion");
  std::vector<std::string> wanted{"grant_type", "client_id", "scope"};
  if (assertion) {
    wanted.insert(wanted.end(), {"client_assertion_type", "client_assertion"});
  } else {
    wanted.emplace_back("client_secret");
  }
  for (auto const& name : wanted) {
    if (!fields.contains(name)) findings.add("request body/" + name, "required: the field is missing (entra §1)");
  }
  for (auto const& [name, value] : fields) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
      findings.add("request body/" + name, "is no field of this grant (entra §1)");
  }
  if (fields.contains("grant_type") && fields["grant_type"] != "client_credentials")
    findings.add("request body/grant_type", "is client_credentials (entra §1)");
  if (assertion && fields["client_assertion_type"] != kAssertionType)
    findings.add("request body/client_assertion_type", "is the type of a JWT (entra §1)");
  if (assertion && std::count(fields["client_assertion"].begin(), fields["client_assertion"].end(), '.') != 2) {
    findings.add("request body/client_assertion", "is no JWT (entra §5)");
  }
  if (fields.contains("scope")) check_scope(fields["scope"], findings);
}

void check_answer(sandbox::Response const& response, Findings& findings) {
  auto const at = fmt::format("response {} body", response.status);
  if (response.status == 429 || response.status >= 500) return;  // may be empty or HTML (entra §3)
  auto const body = json::parse(response.body);
  if (!body) return findings.add(at, body.error().message);
  if (response.status == 200) {
    if ((*body)["token_type"].text() != "Bearer") findings.add(at + "/token_type", "is Bearer (entra §2)");
    if (!(*body)["expires_in"].integer()) findings.add(at + "/expires_in", "is a number of seconds (entra §2)");
    if ((*body)["access_token"].text().empty()) findings.add(at + "/access_token", "is missing (entra §2)");
    return;
  }
  if (response.status != 400 && response.status != 401)
    return findings.add(fmt::format("status {}", response.status), "is 400 or 401 (entra §3)");
  for (auto const* const name : {"error", "error_description", "timestamp", "trace_id", "correlation_id"}) {
    if (!(*body)[name].is_string()) findings.add(at + "/" + name, "is missing (entra §3)");
  }
  if (!(*body)["error_codes"].at(0).integer()) findings.add(at + "/error_codes", "is a list of numbers (entra §3)");
}

}  // namespace

void check_entra(sandbox::Exchange const& exchange, Findings& findings) {
  auto const& request = exchange.request;
  if (request.method != "POST") return findings.add("method", "the token endpoint is POSTed to (entra §1)");
  auto const path = request.raw_path();
  auto const tenant = path.substr(0, path.find('/', 1));
  if (path != tenant + "/oauth2/v2.0/token" || tenant == "/common" || tenant.size() < 2)
    findings.add("path", "is /<tenant>/oauth2/v2.0/token (entra §1)");
  if (request.target != path) findings.add("query", "there is none (entra §1)");
  if (!request.header("Content-Type").starts_with("application/x-www-form-urlencoded"))
    findings.add("header Content-Type", "is a form (entra §1)");
  check_form(request, findings);
  check_answer(exchange.response, findings);
}

}  // namespace tandem::test::contract
