// Writing rows (contract: dataverse.md §12, §13).
#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/dataverse/batch.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/odata.hpp>
#include <tandem/connection/http/unreadable.hpp>

namespace tandem::dataverse {
namespace {

constexpr std::string_view kCreateEndpoint = "PATCH /{}({{id}}) create";

// A 412 to `If-None-Match: *`: the row is there, unless another key collides or a duplicate rule refuses.
bool says_row_exists(http::Response const& response) {
  if (response.status != 412) return false;
  auto const code = odata_error(response.body).code;
  return code.empty() || code == "0x80040237" || code == "0x80060882";
}

// A success is an empty 204 or a row of OData; anything else does not come from Dataverse.
bool says_done(http::Response const& response) {
  if (response.status == 204 || response.status == 201) return true;
  if (response.status != 200) return false;
  auto const body = json::parse(response.body);
  return body && body->has("@odata.context");
}

// The answer to a create with an own id, alone or as part of a batch.
Result<Created> created(http::Request const& request, http::Response const& response, std::string_view organisation_url,
                        std::string_view endpoint) {
  if (says_done(response)) return Created::created;
  if (response.status == 200) return fail(http::unreadable_write(request));
  if (says_row_exists(response)) return Created::existed;
  return fail(error_of(response, http::Access::write, organisation_url, endpoint));
}

}  // namespace

Result<Created> Client::create_with_id(std::string const& set_name, std::string const& id, json::Object const& body) {
  TANDEM_TRY(auto const path, row_path(set_name, id));
  auto request = make_request(organisation_url_, "PATCH", path, fmt::format(kCreateEndpoint, set_name));
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("If-None-Match", "*");
  request.body = json::to_text(body);
  request.repeat = http::Repeat::safe;  // a second one finds the row of the first
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  return created(request, reply, organisation_url_, request.endpoint);
}

Result<Record> Client::update(std::string const& set_name, std::string const& primary_id, std::string const& id,
                              std::string const& etag, json::Object const& body, std::vector<std::string> const& select) {
  TANDEM_TRY(auto path, row_path(set_name, id));
  path += "?$select=" + name_list(select.empty() ? std::vector{primary_id} : select);
  auto request = make_request(organisation_url_, "PATCH", path, fmt::format("PATCH /{}({{id}})", set_name));
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("If-Match", etag.empty() ? "*" : etag);
  request.headers.emplace_back("Prefer", fmt::format("return=representation,{}", kAnnotations));
  request.body = json::to_text(body);
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  if (reply.status == 204) {  // the preference was not honoured
    TANDEM_TRY(auto record, get(set_name, primary_id, id, select));
    if (record) return std::move(*record);
    return fail(Error{ErrorKind::not_found, "the record is gone right after it was written", {{"endpoint", request.endpoint}}});
  }
  if (reply.status != 200) return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
  auto parsed = read_body(reply, request.endpoint);
  if (parsed) {
    if (auto record = read_record(*parsed, primary_id)) return record;
  }
  // It was written; what the row holds now is not known.
  return fail(Error{ErrorKind::unknown_outcome,
                    "Dataverse's answer to a write cannot be read; it will be settled",
                    {{"endpoint", request.endpoint}}});
}

Result<Unit> Client::act(std::string const& action, json::Object const& parameters) {
  auto request = make_request(organisation_url_, "POST", "/" + action, "POST /" + action);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json::to_text(parameters);
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  if (says_done(reply)) return Unit{};
  if (reply.status == 200) return fail(http::unreadable_write(request));
  return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
}

Result<Unit> Client::remove(std::string const& set_name, std::string const& id) {
  TANDEM_TRY(auto const path, row_path(set_name, id));
  auto request = make_request(organisation_url_, "DELETE", path, fmt::format("DELETE /{}({{id}})", set_name));
  request.repeat = http::Repeat::safe;
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  if (says_done(reply)) return Unit{};
  if (reply.status == 200) return fail(http::unreadable_write(request));
  return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
}

Result<std::vector<Result<Created>>> Client::create_many_with_id(std::vector<Upsert> const& rows) {
  std::vector<Result<Created>> results;
  if (rows.empty()) return results;
  if (rows.size() > kMostBatch)
    return fail(ErrorKind::internal, fmt::format("a batch of {} rows is larger than {}", rows.size(), kMostBatch));
  std::vector<BatchOperation> operations;
  for (auto const& row : rows) {
    TANDEM_TRY(auto const path, row_path(row.set_name, row.id));
    operations.push_back({"PATCH",
                          "/api/data/v9.2" + path,
                          {{"Content-Type", "application/json"}, {"If-None-Match", "*"}},
                          json::to_text(row.body)});
  }
  auto const boundary = "batch_" + random_uuid();
  auto request = make_request(organisation_url_, "POST", "/$batch", "POST /$batch");
  request.headers.emplace_back("Content-Type", fmt::format("multipart/mixed; boundary=\"{}\"", boundary));
  request.headers.emplace_back("Prefer", "odata.continue-on-error");
  request.body = write_batch(boundary, operations);
  request.repeat = http::Repeat::safe;  // each of its operations is
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  auto answers = reply.status == 200 || reply.status == 202 ? read_batch(reply.header("Content-Type").value_or(""), reply.body)
                                                            : Result<std::vector<BatchAnswer>>(fail(Error{}));
  if (!answers) {
    if (reply.status != 200 && reply.status != 202)
      return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
    return fail(Error{ErrorKind::unknown_outcome,
                      "Dataverse's answer to a batch cannot be read; it will be settled",
                      {{"endpoint", request.endpoint}}});
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i < answers->size()) {
      results.push_back(
          created(request, (*answers)[i].response, organisation_url_, fmt::format(kCreateEndpoint, rows[i].set_name)));
    } else {
      results.emplace_back(fail(Error{ErrorKind::unknown_outcome,
                                      "Dataverse did not answer this part of a batch; it will be settled",
                                      {{"endpoint", request.endpoint}}}));
    }
  }
  return results;
}

}  // namespace tandem::dataverse
