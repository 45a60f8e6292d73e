// Reading OData JSON rows, and building the requests around them (contract: dataverse.md §2, §7, §8, §11).
#pragma once

#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/http/exchange.hpp>

namespace tandem::dataverse {

// Only what is used: labels of choices and lookups, and which table a polymorphic lookup points to.
inline constexpr std::string_view kAnnotations =
    R"(odata.include-annotations="OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname")";

// A row: raw columns, labels apart, etag. Errors: remote when it is no object, or has not got its primary key.
Result<Record> read_record(json::Value const& row, std::string_view primary_id);

// The rows of a collection answer. Errors: remote.
Result<std::vector<Record>> read_records(json::Value const& body, std::string_view primary_id);

// Parses a good answer's body; a failure names endpoint and request id.
Result<json::Value> read_body(http::Response const& response, std::string_view endpoint);

// A request with the headers that every call carries. `path` begins behind /api/data/v9.2.
http::Request make_request(std::string_view organisation_url, std::string method, std::string const& path, std::string endpoint);

// "a,b,c" for $select; names are percent-encoded one by one.
std::string name_list(std::vector<std::string> const& names);
// "/incidents(<guid>)". Errors: internal when the id is no GUID, since it must not become part of a path then.
Result<std::string> row_path(std::string const& set_name, std::string const& id);

}  // namespace tandem::dataverse
