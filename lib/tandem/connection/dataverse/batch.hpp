// $batch: multipart/mixed with one HTTP message per part (contract: dataverse.md §13). All line ends are CRLF.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::dataverse {

// One operation: method, path behind the host ("/api/data/v9.2/annotations(…)"), headers, body.
struct BatchOperation {
  std::string method, path;
  std::vector<http::Header> headers;
  std::string body;
};
std::string write_batch(std::string_view boundary, std::vector<BatchOperation> const& operations);

// The answers in order; those of a change set follow each other. Lenient about line ends and blank lines, since real answers
// vary. Errors: remote when no answer can be found in it.
struct BatchAnswer {
  std::string content_id;  // "" outside change sets
  http::Response response;
};
Result<std::vector<BatchAnswer>> read_batch(std::string_view content_type, std::string_view body);

}  // namespace tandem::dataverse
