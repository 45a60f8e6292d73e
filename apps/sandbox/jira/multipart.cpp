#include "jira/multipart.hpp"

#include <algorithm>

#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira {

namespace {

using tandem::text::equal_ignoring_case;
using tandem::text::trimmed;

struct Parameter {
  std::string name, value;
};

// `; name="value"; other=value` after the first word of a header.
std::vector<Parameter> parameters_of(std::string_view header) {
  std::vector<Parameter> out;
  auto const semicolon = header.find(';');
  auto rest = semicolon == std::string_view::npos ? std::string_view() : header.substr(semicolon + 1);
  while (!rest.empty()) {
    auto const equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    Parameter parameter{std::string(trimmed(rest.substr(0, equals))), {}};
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (!rest.empty() && rest.front() == '"') {
      rest.remove_prefix(1);
      while (!rest.empty() && rest.front() != '"') {
        // Browsers escape a quote as %22, others as \"; a lonely backslash is a part of the name.
        if (rest.front() == '\\' && rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\')) rest.remove_prefix(1);
        parameter.value += rest.front();
        rest.remove_prefix(1);
      }
    } else {
      parameter.value = trimmed(rest.substr(0, rest.find(';')));
    }
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    if (!rest.empty()) rest.remove_prefix(1);
    out.push_back(std::move(parameter));
  }
  return out;
}

// UTF-8''name%20with%20blanks
std::optional<std::string> extended_value(std::string_view text) {
  auto const first = text.find('\'');
  auto const second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  if (second == std::string_view::npos || !equal_ignoring_case(text.substr(0, first), "UTF-8")) return std::nullopt;
  return tandem::text::percent_decoded(text.substr(second + 1));
}

void read_disposition(std::string_view value, FormPart& out) {
  std::optional<std::string> plain, extended;
  for (auto& [name, text] : parameters_of(value)) {
    if (equal_ignoring_case(name, "name")) out.name = text;
    if (equal_ignoring_case(name, "filename")) plain = text;
    if (equal_ignoring_case(name, "filename*")) extended = extended_value(text);
  }
  if (plain) {
    for (auto at = plain->find("%22"); at != std::string::npos; at = plain->find("%22", at + 1)) plain->replace(at, 3, "\"");
  }
  out.filename = extended ? extended : plain;
}

FormPart read_part(std::string_view text) {
  FormPart out;
  while (true) {
    auto const end = text.find("\r\n");
    if (end == 0 || end == std::string_view::npos) {
      out.bytes = end == 0 ? text.substr(2) : std::string_view();
      return out;
    }
    auto const line = text.substr(0, end);
    auto const colon = line.find(':');
    auto const name = trimmed(line.substr(0, colon));
    auto const value = colon == std::string_view::npos ? std::string_view() : trimmed(line.substr(colon + 1));
    if (equal_ignoring_case(name, "Content-Disposition")) read_disposition(value, out);
    if (equal_ignoring_case(name, "Content-Type")) out.content_type = value;
    text.remove_prefix(end + 2);
  }
}

}  // namespace

tl::expected<std::vector<FormPart>, std::string> read_form(std::string_view content_type, std::string_view body) {
  auto const wrong = [](std::string text) { return tl::unexpected<std::string>(std::move(text)); };
  if (!equal_ignoring_case(trimmed(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return wrong("the request is not multipart/form-data");
  std::string boundary;
  for (auto const& parameter : parameters_of(content_type)) {
    if (equal_ignoring_case(parameter.name, "boundary")) boundary = parameter.value;
  }
  if (boundary.empty()) return wrong("the request was rejected because no multipart boundary was found");

  auto const delimiter = "--" + boundary;
  std::vector<FormPart> out;
  // The first delimiter may stand at the very beginning, every other one after a line end.
  auto at = body.starts_with(delimiter) ? 0 : body.find("\r\n" + delimiter);
  if (at == std::string_view::npos) return wrong("the boundary is not in the body");
  at += at == 0 && body.starts_with(delimiter) ? delimiter.size() : delimiter.size() + 2;
  while (true) {
    auto rest = body.substr(at);
    if (rest.starts_with("--")) return out;
    auto const line_end = rest.find("\r\n");  // blanks may follow a delimiter
    if (line_end == std::string_view::npos || !trimmed(rest.substr(0, line_end)).empty())
      return wrong("the stream ended unexpectedly");
    auto const begin = at + line_end + 2;
    // A part without bytes may end at once: its line end is the header's.
    auto const next = body.find("\r\n" + delimiter, begin - 2 + (body.substr(begin - 2).starts_with("\r\n" + delimiter) ? 0 : 2));
    if (next == std::string_view::npos) return wrong("the stream ended unexpectedly");
    out.push_back(read_part(body.substr(begin, next < begin ? 0 : next - begin)));
    at = next + 2 + delimiter.size();
  }
}

}  // namespace sandbox::jira
