#include "support/contract/multipart.hpp"

#include <tandem/base/text/utf8.hpp>

namespace tandem::test::contract {

namespace {

// Takes lines up to the blank one; nothing when a line end is bare.
bool take_headers(std::string_view& text, std::vector<sandbox::Header>& out) {
  while (!text.empty()) {
    auto const end = text.find("\r\n");
    if (end == std::string_view::npos) return false;
    auto const line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) return true;
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    out.emplace_back(text::trimmed(line.substr(0, colon)), text::trimmed(line.substr(colon + 1)));
  }
  return true;
}

}  // namespace

std::string header_in(std::vector<sandbox::Header> const& headers, std::string_view name) {
  for (auto const& [key, value] : headers) {
    if (text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string boundary_in(std::string_view content_type) {
  auto const at = content_type.find("boundary=");
  if (!content_type.starts_with("multipart/mixed") || at == std::string_view::npos) return {};
  auto value = content_type.substr(at + 9);
  value = text::trimmed(value.substr(0, value.find(';')));
  if (value.size() > 1 && value.starts_with('"')) value = value.substr(1, value.size() - 2);
  return std::string(value);
}

std::optional<std::string> read_parts(std::string_view body, std::string const& boundary, std::vector<BatchPart>& out) {
  if (boundary.empty()) return "there is no boundary";
  for (auto at = body.find('\n'); at != std::string_view::npos; at = body.find('\n', at + 1)) {
    if (at == 0 || body[at - 1] != '\r') return "a line does not end with CRLF";
  }
  auto const delimiter = "--" + boundary;
  if (!body.starts_with(delimiter)) return "the body does not begin with its boundary";
  body.remove_prefix(delimiter.size());
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) return "a boundary does not end its line";
    body.remove_prefix(2);
    auto const end = body.find("\r\n" + delimiter);
    if (end == std::string_view::npos) return "the closing boundary is missing";
    auto text = body.substr(0, end);
    body.remove_prefix(end + 2 + delimiter.size());
    BatchPart part;
    if (!take_headers(text, part.outer)) return "the headers of a part cannot be read";
    auto const type = header_in(part.outer, "Content-Type");
    if (type.starts_with("multipart/")) {
      if (auto fault = read_parts(text, boundary_in(type), part.changes)) return fault;
    } else if (type != "application/http") {
      return "a part is application/http";
    } else {
      auto const line_end = text.find("\r\n");
      part.first_line = text.substr(0, line_end);
      text.remove_prefix(line_end == std::string_view::npos ? text.size() : line_end + 2);
      if (!take_headers(text, part.headers)) return "the headers of a message cannot be read";
      part.body = text;
    }
    out.push_back(std::move(part));
  }
  return std::nullopt;
}

}  // namespace tandem::test::contract
