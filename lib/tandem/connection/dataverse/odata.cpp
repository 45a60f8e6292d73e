#include <tandem/connection/dataverse/odata.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::dataverse {
namespace {

constexpr std::string_view kFormatted = "@OData.Community.Display.V1.FormattedValue";
constexpr std::string_view kLookupTable = "@Microsoft.Dynamics.CRM.lookuplogicalname";

}  // namespace

Result<Record> read_record(json::Value const& row, std::string_view primary_id) {
  if (!row.is_object()) return fail(ErrorKind::remote, "Dataverse answered with something that is no row");
  Record record;
  for (auto const& [name, value] : row.members()) {
    auto const at = name.find('@');
    if (at == std::string::npos) {
      record.columns.append(name, value);
    } else if (name == "@odata.etag") {
      record.etag = value.text();
    } else if (std::string_view(name).substr(at) == kFormatted) {
      record.formatted.emplace(name.substr(0, at), value.text());
    } else if (std::string_view(name).substr(at) == kLookupTable) {
      record.lookup_tables.emplace(name.substr(0, at), value.text());
    }
  }
  auto const* const id = record.columns.find(primary_id);
  auto const guid = id == nullptr ? std::nullopt : normalized_uuid(id->text());
  if (!guid) return fail(ErrorKind::remote, fmt::format("Dataverse answered with a row without its key {}", primary_id));
  record.id = *guid;
  return record;
}

Result<std::vector<Record>> read_records(json::Value const& body, std::string_view primary_id) {
  if (!body["value"].is_array()) return fail(ErrorKind::remote, "Dataverse answered with something that is no list of rows");
  std::vector<Record> records;
  records.reserve(body["value"].items().size());
  for (auto const& row : body["value"].items()) {
    TANDEM_TRY(auto record, read_record(row, primary_id));
    records.push_back(std::move(record));
  }
  return records;
}

Result<json::Value> read_body(http::Response const& response, std::string_view endpoint) {
  auto parsed = json::parse(response.body);
  if (parsed && parsed->is_object()) return parsed;
  Error error{ErrorKind::remote,
              fmt::format("Dataverse answered {} with something that is not JSON{}; check the organisation URL", endpoint,
                          parsed ? " of the expected form" : ""),
              {{"endpoint", std::string(endpoint)}, {"status", fmt::to_string(response.status)}}};
  if (auto const id = response.header("x-ms-service-request-id"))
    error.context.emplace_back("request-id", http::one_line(*id, 64));
  return fail(std::move(error));
}

http::Request make_request(std::string_view organisation_url, std::string method, std::string const& path, std::string endpoint) {
  http::Request request;
  request.service = http::Service::dataverse;
  request.url = fmt::format("{}/api/data/v9.2{}", organisation_url, path);
  request.endpoint = std::move(endpoint);
  request.headers = {{"Accept", "application/json"}, {"OData-MaxVersion", "4.0"}, {"OData-Version", "4.0"}};
  if (method == "GET") {
    request.headers.emplace_back("If-None-Match", "null");  // overrides caching of expanded collections
    request.repeat = http::Repeat::safe;
  }
  request.method = std::move(method);
  return request;
}

std::string name_list(std::vector<std::string> const& names) {
  std::string list;
  for (auto const& name : names) {
    if (!list.empty()) list += ',';
    list += text::percent_encoded(name);
  }
  return list;
}

Result<std::string> row_path(std::string const& set_name, std::string const& id) {
  auto const guid = normalized_uuid(id);
  if (!guid) return fail(ErrorKind::internal, fmt::format("\"{}\" is no record id", text::printable(id)));
  return fmt::format("/{}({})", text::percent_encoded(set_name), *guid);
}

}  // namespace tandem::dataverse
