#include "dataverse/service.hpp"

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/batch.hpp"
#include "dataverse/functions.hpp"
#include "dataverse/metadata.hpp"
#include "dataverse/rows.hpp"
#include "entra/token.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kBasePath = "/api/data/v9.";  // 9.0, 9.1 and 9.2 are served alike
constexpr std::size_t kMostRequests = 6000;              // per 300 s (dataverse.md §15)
constexpr std::chrono::seconds kWindow{300};

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return tandem::text::ascii_lower(url);
}

Checked<Response> service_document(Engine const& engine, Call const& call) {
  json::Array sets;
  for (auto const& table : engine.schema.tables()) {
    sets.push_back(json::Object{{"name", table->set_name}, {"kind", "EntitySet"}, {"url", table->set_name}});
  }
  return json_answer(200, json::Object{{"@odata.context", call.base + "/$metadata"}, {"value", std::move(sets)}});
}

}  // namespace

DataverseService::DataverseService(VirtualClock& clock, Urls const& urls, std::uint64_t seed) : engine_{clock, urls, seed} {}

// 401 has an empty body; the reason stands in a header (dataverse.md §3).
Checked<Caller> DataverseService::authenticate(Request const& request, Response& unauthorised) const {
  unauthorised = Response{401, {}, ""};
  unauthorised.with("WWW-Authenticate", fmt::format("Bearer authorization_uri={}/{}/oauth2/authorize, resource_id={}/",
                                                    engine_.urls.entra, engine_.tenant_id, engine_.urls.dataverse));
  auto const header = request.header("Authorization");
  constexpr std::string_view kBearer = "Bearer ";
  if (!tandem::text::equal_ignoring_case(header.substr(0, kBearer.size()), kBearer)) return refuse(401, "", "");
  auto const token = entra::read_token(header.substr(kBearer.size()));
  if (!token) {
    unauthorised.with("401_error_reason", "IDX12741: JWT must have three segments (JWS) or five segments (JWE).");
    return refuse(401, "", "");
  }
  if (token->audience != entra::kDataverseAppId && without_slash(token->audience) != without_slash(engine_.urls.dataverse)) {
    unauthorised.with(
        "401_error_reason",
        fmt::format(
            "IDX10214: Audience validation failed. Audiences: '{}'. Did not match: validationParameters.ValidAudience: '{}'.",
            token->audience, engine_.urls.dataverse));
    return refuse(401, "", "");
  }
  if (token->expires_at <= tandem::epoch_millis(engine_.clock.now()) / 1000) {
    unauthorised.with("401_error_reason", "IDX10223: Lifetime validation failed. The token is expired.");
    return refuse(401, "", "");
  }
  auto const* users = engine_.schema.table("systemuser");
  Refusal const not_a_member{403, "0x80072560", "The user is not a member of the organization."};
  if (users == nullptr || !engine_.settings.application_user || tandem::text::ascii_lower(token->tenant) != engine_.tenant_id) {
    return tl::unexpected(not_a_member);
  }
  auto const application = users->index_of("applicationid");
  for (auto const& [id, row] : engine_.database.data(*users).rows) {
    if (application < 0 || row.text(application) != token->application) continue;
    if (!engine_.settings.has_roles) {
      return refuse(403, "0x80042f09", fmt::format("The user (Id = {}) has not been assigned any roles.", id));
    }
    return Caller{id, true};
  }
  return tl::unexpected(not_a_member);
}

std::optional<Refusal> DataverseService::over_limit() {
  if (!engine_.settings.limits) return std::nullopt;
  auto const now = engine_.clock.now();
  while (!recent_.empty() && recent_.front() + kWindow <= now) recent_.pop_front();
  if (recent_.size() >= kMostRequests) {
    retry_after_ = std::chrono::ceil<std::chrono::seconds>(recent_.front() + kWindow - now).count();
    return Refusal{429, "0x80072322",
                   fmt::format("Number of requests exceeded the limit of {} over time window of 300 seconds.", kMostRequests)};
  }
  recent_.push_back(now);
  return std::nullopt;
}

