#include "entra/refusals.hpp"

#include <algorithm>
#include <stdexcept>

namespace sandbox::entra {
namespace {

constexpr RefusalKind kRefusals[] = {
    // The client's secret
    {7000215, 401, "invalid_client",
     "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client "
     "secret ID, "
     "for a secret added to app '{app}'."},
    {7000222, 401, "invalid_client",
     "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app: "
     "https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."},
    {7000218, 401, "invalid_client",
     "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."},
    // Application and tenant
    {700016, 400, "unauthorized_client",
     "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the application has not "
     "been "
     "installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your "
     "authentication "
     "request to the wrong tenant."},
    {700025, 401, "invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
    {7000112, 400, "unauthorized_client", "Application '{app}'({name}) is disabled."},
    {70001, 400, "unauthorized_client", "The application '{app}' is disabled."},
    {90002, 400, "invalid_request",
     "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. "
     "Check with "
     "your subscription administrator, this may happen if there are no active subscriptions for the tenant."},
    {900023, 400, "invalid_request",
     "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."},
    {90038, 400, "invalid_request",
     "The specified tenant '{tenant}' belongs to the National Cloud '{value}'. Current cloud instance does not federate with "
     "it."},
    {900382, 400, "invalid_request", "Confidential Client is not supported in Cross Cloud request."},
    {900432, 400, "invalid_request", "Confidential Client is not supported in Cross Cloud request."},
    {50049, 400, "invalid_instance", "Unknown or invalid instance."},
    // Scope and resource
    {500011, 400, "invalid_resource",
     "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has "
     "not been "
     "installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your "
     "authentication "
     "request to the wrong tenant."},
    {50001, 400, "invalid_resource", "The resource {resource} is disabled or does not exist in the tenant {tenant}."},
    {650057, 400, "invalid_resource",
     "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the "
     "client's "
     "application registration. Client app ID: {app}. Resource value from request: {resource}."},
    {70011, 400, "invalid_scope",
     "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not "
     "valid. The "
     "scope {scope} is not valid."},
    {1002012, 400, "invalid_scope",
     "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed "
     "to the "
     "resource identifier (application ID URI)."},
    {28002, 400, "invalid_scope",
     "Provided value for the input parameter scope '{scope}' is not valid when requesting an access token."},
    {28003, 400, "invalid_scope",
     "Provided value for the input parameter scope cannot be empty when requesting an access token."},
    // Assertions
    {700027, 401, "invalid_client",
     "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {value}, "
     "Thumbprint of "
     "key used by client: '{name}'], client application: '{app}'."},
    {700021, 401, "invalid_client",
     "Client assertion application identifier doesn't match 'client_id' parameter. Client assertion: '{value}', client_id: "
     "'{app}'."},
    {700023, 401, "invalid_client",
     "Client assertion audience claim does not match Realm issuer. Presented audience: '{value}'."},
    {700024, 401, "invalid_client",
     "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of "
     "assertion "
     "{until}."},
    {50027, 401, "invalid_client", "JWT token is invalid or malformed."},
    {50012, 401, "invalid_client", "Authentication failed. {value}"},
    {50013, 401, "invalid_client", "Assertion failed signature validation. [Reason - {value}]"},
    {700211, 401, "invalid_client", "No matching federated identity record found for presented assertion issuer '{value}'."},
    {700212, 401, "invalid_client", "No matching federated identity record found for presented assertion audience '{value}'."},
    {700213, 401, "invalid_client", "No matching federated identity record found for presented assertion subject '{value}'."},
    {70021, 401, "invalid_client",
     "No matching federated identity record found for presented assertion. Assertion Issuer: '{issuer}'. Assertion Subject: "
     "'{subject}'. "
     "Assertion Audience: '{audience}'."},
    {700222, 401, "invalid_client", "AAD-issued tokens may not be used for federated identity flows."},
    // The form
    {70003, 400, "unsupported_grant_type", "The app requested an unsupported grant type '{value}'."},
    {900144, 400, "invalid_request", "The request body must contain the following parameter: '{name}'."},
    {90014, 400, "invalid_request",
     "The required field '{name}' is missing from the credential. Ensure that you have all the necessary "
     "parameters for the login request."},
    {900561, 400, "invalid_request", "The endpoint only accepts POST requests. Received a {value} request."},
    // What the tenant's administrator decides
    {53003, 400, "invalid_grant",
     "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
    {53011, 400, "invalid_grant", "User blocked due to risk on home tenant."},
    {65001, 400, "invalid_grant",
     "The user or administrator has not consented to use the application with ID '{app}' named '{name}'. Send an interactive "
     "authorization "
     "request for this user and resource."},
    {650056, 400, "invalid_client",
     "Misconfigured application. The client has not listed any permissions for '{resource}' in the requested permissions in the "
     "client's "
     "application registration."},
    {650052, 400, "invalid_client",
     "The app is trying to access a service '{resource}' that your organization '{tenant}' lacks a service principal for."},
    {90094, 400, "invalid_grant", "Administrator consent is required for the application '{app}'."},
    // Throttled or in trouble: these may pass
    {50196, 400, "invalid_grant",
     "The server terminated an operation because it encountered a client request loop. Please contact your app vendor."},
    {90055, 429, "temporarily_unavailable", "The request has been throttled because of too many requests from the tenant."},
    {50000, 500, "temporarily_unavailable", "There was an error issuing a token."},
    {90006, 503, "temporarily_unavailable", "The service is temporarily unavailable. Please retry later."},
    {90012, 400, "temporarily_unavailable", "The request has timed out."},
    {90024, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."},
    {90033, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."},
    {90090, 503, "temporarily_unavailable", "A transient error has occurred. Please try again."},
};

}  // namespace

RefusalKind const* refusal_kind(int code) {
  auto const* const found =
      std::find_if(std::begin(kRefusals), std::end(kRefusals), [&](auto const& kind) { return kind.code == code; });
  return found == std::end(kRefusals) ? nullptr : found;
}

Refusal refusal(int code, Facts const& facts) {
  auto const* const kind = refusal_kind(code);
  if (kind == nullptr) throw std::logic_error("no row for this AADSTS code");
  Refusal out{code, kind->status, std::string(kind->error), {}};
  std::string_view rest = kind->text;
  while (!rest.empty()) {
    auto const open = std::min(rest.find('{'), rest.size());
    out.text += rest.substr(0, open);
    rest.remove_prefix(open);
    auto const close = rest.find('}');
    if (close == std::string_view::npos) break;
    auto const name = rest.substr(1, close - 1);
    for (auto const& [key, value] : facts) {
      if (key == name) out.text += value;
    }
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::vector<int> refusal_codes() {
  std::vector<int> out;
  for (auto const& kind : kRefusals) out.push_back(kind.code);
  return out;
}

}  // namespace sandbox::entra
