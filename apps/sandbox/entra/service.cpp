#include "entra/service.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "entra/refusals.hpp"
#include "entra/token.hpp"
#include "world/relative_time.hpp"

namespace sandbox::entra {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;
namespace json = tandem::json;

namespace {

constexpr std::string_view kIds = "5c1f3f9e-9a57-5c38-8f0e-3b1f1c6b7a10";  // namespace of trace ids

Response json_response(int status, json::Value const& body) {
  Response response{status, {}, json::to_text(body)};
  response.with("Content-Type", "application/json; charset=utf-8")
      .with("Cache-Control", "no-store, no-cache")
      .with("Pragma", "no-cache");
  return response;
}

// Field of an application/x-www-form-urlencoded body; the same grammar as a query.
std::optional<std::string> form_field(std::string const& body, std::string_view name) {
  Request form;
  form.target = "/?" + body;
  return form.query(name);
}

bool is_domain(std::string_view text) {
  return text.find('.') != std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return tandem::text::ascii_lower(url);
}

}  // namespace

EntraService::EntraService(VirtualClock& clock, Urls const& urls, std::uint64_t seed) : clock_(clock), urls_(urls), seed_(seed) {}

std::string EntraService::next_id() { return tandem::uuid5(kIds, fmt::format("{}/{}", seed_, ++ids_)); }

Result<Unit> EntraService::load(json::Value const& part) {
  tenant_id_ = tandem::text::ascii_lower(part["tenantId"].text());
  tenant_domain_ = tandem::text::ascii_lower(part["tenantDomain"].text());
  if (!tandem::is_uuid(tenant_id_)) return fail(ErrorKind::config, "world file: entra.tenantId must be a GUID");
  applications_.clear();
  for (auto const& value : part["applications"].items()) {
    Application application{tandem::text::ascii_lower(value["clientId"].text()), value["objectId"].text_or(""), {}};
    if (!tandem::is_uuid(application.client_id))
      return fail(ErrorKind::config, "world file: an application's clientId must be a GUID");
    for (auto const& entry : value["secrets"].items()) {
      ClientSecret secret{entry["id"].text_or(""), entry["value"].text_or(""), {}};
      if (auto const expires = entry["expires"].text(); !expires.empty()) {
        secret.expires = instant_or_relative(expires, clock_.now());
        if (!secret.expires) return fail(ErrorKind::config, "world file: unreadable expiry of a secret: " + std::string(expires));
      }
      application.secrets.push_back(std::move(secret));
    }
    applications_.push_back(std::move(application));
  }
  return Unit{};
}

Response EntraService::handle(Request const& request) {
  auto const path = request.path();  // /<tenant>/oauth2/v2.0/token
  constexpr std::string_view kEndpoint = "/oauth2/v2.0/token";
  if (!path.ends_with(kEndpoint) || path.size() <= kEndpoint.size() + 1) return Response{404, {}, ""};
  if (request.method != "POST")
    return refuse({900144, "AADSTS900561: The endpoint only accepts POST requests. Received a " + request.method + " request."});
  return token(request, std::string_view(path).substr(1, path.size() - kEndpoint.size() - 1));
}

std::optional<EntraService::Refusal> EntraService::check_tenant(std::string_view tenant) const {
  auto const lower = tandem::text::ascii_lower(tenant);
  if (lower == tenant_id_ || lower == tenant_domain_) return std::nullopt;
  if (tandem::is_uuid(lower) || is_domain(lower)) {
    return Refusal{
        90002, fmt::format("Tenant '{}' not found. Check to make sure you have the correct tenant ID and are signing into the "
                           "correct cloud. Check with your subscription administrator, this may happen if there are no active "
                           "subscriptions for the tenant.",
                           tenant)};
  }
  return Refusal{
      900023, fmt::format("Specified tenant identifier '{}' is neither a valid DNS name, nor a valid external domain.", tenant)};
}

std::optional<EntraService::Refusal> EntraService::check_scope(std::string_view scope) const {
  constexpr std::string_view kSuffix = "/.default";
  if (scope.find(' ') != std::string_view::npos || scope.empty()) {
    return Refusal{70011,
                   fmt::format("The provided request must include a 'scope' input parameter. The provided value for the input "
                               "parameter 'scope' is not valid. The scope {} is not valid.",
                               scope)};
  }
  if (!scope.ends_with(kSuffix)) {
    return Refusal{
        1002012, fmt::format("The provided value for scope {} is not valid. Client credential flows must have a scope value with "
                             "/.default suffixed to the resource identifier (application ID URI).",
                             scope)};
  }
  auto const resource = scope.substr(0, scope.size() - kSuffix.size());
  if (without_slash(resource) == without_slash(urls_.dataverse)) return std::nullopt;
  return Refusal{
      500011, fmt::format("The resource principal named {} was not found in the tenant named {}. This can happen if the "
                          "application has not been installed by the administrator of the tenant or consented to by any user in "
                          "the tenant. You might have sent your authentication request to the wrong tenant.",
                          resource, tenant_domain_)};
}

std::optional<EntraService::Refusal> EntraService::check_secret(Application const& application, std::string_view secret) const {
  auto const found = std::find_if(application.secrets.begin(), application.secrets.end(),
                                  [&](ClientSecret const& known) { return tandem::equal_in_constant_time(known.value, secret); });
  if (found == application.secrets.end()) {
    return Refusal{7000215,
                   fmt::format("Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                               "value, not the client secret ID, for a secret added to app '{}'.",
                               application.client_id)};
  }
  if (secret_expired_ || (found->expires && *found->expires <= clock_.now())) {
    return Refusal{
        7000222,
        fmt::format("The provided client secret keys for app '{}' are expired. Visit the Azure portal to create new keys "
                    "for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added "
                    "security: https://aka.ms/certCreds.",
                    application.client_id)};
  }
  return std::nullopt;
}

Response EntraService::token(Request const& request, std::string_view tenant) {
  if (auto const refusal = check_tenant(tenant)) return refuse(*refusal);
  auto client_id = form_field(request.body, "client_id");
  auto secret = form_field(request.body, "client_secret");
  if (auto const basic = request.header("Authorization"); tandem::text::equal_ignoring_case(basic.substr(0, 6), "Basic ")) {
    auto const pair = tandem::from_base64(basic.substr(6)).value_or("");
    auto const colon = pair.find(':');
    client_id = tandem::text::percent_decoded(pair.substr(0, colon));
    if (colon != std::string::npos) secret = tandem::text::percent_decoded(pair.substr(colon + 1));
  }
  auto const missing = [](std::string_view field) {
    return Refusal{900144, fmt::format("The request body must contain the following parameter: '{}'.", field)};
  };
  auto const grant = form_field(request.body, "grant_type");
  if (!grant) return refuse(missing("grant_type"));
  if (*grant != "client_credentials") {
    return refuse({70003, fmt::format("The app requested an unsupported grant type '{}'.", *grant)});
  }
  if (!client_id || client_id->empty()) return refuse(missing("client_id"));
  auto const scope = form_field(request.body, "scope");
  if (!scope) return refuse(missing("scope"));

  auto const wanted = tandem::text::ascii_lower(*client_id);
  auto const application =
      std::find_if(applications_.begin(), applications_.end(), [&](auto const& app) { return app.client_id == wanted; });
  if (application == applications_.end()) {
    return refuse(
        {700016,
         fmt::format("Application with identifier '{}' was not found in the directory '{}'. This can happen if the "
                     "application has not been installed by the administrator of the tenant or consented to by any user in "
                     "the tenant. You may have sent your authentication request to the wrong tenant.",
                     *client_id, tenant_domain_)});
  }
  if (auto const refusal = check_scope(*scope)) return refuse(*refusal);
  if (!secret || secret->empty()) {
    return refuse({7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."});
  }
  if (auto const refusal = check_secret(*application, *secret)) return refuse(*refusal);

  auto const now = tandem::epoch_millis(clock_.now()) / 1000;
  Token const token{scope->substr(0, scope->size() - std::string_view("/.default").size()),
                    tenant_id_,
                    application->client_id,
                    application->object_id,
                    now,
                    now + lifetime_};
  return json_response(200, json::Object{{"token_type", "Bearer"},
                                         {"expires_in", lifetime_},
                                         {"ext_expires_in", lifetime_},
                                         {"access_token", write_token(token)}});
}

Response EntraService::refuse(Refusal const& refusal) {
  RefusalKind kind{refusal.code, 400, "invalid_request"};
  for (auto const& known : kRefusals) {
    if (known.code == refusal.code) kind = known;
  }
  auto const trace = next_id(), correlation = next_id();
  auto time = tandem::to_rfc3339_seconds(clock_.now());  // "2022-03-02T18:25:26Z" is printed as "2022-03-02 18:25:26Z"
  time[10] = ' ';
  auto const text = refusal.text.starts_with("AADSTS") ? refusal.text : fmt::format("AADSTS{}: {}", refusal.code, refusal.text);
  auto const trailer = fmt::format("\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}", trace, correlation, time);
  return json_response(kind.status,
                       json::Object{{"error", kind.error},
                                    {"error_description", text + trailer},
                                    {"error_codes", json::Array{json::Value(refusal.code)}},
                                    {"timestamp", time},
                                    {"trace_id", trace},
                                    {"correlation_id", correlation},
                                    {"error_uri", fmt::format("https://login.microsoftonline.com/error?code={}", refusal.code)}});
}

json::Value EntraService::state() const {
  return json::Object{{"tenantId", tenant_id_}, {"tokenLifetime", lifetime_}, {"secretExpired", secret_expired_}};
}

Result<bool> EntraService::configure(std::string_view name, json::Value const& value) {
  if (name == "entra.secretExpired") {
    if (!value.is_bool()) return fail(ErrorKind::usage, "entra.secretExpired is true or false");
    secret_expired_ = value.truthy();
    return true;
  }
  if (name == "entra.tokenLifetime") {
    auto const seconds = value.integer();
    if (!seconds || *seconds < 1) return fail(ErrorKind::usage, "entra.tokenLifetime is a number of seconds from 1");
    lifetime_ = *seconds;
    return true;
  }
  return false;
}

json::Object EntraService::switches() const {
  return {{"entra.secretExpired", secret_expired_}, {"entra.tokenLifetime", lifetime_}};
}

Response EntraService::edit_as(std::string_view, Request const&) {
  return json_response(400, json::Object{{"error", "nothing can be edited in Entra"}});
}

}  // namespace sandbox::entra
