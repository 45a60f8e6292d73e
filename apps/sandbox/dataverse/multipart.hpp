// multipart/mixed bodies and the HTTP requests inside them; strict about CRLF, as the service is (dataverse.md §13).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/service.hpp"

namespace sandbox::dataverse {

struct Part {
  std::vector<Header> headers;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;  // "" when absent
};

std::string boundary_of(std::string_view content_type);  // "" when it is no multipart type
// Nothing when a line end is not CRLF or the closing delimiter is missing.
std::optional<std::vector<Part>> parts_of(std::string_view body, std::string_view boundary);
// "GET /api/data/v9.2/… HTTP/1.1", headers, blank line, body.
std::optional<Request> request_of(std::string_view text);

}  // namespace sandbox::dataverse