Checked<Response> DataverseService::dispatch(Request const& request, Caller const& caller) {
  auto const path = request.path();
  if (!path.starts_with(kBasePath) || path.size() <= kBasePath.size()) return refuse(404, "", "");
  auto const slash = std::min(path.find('/', kBasePath.size()), path.size());
  auto const version = path.substr(kBasePath.size(), slash - kBasePath.size());
  if (version != "0" && version != "1" && version != "2") return refuse(404, "", "");
  Call const call{request, caller, preferences_of(request), engine_.urls.dataverse + path.substr(0, slash)};
  auto const segments = segments_of(std::string_view(path).substr(slash));
  if (!segments) return tl::unexpected(bad_query(engine_.settings.dialect, "Error in query syntax."));
  if (segments->empty()) {
    if (request.method != "GET") return tl::unexpected(wrong_verb(request.method));
    return service_document(engine_, call);
  }
  auto const& first = segments->front();
  if (first.name == "$batch") return batch(request, caller);
  if (first.name == "EntityDefinitions") return handle_metadata(engine_, call, *segments);
  if (segments->size() == 1) {
    if (auto answer = call_unbound(engine_, call, first)) return std::move(*answer);
  }
  auto const* table = engine_.schema.table_of_set(first.name);
  if (table == nullptr) return tl::unexpected(unknown_segment(engine_.settings.dialect, first.name));
  if (segments->size() == 2 && first.key) {
    if (auto answer = call_bound(engine_, call, *table, *first.key, (*segments)[1])) return std::move(*answer);
  }
  return handle_rows(engine_, call, *table, *segments);
}

Checked<Response> DataverseService::batch(Request const& request, Caller const& caller) {
  if (request.method != "POST") return tl::unexpected(no_http_resource(engine_.urls.dataverse + request.target));
  return run_batch(engine_, request, [&](Request const& part) { return finish(dispatch(part, caller), part); });
}

Response DataverseService::finish(Checked<Response> answer, Request const& request) {
  auto response = answer ? std::move(*answer) : to_response(answer.error());
  if (!answer && answer.error().code.empty() && answer.error().message.empty()) response.body.clear();
  preferences_of(request).apply_to(response);
  if (response.status == 429) response.with("Retry-After", fmt::format("{}", retry_after_));
  return response;
}

Response DataverseService::handle(Request const& request) {
  Response unauthorised;
  auto const caller = authenticate(request, unauthorised);
  Response response;
  if (!caller && caller.error().status == 401)
    response = std::move(unauthorised);
  else if (!caller)
    response = to_response(caller.error());
  else if (auto const refusal = over_limit())
    response = finish(tl::unexpected(*refusal), request);
  else
    response = finish(dispatch(request, *caller), request);
  response.with("x-ms-service-request-id", engine_.next_id("service-request")).with("REQ_ID", engine_.next_id("request"));
  if (engine_.settings.dop_hint > 0) response.with("x-ms-dop-hint", fmt::format("{}", engine_.settings.dop_hint));
  return response;
}

tandem::Result<bool> DataverseService::configure(std::string_view name, json::Value const& value) {
  return engine_.settings.set(name, value);
}

json::Object DataverseService::switches() const { return engine_.settings.values(); }

Response DataverseService::edit_as(std::string_view as, Request const& request) {
  auto const person = people_.find(std::string(as));
  if (person == people_.end())
    return to_response({400, "0x80040203", fmt::format("Nobody in this world has the login '{}'.", as)});
  return finish(dispatch(request, Caller{person->second, false}), request);
}

json::Value DataverseService::state() const {
  json::Object rows;
  auto const presenter = engine_.presenter();
  for (auto const& table : engine_.schema.tables()) {
    if (table->name == "privilege") continue;
    json::Array list;
    for (auto const& [id, row] : engine_.database.data(*table).rows) {
      json::Object columns{{"@odata.etag", etag_of(row)}};
      for (std::size_t i = 0; i < table->columns.size(); ++i) {
        auto value = presenter.value(*table, row, static_cast<int>(i));
        if (!value.is_null()) columns.append(table->columns[i].query_name, std::move(value));
      }
      list.push_back(std::move(columns));
    }
    rows.append(table->name, std::move(list));
  }
  return json::Object{{"organization", json::Object{{"id", engine_.organization.id}, {"name", engine_.organization.name}}},
                      {"rows", std::move(rows)}};
}

}  // namespace sandbox::dataverse
