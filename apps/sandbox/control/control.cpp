#include "control/control.hpp"

#include <cstdlib>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace sandbox {

namespace json = tandem::json;

namespace {

constexpr std::string_view kPrefix = "/_sandbox/";

Response answer(int status, json::Value const& body) {
  Response response{status, {}, json::to_text(body)};
  return response.with("Content-Type", "application/json; charset=utf-8");
}

Response refused(int status, std::string const& why) { return answer(status, json::Object{{"error", why}}); }

}  // namespace

bool Control::is_control(Request const& request) { return request.target.starts_with(kPrefix); }

Response Control::handle(Request const& request) {
  auto const name = request.path().substr(std::min(kPrefix.size(), request.path().size()));
  auto const& method = request.method;
  if (name == "state" && method == "GET") return state(request);
  if (name == "requests" && method == "GET") return requests(request);
  if (name == "webhooks" && method == "GET") return answer(200, world_.webhooks_json());
  if (name == "requests" && method == "DELETE") {
    world_.forget_requests();
    return Response{204, {}, ""};
  }
  if (name == "config" && method == "GET") return answer(200, world_.switches());
  if (name == "faults" && method == "GET") return answer(200, world_.faults_json());
  if (name == "faults" && method == "DELETE") {
    world_.set_faults({});
    return Response{204, {}, ""};
  }
  constexpr std::string_view kPosts[] = {"clock", "faults", "config", "webhooks", "edit"};
  bool known = name == "state" || name == "requests";
  for (auto const post : kPosts) known = known || name == post;
  if (!known)
    return refused(404,
                   "there is no /_sandbox/" + name + "; there are state, requests, clock, faults, config, webhooks and edit");
  if (method != "POST" || name == "state" || name == "requests") return refused(405, method + " is not for /_sandbox/" + name);
  auto const body = json::parse(request.body);
  if (!body) return refused(400, "the body is not JSON: " + body.error().to_line());
  if (name == "clock") return clock(*body);
  if (name == "faults") return faults(*body);
  if (name == "config") return config(*body);
  if (name == "edit") return edit(*body);
  return webhooks(*body);
}

Response Control::state(Request const& request) const {
  auto const all = world_.state();
  auto const side = request.query("side");
  if (!side) return answer(200, all);
  if (!all.has(*side)) return refused(400, "side is jira or dataverse");
  return answer(200, json::Object{{"now", all["now"]}, {*side, all[*side]}});
}

Response Control::requests(Request const& request) const {
  auto all = world_.requests();
  if (auto const last = request.query("last")) {
    auto const most = static_cast<std::size_t>(std::strtoul(last->c_str(), nullptr, 10));
    auto log = all["log"].items();
    if (log.size() > most) log.erase(log.begin(), log.end() - static_cast<std::ptrdiff_t>(most));
    all.set("log", std::move(log));
  }
  return answer(200, all);
}

Response Control::clock(json::Value const& body) {
  auto const by = tandem::parse_duration(body["advance"].text());
  if (!by) return refused(400, "expected {\"advance\":\"15m\"}");
  world_.advance(*by);
  return answer(200, json::Object{{"now", tandem::to_rfc3339(world_.now())}});
}

Response Control::faults(json::Value const& body) {
  auto plan = faults_from_json(body);
  if (!plan) return refused(400, plan.error().message);
  auto const count = plan->size();
  world_.set_faults(std::move(*plan));
  return answer(200, json::Object{{"faults", static_cast<std::uint64_t>(count)}});
}

Response Control::config(json::Value const& body) {
  if (!body.is_object() || body.members().empty()) return refused(400, "expected {\"name\":value}");
  for (auto const& [name, value] : body.members()) {
    auto const known = world_.configure(name, value);
    if (!known) return refused(400, known.error().message);
    if (!*known) return refused(400, "no switch is called '" + name + "'");
  }
  return answer(200, body);
}

Response Control::webhooks(json::Value const& body) {
  auto const done = world_.configure("webhooks", body);
  if (!done) return refused(400, done.error().message);
  if (!*done) return refused(404, "this box has no Jira, so there are no webhooks");
  return answer(200, json::Object{{"hooks", world_.webhooks_json()["hooks"]}});
}

Response Control::edit(json::Value const& body) {
  auto const side = service_named(body["side"].text());
  bool const usable = side == ServiceName::jira || side == ServiceName::dataverse;
  if (!usable || body["method"].text().empty() || !body["path"].text().starts_with('/')) {
    return refused(400,
                   "expected {\"as\":\"alice\",\"side\":\"jira|dataverse\",\"method\":\"PATCH\",\"path\":\"/…\",\"body\":{…}}");
  }
  Request request{body["method"].text_or(""), body["path"].text_or(""), {{"Accept", "application/json"}}, {}};
  for (auto const& [name, value] : body["headers"].members()) request.headers.emplace_back(name, value.scalar_text());
  if (body.has("body") && !body["body"].is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body["body"].is_string() ? body["body"].text_or("") : json::to_text(body["body"]);
  }
  return world_.edit(body["as"].text(), *side, request);
}

}  // namespace sandbox
