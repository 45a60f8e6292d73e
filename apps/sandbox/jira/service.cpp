#include "jira/service.hpp"

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "jira/auth.hpp"
#include "jira/endpoints/metadata.hpp"
#include "jira/limits.hpp"
#include "jira/pages.hpp"
#include "jira/routes.hpp"
#include "jira/scopes.hpp"
#include "jira/state.hpp"
#include "jira/webhooks/filter.hpp"
#include "jira/world_file.hpp"

namespace sandbox::jira {

// Who is calling, and through which door.
struct Caller {
  Identity identity;
  bool control = false, gateway = false;
};

namespace {

constexpr std::string_view kApi = "/rest/api/3/";
constexpr std::string_view kGateway = "/ex/jira/";

Response unknown_route() {
  return html_answer(404,
                     "<!DOCTYPE html><html><head><title>Oops, you&#39;ve found a dead link.</title></head><body><h1>Not "
                     "found</h1></body></html>");
}

Response bad_request() {
  return html_answer(400, "<html><head><title>400 Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>")
      .with("Server", "AtlassianEdge");
}

Response unauthorised(Settings const& settings) {
  if (settings.unauthorised_form == "html")
    return html_answer(401,
                       "<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1></body></html>");
  if (settings.unauthorised_form == "text") {
    Response out{401, {}, "Client must be authenticated to access this resource."};
    return out.with("Content-Type", "text/plain;charset=UTF-8");
  }
  return json_answer(401,
                     json::Object{{"message", "Client must be authenticated to access this resource."}, {"status-code", 401}});
}

Response gateway_refused(int status, std::string message) {
  return json_answer(status, json::Object{{"code", status}, {"message", std::move(message)}});
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    auto const slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

bool is_json(std::string_view content_type) {
  auto const type = tandem::text::trimmed(content_type.substr(0, content_type.find(';')));
  return tandem::text::equal_ignoring_case(type, "application/json");
}

Response wrong_type() {
  Response out;
  out.status = 415;
  out.with("Content-Type", "text/html;charset=UTF-8");
  return out;
}

// Reads the body that a route wants; an answer when it cannot be read.
std::optional<Response> read_body(Route const& route, Request const& request, bool strict_type, json::Value& body) {
  if (route.body == Route::Body::none || route.body == Route::Body::raw) return std::nullopt;
  if (strict_type && !is_json(request.header("Content-Type"))) return wrong_type();
  if (route.body == Route::Body::typed_if_empty) return std::nullopt;
  auto parsed = json::parse(request.body);
  if (!parsed) return refused(400, "There was an error parsing JSON. Check that your request body is valid.");
  body = std::move(*parsed);
  return std::nullopt;
}

}  // namespace

JiraService::JiraService(VirtualClock& clock, std::uint64_t seed)
    : site_(std::make_unique<Site>(clock, seed)), limits_(std::make_unique<Limits>()) {}
JiraService::~JiraService() = default;

Response JiraService::handle(Request const& request) {
  // The edge in front of the site refuses a GET that carries a body (contract §1).
  if (request.method == "GET" && !request.body.empty()) {
    return bad_request();
  }
  // Nor does it pass on what is no UTF-8: nothing behind it could put such a name into JSON.
  if (!tandem::text::is_valid(tandem::text::percent_decoded(request.target))) return bad_request();
  auto const raw = request.raw_path();
  std::string_view path = raw;
  bool const gateway = path.starts_with(kGateway);
  if (gateway) {
    path.remove_prefix(kGateway.size());
    auto const cloud_id = path.substr(0, path.find('/'));
    if (cloud_id != site_->definition.cloud_id) return gateway_refused(404, "No message available");
    path.remove_prefix(cloud_id.size());
  }
  if (path == "/oauth/token" && !gateway) return post_oauth_token(*site_, request);
  Caller const caller{identify(*site_, request, gateway), false, gateway};
  // Behind the gateway refused credentials end at the gateway, in its own form (contract §1, §4).
  bool const nobody = caller.identity.account == nullptr;
  if (gateway && nobody && (site_->settings.gateway_dead_is_401 || !caller.identity.failed))
    return gateway_refused(401, "Unauthorized");
  if (gateway && site_->settings.gateway_self_links)
    site_->link_base = site_->definition.base_url + std::string(kGateway) + site_->definition.cloud_id;
  auto response = caller.identity.misplaced ? unauthorised(site_->settings) : answer(request, path, caller);
  site_->link_base.clear();
  post_events(*site_);
  finish(response, caller);
  return response;
}

Response JiraService::answer(Request const& request, std::string_view path, Caller const& caller) {
  auto& site = *site_;
  Call call{request, reader_of(site, caller.identity.account), caller.control, request.query(), {}, {}};
  if (!path.starts_with(kApi)) {
    if (request.method == "GET" && path == "/_edge/tenant_info") return get_tenant_info(site, call);
    if (request.method == "GET" && path.starts_with("/browse/"))
      return issue_page(site, tandem::text::percent_decoded(path.substr(8)));
    return unknown_route();
  }
  auto found = find_route(request.method, segments_of(path.substr(kApi.size())));
  if (found.route == nullptr) return found.wrong_method ? html_answer(405, "") : unknown_route();
  auto const& route = *found.route;
  if (!route.anonymous && call.account() == nullptr) return unauthorised(site.settings);
  auto const& scopes = caller.identity.scopes;
  if (caller.gateway && !scopes.empty() && !scopes_allow(scopes, route.method, route.pattern))
    return gateway_refused(401, "Unauthorized; scope does not match");
  call.args = std::move(found.args);
  bool const strict_type = site.settings.strict_content_type && !caller.control;
  if (auto const refused_body = read_body(route, request, strict_type, call.body)) return *refused_body;
  if (caller.control) return route.handler(site, call);
  Limits::Asked asked{request.method, std::string(route.pattern), std::string(path.substr(kApi.size())), std::nullopt,
                      caller.identity.oauth};
  if (route.writes_issue && !call.args.empty()) {
    if (auto const* issue = site.store.find(call.args.front())) asked.written_issue = issue->id;
  }
  if (auto const too_many = limits_->admit(asked, site.now(), site.settings)) return *too_many;
  auto response = route.handler(site, call);
  limits_->settle(asked, response, site.now(), site.settings);
  return response;
}

void JiraService::finish(Response& response, Caller const& caller) {
  response.with("Server", "AtlassianEdge");
  response.with("Cache-Control", "no-cache, no-store, no-transform");
  response.with("X-Arequestid", fmt::format("{:032x}", site_->random()));
  response.with("Atl-Traceid", fmt::format("{:016x}{:016x}", site_->random(), site_->random()));
  if (caller.identity.failed) response.with("X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
  if (caller.identity.account != nullptr)
    response.with("X-AACCOUNTID", tandem::text::percent_encoded(caller.identity.account->id));
}

tandem::Result<tandem::Unit> JiraService::load(json::Value const& part) { return load_world(*site_, part); }

Outbox* JiraService::webhooks() { return &site_->outbox; }

json::Value JiraService::state() const { return state_json(*site_); }

tandem::Result<bool> JiraService::configure(std::string_view name, json::Value const& value) {
  if (name == "jira.baseUrl" || name == "jira.mediaUrl") {
    if (value.text().find("://") == std::string_view::npos)
      return tandem::fail(tandem::ErrorKind::usage, std::string(name) + " needs a URL");
    (name == "jira.baseUrl" ? site_->definition.base_url : site_->media_url) = value.text();
    return true;
  }
  if (name == "webhooks") {
    if (auto const fault = filter_fault(*site_, value["jql"].text()); !fault.empty())
      return tandem::fail(tandem::ErrorKind::usage, "the webhooks' JQL filter: " + fault);
    TANDEM_CHECK(site_->outbox.apply(value));
    return true;
  }
  if (name == "jira.change") {
    TANDEM_CHECK(changes_.apply(site_->definition, value));
    return true;
  }
  auto const applied = apply_setting(site_->settings, name, value);
  if (applied && *applied) site_->store.set_lag(site_->settings.search_lag);
  return applied;
}

json::Object JiraService::switches() const {
  auto out = setting_values(site_->settings);
  out.append("jira.change", nullptr);
  return out;
}

Response JiraService::edit_as(std::string_view as, Request const& request) {
  auto const* account = site_->definition.by_login(as);
  if (account == nullptr) return refused(404, "No account of the world is called '" + std::string(as) + "'.");
  Caller const caller{{account, false, false, false, {}}, true, false};
  auto response = answer(request, request.raw_path(), caller);
  post_events(*site_);
  finish(response, caller);
  return response;
}

JiraService::Credentials JiraService::connector() const {
  auto const* account = site_->definition.connector();
  if (account == nullptr) return {};
  return {account->email, account->token, account->scoped_token, site_->definition.cloud_id};
}

}  // namespace sandbox::jira
