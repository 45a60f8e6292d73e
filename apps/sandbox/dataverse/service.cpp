#include "dataverse/service.hpp"

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

#include "dataverse/batch.hpp"
#include "dataverse/functions.hpp"
#include "dataverse/metadata.hpp"
#include "dataverse/metadata_document.hpp"
#include "dataverse/record_page.hpp"
#include "dataverse/rows.hpp"
#include "dataverse/sign_in.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::string_view kBasePath = "/api/data/v9.";  // 9.0, 9.1 and 9.2 are served alike
constexpr std::size_t kMostUrl = 32'768;        // characters
constexpr std::size_t kMostUrlInBatch = 65'536;

Checked<Response> service_document(Engine const& engine, Call const& call) {
  json::Array sets;
  for (auto const& table : engine.schema.tables()) {
    sets.push_back(json::Object{{"name", table->set_name}, {"kind", "EntitySet"}, {"url", table->set_name}});
  }
  return json_answer(200, json::Object{{"@odata.context", call.base + "/$metadata"}, {"value", std::move(sets)}});
}

Refusal url_too_long() { return {414, "", "The request URL is too long."}; }

}  // namespace

DataverseService::DataverseService(VirtualClock& clock, Urls const& urls, std::uint64_t seed) : engine_{clock, urls, seed} {}

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
  if (first.name == "$metadata") {
    if (request.method != "GET") return tl::unexpected(wrong_verb(request.method));
    return metadata_document(engine_);
  }
  if (is_metadata_set(first.name)) return handle_metadata(engine_, call, *segments);
  if (segments->size() == 1) {
    if (auto answer = call_unbound(engine_, call, first)) return std::move(*answer);
  }
  auto const* table = engine_.schema.table_of_set(first.name);
  if (table == nullptr) return tl::unexpected(unknown_segment(engine_.settings.dialect, first.name));
  if (segments->size() == 2) {
    if (auto answer = call_bound(engine_, call, *table, first.key, (*segments)[1])) return std::move(*answer);
  }
  return handle_rows(engine_, call, *table, *segments);
}

Checked<Response> DataverseService::batch(Request const& request, Caller const& caller) {
  if (request.method != "POST") return tl::unexpected(no_http_resource(engine_.urls.dataverse + request.target));
  return run_batch(engine_, request, [&](Request const& part) {
    if (part.target.size() > kMostUrlInBatch) return finish(tl::unexpected(url_too_long()), part);
    auto const as = impersonate(engine_, part, caller);
    return as ? finish(dispatch(part, *as), part) : finish(tl::unexpected(as.error()), part);
  });
}

Response DataverseService::finish(Checked<Response> answer, Request const& request) {
  auto const preferences = preferences_of(request);
  auto response = answer ? std::move(*answer) : to_response(answer.error(), preferences.wants_annotation(kErrorDetails));
  if (!answer && answer.error().code.empty() && answer.error().message.empty()) response.body.clear();
  preferences.apply_to(response);
  return response;
}

Response DataverseService::handle(Request const& request) {
  if (request.path() == kRecordPage) return record_page(engine_, request);
  Response response;
  Response unauthorised;
  auto const signed_in = sign_in(engine_, request, unauthorised);
  if (!signed_in && signed_in.error().status == 401) {
    response = std::move(unauthorised);
  } else if (!signed_in) {
    response = finish(tl::unexpected(signed_in.error()), request);
  } else if (auto const over = limits_.count(engine_)) {
    response = finish(tl::unexpected(over->refusal), request);
    response.with("Retry-After", fmt::format("{}", over->retry_after));
  } else if (request.target.size() > kMostUrl) {
    response = finish(tl::unexpected(url_too_long()), request);
  } else if (auto const caller = impersonate(engine_, request, *signed_in); !caller) {
    response = finish(tl::unexpected(caller.error()), request);
  } else {
    response = finish(dispatch(request, *caller), request);
  }
  auto const service_request = engine_.next_id("service-request");
  response.with("x-ms-service-request-id", service_request).with("REQ_ID", engine_.next_id("request"));
  // One server of the organisation: clients must not insist on it (dataverse.md §2).
  response.with("Set-Cookie", "ARRAffinity=" + engine_.organization.id + ";Path=/;HttpOnly");
  if (engine_.settings.dop_hint > 0) response.with("x-ms-dop-hint", fmt::format("{}", engine_.settings.dop_hint));
  limits_.add_headers(engine_, response);
  return response;
}

tandem::Result<bool> DataverseService::configure(std::string_view name, json::Value const& value) {
  if (name == "dataverse.change") {
    TANDEM_CHECK(changes_.apply(engine_.schema, value));
    return true;
  }
  TANDEM_TRY(bool const known, engine_.settings.set(name, value));
  for (auto const& [table, enabled] : engine_.settings.change_tracking) engine_.schema.set_change_tracking(table, enabled);
  return known;
}

json::Object DataverseService::switches() const {
  auto out = engine_.settings.values();
  out.append("dataverse.change", nullptr);
  return out;
}

Response DataverseService::edit_as(std::string_view as, Request const& request) {
  auto const person = people_.find(std::string(as));
  if (person == people_.end())
    return to_response({400, "0x80040203", fmt::format("Nobody in this world has the login '{}'.", as)});
  return finish(dispatch(request, Caller{person->second, false, {}}), request);
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
        if (is_gone(table->columns[i])) continue;
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
