#include "entra/service.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "entra/assertion.hpp"
#include "entra/token.hpp"

namespace sandbox::entra {

using tandem::Result;
using tandem::Unit;
using tandem::text::ascii_lower;
using tandem::text::equal_ignoring_case;
namespace json = tandem::json;

namespace {

constexpr std::string_view kIds = "5c1f3f9e-9a57-5c38-8f0e-3b1f1c6b7a10";  // namespace of trace ids
constexpr std::string_view kEndpoint = "/oauth2/v2.0/token";
constexpr std::string_view kScopeSuffix = "/.default";
constexpr std::chrono::minutes kLoopWindow{5};

Response json_response(int status, json::Value const& body) {
  Response response{status, {}, json::to_text(body)};
  response.with("Content-Type", "application/json; charset=utf-8")
      .with("Cache-Control", "no-store, no-cache")
      .with("Pragma", "no-cache");
  return response;
}

// The fields of an application/x-www-form-urlencoded body: the same grammar as a query. Of any other body there are none.
class Form {
 public:
  explicit Form(Request const& request) {
    auto const type = request.header("Content-Type");
    if (!equal_ignoring_case(tandem::text::trimmed(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded")) return;
    Request form;
    form.target = "/?" + request.body;
    fields_ = form.query();
  }
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const {
    for (auto const& [key, value] : fields_) {
      if (key == name) return value;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool is_domain(std::string_view text) {
  return text.find('.') != std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

// RFC 6749 §3.3: printable ASCII without blank, quote and backslash.
bool is_scope_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

EntraService::EntraService(VirtualClock& clock, Urls const& urls, std::uint64_t seed) : clock_(clock), urls_(urls), seed_(seed) {}

std::string EntraService::next_id() { return tandem::uuid5(kIds, fmt::format("{}/{}", seed_, ++ids_)); }
std::int64_t EntraService::now_seconds() const { return tandem::epoch_millis(clock_.now()) / 1000; }

Result<Unit> EntraService::load(json::Value const& part) {
  TANDEM_TRY(directory_, Directory::load(part, clock_.now()));
  return Unit{};
}

Response EntraService::handle(Request const& request) {
  if (settings_.trouble != Settings::Trouble::none) return trouble();
  auto const path = request.path();  // /<tenant>/oauth2/v2.0/token
  if (!path.ends_with(kEndpoint) || path.size() <= kEndpoint.size() + 1) return Response{404, {}, ""};
  if (request.method != "POST") return refuse(refusal(900561, {{"value", request.method}}), request);
  auto const tenant = std::string_view(path).substr(1, path.size() - kEndpoint.size() - 1);
  Granted granted;
  if (auto const refused = examine(request, tenant, granted)) return refuse(*refused, request);
  return grant(granted);
}

// Throttled or down, in front of everything (entra.md §3, last paragraph).
Response EntraService::trouble() const {
  if (settings_.trouble == Settings::Trouble::unavailable) {
    Response down{503,
                  {},
                  "<html><head><title>Service Unavailable</title></head><body><h2>Our services aren't available right "
                  "now</h2></body></html>"};
    return down.with("Content-Type", "text/html");
  }
  Response throttled{429, {}, ""};
  if (settings_.trouble == Settings::Trouble::throttled) throttled.with("Retry-After", std::to_string(settings_.retry_after));
  return throttled;
}

std::optional<Refusal> EntraService::examine(Request const& request, std::string_view tenant, Granted& granted) {
  if (loops(request, tenant)) return refusal(50196);
  if (settings_.refuse != 0) {
    return refusal(settings_.refuse, {{"app", directory_.applications.empty() ? "" : directory_.applications.front().client_id},
                                      {"tenant", std::string(tenant)},
                                      {"resource", urls_.dataverse}});
  }
  if (auto refused = check_tenant(tenant)) return refused;
  Form const form(request);
  Credentials credentials{form.field("client_id"), form.field("client_secret"), form.field("client_assertion"),
                          form.field("client_assertion_type")};
  if (auto const basic = request.header("Authorization"); equal_ignoring_case(basic.substr(0, 6), "Basic ")) {
    auto const pair = tandem::from_base64(basic.substr(6)).value_or("");
    auto const colon = pair.find(':');
    credentials.client_id = tandem::text::percent_decoded(pair.substr(0, colon));
    if (colon != std::string::npos) credentials.secret = tandem::text::percent_decoded(pair.substr(colon + 1));
  }
  auto const missing = [this](std::string field) { return refusal(settings_.missing_field, {{"name", std::move(field)}}); };
  auto const grant_type = form.field("grant_type");
  if (!grant_type || grant_type->empty()) return refusal(settings_.missing_grant, {{"name", "grant_type"}});
  if (*grant_type != "client_credentials") return refusal(70003, {{"value", *grant_type}});
  if (credentials.client_id.value_or("").empty()) return missing("client_id");
  auto const scope = form.field("scope");
  if (!scope) return missing("scope");
  if (credentials.assertion && !credentials.assertion_type) return missing("client_assertion_type");

  auto const* const application = directory_.find(*credentials.client_id);
  if (application == nullptr) return refusal(700016, {{"app", *credentials.client_id}, {"tenant", directory_.tenant_domain}});
  if (!application->enabled) return refusal(7000112, {{"app", application->client_id}, {"name", application->name}});
  if (auto refused = check_scope(*application, *scope)) return refused;
  if (auto refused = check_credentials(*application, credentials, request)) return refused;
  auto const resource = scope->substr(0, scope->size() - kScopeSuffix.size());
  if (application->refusal != 0) {
    return refusal(application->refusal, {{"app", application->client_id},
                                          {"name", application->name},
                                          {"tenant", directory_.tenant_domain},
                                          {"resource", resource}});
  }
  granted = {application, *scope};
  return std::nullopt;
}

std::optional<Refusal> EntraService::check_tenant(std::string_view tenant) const {
  auto const lower = ascii_lower(tenant);
  if (lower == directory_.tenant_id || lower == directory_.tenant_domain) return std::nullopt;
  for (auto const& other : directory_.other_tenants) {
    if (other.id == lower) return refusal(other.refusal, {{"tenant", std::string(tenant)}, {"value", other.cloud}});
  }
  bool const well_formed = tandem::is_uuid(lower) || is_domain(lower);
  return refusal(well_formed ? 90002 : 900023, {{"tenant", std::string(tenant)}});
}

std::optional<Refusal> EntraService::check_scope(Application const& application, std::string_view scope) const {
  Facts facts{{"scope", std::string(scope)}, {"tenant", directory_.tenant_domain}, {"app", application.client_id}};
  if (scope.empty()) return refusal(28003);
  if (scope.find(' ') != std::string_view::npos) return refusal(70011, facts);
  if (!is_scope_text(scope)) return refusal(28002, facts);
  if (!scope.ends_with(kScopeSuffix)) return refusal(1002012, facts);
  auto const resource = scope.substr(0, scope.size() - kScopeSuffix.size());
  facts.emplace_back("resource", std::string(resource));
  if (auto const found = directory_.refused_resources.find(without_slash(resource)); found != directory_.refused_resources.end())
    return refusal(found->second, facts);
  bool const known = without_slash(resource) == without_slash(urls_.dataverse) || ascii_lower(resource) == kDataverseAppId;
  if (!known || (resource.ends_with('/') && !settings_.double_slash)) return refusal(500011, facts);
  return std::nullopt;
}

std::optional<Refusal> EntraService::check_secret(Application const& application, std::string_view secret) const {
  auto const found = std::find_if(application.secrets.begin(), application.secrets.end(),
                                  [&](ClientSecret const& known) { return tandem::equal_in_constant_time(known.value, secret); });
  if (found == application.secrets.end()) return refusal(7000215, {{"app", application.client_id}});
  if (settings_.secret_expired || (found->expires && *found->expires <= clock_.now()))
    return refusal(7000222, {{"app", application.client_id}});
  return std::nullopt;
}

std::optional<Refusal> EntraService::check_credentials(Application const& application, Credentials const& credentials,
                                                       Request const& request) {
  bool const by_assertion = !credentials.assertion.value_or("").empty(), by_secret = !credentials.secret.value_or("").empty();
  if (!by_assertion && !by_secret) return refusal(7000218);
  if (application.is_public) return refusal(700025);
  if (!by_assertion) return check_secret(application, *credentials.secret);
  constexpr std::string_view kBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  if (credentials.assertion_type != kBearer) return refusal(50013, {{"value", "The assertion type is not supported."}});
  std::vector<std::string> endpoints{urls_.entra + request.path()};
  if (auto const host = request.header("Host"); !host.empty()) {
    for (auto const* const scheme : {"http://", "https://"}) endpoints.push_back(scheme + std::string(host) + request.path());
  }
  AssertionCheck const check{application, directory_, settings_, std::move(endpoints), now_seconds(), used_ids_};
  return check.refuse(*credentials.assertion);
}

bool EntraService::loops(Request const& request, std::string_view tenant) {
  if (settings_.loop_limit == 0) {
    asked_.clear();
    return false;
  }
  auto const now = clock_.now();
  while (!asked_.empty() && asked_.front().at + kLoopWindow <= now) asked_.pop_front();
  auto what = tandem::sha256(fmt::format("{}\n{}", tenant, request.body));
  auto const before = std::count_if(asked_.begin(), asked_.end(), [&](Asked const& one) { return one.what == what; });
  asked_.push_back({now, std::move(what)});
  return before >= settings_.loop_limit;
}

Response EntraService::grant(Granted const& granted) {
  auto const now = now_seconds();
  auto const lifetime = settings_.token_lifetime;
  Token const token{settings_.token_for_app_id ? std::string(kDataverseAppId)
                                               : granted.scope.substr(0, granted.scope.size() - kScopeSuffix.size()),
                    directory_.tenant_id,
                    granted.application->client_id,
                    granted.application->object_id,
                    now,
                    now + lifetime};
  auto const seconds = [this](std::int64_t count) {
    return settings_.expires_in_as_text ? json::Value(std::to_string(count)) : json::Value(count);
  };
  json::Object body{{"token_type", "Bearer"}, {"expires_in", seconds(lifetime)}};
  if (settings_.ext_expires_in) body.append("ext_expires_in", seconds(lifetime));
  if (settings_.refresh_in > 0) body.append("refresh_in", seconds(settings_.refresh_in));
  body.append("access_token", write_token(token));
  auto response = json_response(200, body);
  return response.with("x-ms-request-id", next_id());
}

Response EntraService::refuse(Refusal const& refusal, Request const& request) {
  auto const trace = next_id();
  auto correlation = next_id();
  auto const wanted = request.header("client-request-id");
  bool const echoed = settings_.echo_request_id && tandem::is_uuid(wanted);
  if (echoed) correlation = wanted;
  auto time = tandem::to_rfc3339_seconds(clock_.now());  // "2022-03-02T18:25:26Z" is printed as "2022-03-02 18:25:26Z"
  time[10] = ' ';
  std::string_view const between = settings_.blank_trailer ? " " : "\r\n";
  auto const text = fmt::format("AADSTS{}: {}{}Trace ID: {}{}Correlation ID: {}{}Timestamp: {}", refusal.code, refusal.text,
                                between, trace, between, correlation, between, time);
  json::Object body{
      {"error", refusal.error}, {"error_description", text}, {"error_codes", json::Array{json::Value(refusal.code)}},
      {"timestamp", time},      {"trace_id", trace},         {"correlation_id", correlation}};
  if (settings_.error_uri) body.append("error_uri", fmt::format("https://login.microsoftonline.com/error?code={}", refusal.code));
  auto response = json_response(refusal.status, body);
  response.with("x-ms-request-id", trace);
  if (echoed && equal_ignoring_case(request.header("return-client-request-id"), "true"))
    response.with("client-request-id", correlation);
  return response;
}

json::Value EntraService::state() const {
  return json::Object{{"tenantId", directory_.tenant_id},
                      {"tokenLifetime", settings_.token_lifetime},
                      {"secretExpired", settings_.secret_expired}};
}

Result<bool> EntraService::configure(std::string_view name, json::Value const& value) {
  if (name == "entra.certificates") TANDEM_CHECK(directory_.register_certificates(value));
  if (name == "entra.federated") TANDEM_CHECK(directory_.register_federated(value));
  if (name == "entra.issuers") TANDEM_CHECK(directory_.register_issuers(value));
  if (name == "entra.certificates" || name == "entra.federated" || name == "entra.issuers") return true;
  return settings_.set(name, value);
}

json::Object EntraService::switches() const {
  auto out = settings_.values();
  out.append("entra.certificates", directory_.certificates_json());
  out.append("entra.federated", directory_.federated_json());
  out.append("entra.issuers", directory_.issuers_json());
  return out;
}

Response EntraService::edit_as(std::string_view, Request const&) {
  return json_response(400, json::Object{{"error", "nothing can be edited in Entra"}});
}

}  // namespace sandbox::entra
