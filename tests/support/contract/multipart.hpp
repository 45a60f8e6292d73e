// multipart/mixed as $batch uses it, both ways, strict about CRLF (dataverse §13). Written apart from the sandbox's and the product's readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/service.hpp"

namespace tandem::test::contract {

struct BatchPart {
  std::string first_line;  // "PATCH /api/… HTTP/1.1" or "HTTP/1.1 204 No Content"; "" for a change set
  std::vector<sandbox::Header> outer, headers;
  std::string body;
  std::vector<BatchPart> changes;  // of a change set
};

std::string header_in(std::vector<sandbox::Header> const& headers, std::string_view name);
std::string boundary_in(std::string_view content_type);
// Errors, as what is wrong.
std::optional<std::string> read_parts(std::string_view body, std::string const& boundary, std::vector<BatchPart>& out);

}  // namespace tandem::test::contract
