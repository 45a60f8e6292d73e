// multipart/form-data (RFC 7578) as an upload sends it: the parts of a body with their names, file names and types.
//
// File names: UTF-8 in the part's header, quotes and backslashes escaped by a backslash or as %22, and RFC 2231's filename*=UTF-8''….
// Errors: a text that says what is wrong; nothing is guessed from a body without its boundary or with a part that never ends.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sandbox::jira {

struct FormPart {
  std::string name, content_type;
  std::optional<std::string> filename;  // absent: a plain field
  std::string_view bytes;  // into the body
};

// `content_type` is the request's header. REQUIRES: `body` outlives the parts.
tl::expected<std::vector<FormPart>, std::string> read_form(std::string_view content_type, std::string_view body);

}  // namespace sandbox::jira
