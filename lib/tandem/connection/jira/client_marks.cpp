// What tandem leaves on an issue: remote links and issue properties (contract: jira.md §2, §10). All of it idempotent by nature.
#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/http/unreadable.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {

Result<Unit> Client::put_remote_link(std::string const& issue_id, json::Object const& link) {
  if (link.find("globalId") == nullptr)
    return fail(ErrorKind::internal, "a remote link without globalId would be doubled by a repetition");
  auto request = make_request(base_url_, "POST", fmt::format("/issue/{}/remotelink", text::percent_encoded(issue_id)),
                              "/issue/{id}/remotelink");
  request.repeat = http::Repeat::safe;
  request.body = json::to_text(link);
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 201 || reply.status == 200) {
    auto const made = json::parse(reply.body);
    if (made && !(*made)["id"].scalar_text().empty()) return Unit{};
    return fail(http::unreadable_write(request));
  }
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<std::optional<json::Value>> Client::remote_link(std::string const& issue_id, std::string const& global_id) {
  auto const path =
      fmt::format("/issue/{}/remotelink?globalId={}", text::percent_encoded(issue_id), text::percent_encoded(global_id));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/issue/{id}/remotelink")));
  if (!body) return std::optional<json::Value>{};
  if (body->is_object()) return body;
  for (auto const& link : body->items()) {  // one object by the specification, a list by the live service (§2)
    if (link["globalId"].text() == global_id) return std::optional<json::Value>(link);
  }
  return std::optional<json::Value>{};
}

Result<Unit> Client::remove_remote_link(std::string const& issue_id, std::string const& global_id) {
  auto request = make_request(
      base_url_, "DELETE",
      fmt::format("/issue/{}/remotelink?globalId={}", text::percent_encoded(issue_id), text::percent_encoded(global_id)),
      "/issue/{id}/remotelink");
  request.repeat = http::Repeat::safe;
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 204 || reply.status == 200 || reply.status == 404) return Unit{};  // gone already is what was wanted
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<std::optional<json::Value>> Client::property(std::string const& issue_id, std::string const& key) {
  auto const path = fmt::format("/issue/{}/properties/{}", text::percent_encoded(issue_id), text::percent_encoded(key));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/issue/{id}/properties/{key}")));
  if (!body) return std::optional<json::Value>{};
  return std::optional<json::Value>((*body)["value"]);
}

Result<Unit> Client::put_property(std::string const& issue_id, std::string const& key, json::Value const& value) {
  auto request = make_request(base_url_, "PUT",
                              fmt::format("/issue/{}/properties/{}", text::percent_encoded(issue_id), text::percent_encoded(key)),
                              "/issue/{id}/properties/{key}");
  request.repeat = http::Repeat::safe;
  request.body = json::to_text(value);
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 200 || reply.status == 201 || reply.status == 204) return Unit{};  // the body may be empty or {}
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<Unit> Client::remove_property(std::string const& issue_id, std::string const& key) {
  auto request = make_request(base_url_, "DELETE",
                              fmt::format("/issue/{}/properties/{}", text::percent_encoded(issue_id), text::percent_encoded(key)),
                              "/issue/{id}/properties/{key}");
  request.repeat = http::Repeat::safe;
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 204 || reply.status == 200 || reply.status == 404) return Unit{};
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

}  // namespace tandem::jira
