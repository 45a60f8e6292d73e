#include "jira/auth.hpp"

#include <algorithm>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira {

namespace {

using tandem::text::equal_ignoring_case;

// What follows the scheme of an Authorization header; nothing when it is of another scheme.
std::optional<std::string_view> credentials(std::string_view header, std::string_view scheme) {
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return std::nullopt;
  if (!equal_ignoring_case(header.substr(0, scheme.size()), scheme)) return std::nullopt;
  return tandem::text::trimmed(header.substr(scheme.size()));
}

OauthClient const* client_named(Site const& site, std::string_view id) {
  auto const& clients = site.definition.oauth_clients;
  auto const found = std::find_if(clients.begin(), clients.end(), [&](OauthClient const& held) { return held.id == id; });
  return found == clients.end() ? nullptr : &*found;
}

std::string signature_of(Site const& site, std::string_view text) {
  return tandem::to_base64url(tandem::hmac_sha256(site.secret, "access token " + std::string(text)));
}

// CLIENT.EXPIRY-IN-MS.SIGNATURE: whoever made it need not be remembered.
std::string access_token(Site const& site, OauthClient const& client) {
  auto const expires = tandem::epoch_millis(site.now() + site.settings.oauth_lifetime);
  auto const text = tandem::to_base64url(client.id) + "." + std::to_string(expires);
  return text + "." + signature_of(site, text);
}

OauthClient const* client_of_token(Site const& site, std::string_view token) {
  auto const end = token.rfind('.');
  if (end == std::string_view::npos) return nullptr;
  auto const text = token.substr(0, end);
  if (!tandem::equal_in_constant_time(signature_of(site, text), token.substr(end + 1))) return nullptr;
  for (auto const& client : site.definition.oauth_clients) {
    auto const id = tandem::to_base64url(client.id) + ".";
    if (!text.starts_with(id)) continue;
    auto const expires = json::parse(text.substr(id.size()));
    bool const alive = expires && expires->integer() && *expires->integer() > tandem::epoch_millis(site.now());
    return alive ? &client : nullptr;
  }
  return nullptr;
}

Identity refused_identity() {
  Identity out;
  out.failed = true;
  return out;
}

Identity by_basic(Site const& site, std::string_view sent, bool gateway) {
  auto const pair = tandem::from_base64(sent);
  auto const colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return refused_identity();
  auto const email = std::string_view(*pair).substr(0, colon);
  auto const token = std::string_view(*pair).substr(colon + 1);
  for (auto const& account : site.definition.accounts) {
    if (!account.active || !equal_ignoring_case(account.email, email)) continue;
    auto const is = [&](std::string const& secret) { return !secret.empty() && tandem::equal_in_constant_time(secret, token); };
    if (gateway && is(account.scoped_token)) return {&account, false, false, false, account.scopes};
    if (!gateway && is(account.token)) return {&account, false, false, false, {}};
    if (!gateway && is(account.scoped_token)) return {nullptr, true, true, false, {}};
  }
  return refused_identity();
}

Response token_refused(int status, std::string error, std::string description) {
  return json_answer(status, json::Object{{"error", std::move(error)}, {"error_description", std::move(description)}});
}

// The body's members, whether it is JSON or a form.
std::optional<json::Object> token_request(Request const& request) {
  auto const type = tandem::text::ascii_lower(request.header("Content-Type"));
  if (type.starts_with("application/json")) {
    auto parsed = json::parse(request.body);
    return parsed && parsed->is_object() ? std::optional(parsed->members()) : std::nullopt;
  }
  if (!type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  json::Object out;
  Request const form{"GET", "/?" + request.body, {}, {}};
  for (auto const& [name, value] : form.query()) out.set(name, value);
  return out;
}

}  // namespace

Identity identify(Site const& site, Request const& request, bool gateway) {
  auto const header = request.header("Authorization");
  if (header.empty()) return {};
  if (site.settings.dead_token) return refused_identity();
  if (auto const sent = credentials(header, "Basic")) return by_basic(site, *sent, gateway);
  if (auto const token = credentials(header, "Bearer"); token && gateway) {
    if (auto const* client = client_of_token(site, *token)) {
      auto const* account = site.definition.account(client->account);
      if (account != nullptr && account->active) return {account, false, false, true, client->scopes};
    }
  }
  return refused_identity();
}

Response post_oauth_token(Site& site, Request const& request) {
  if (request.method != "POST") return html_answer(405, "");
  auto const sent = token_request(request);
  if (!sent) return token_refused(400, "invalid_request", "The body is neither JSON nor a form.");
  json::Value const body(*sent);
  if (body["grant_type"].text() != "client_credentials")
    return token_refused(400, "unsupported_grant_type", "Only client_credentials is served.");
  auto const* client = client_named(site, body["client_id"].text());
  bool const known = client != nullptr && !site.settings.dead_token &&
                     tandem::equal_in_constant_time(client->secret, body["client_secret"].text());
  if (!known) return token_refused(401, "access_denied", "Unauthorized");
  std::string scope;
  for (auto const& name : client->scopes) scope += (scope.empty() ? "" : " ") + name;
  json::Object out;
  out.append("access_token", access_token(site, *client));
  out.append("expires_in", static_cast<std::int64_t>(site.settings.oauth_lifetime.count() / 1000));
  out.append("token_type", "Bearer");
  out.append("scope", std::move(scope));
  return json_answer(200, std::move(out)).with("Pragma", "no-cache");
}

}  // namespace sandbox::jira
