#include "dataverse/multipart.hpp"

#include <tandem/base/text/utf8.hpp>

namespace sandbox::dataverse {
namespace {

constexpr std::string_view kCrLf = "\r\n";

// Takes header lines up to the blank line. false: a bare LF, or no blank line.
bool take_headers(std::string_view& text, std::vector<Header>& headers) {
  while (true) {
    auto const end = text.find(kCrLf);
    if (end == std::string_view::npos) return false;
    auto const line = text.substr(0, end);
    if (line.find('\n') != std::string_view::npos) return false;
    text.remove_prefix(end + kCrLf.size());
    if (line.empty()) return true;
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    headers.emplace_back(std::string(tandem::text::trimmed(line.substr(0, colon))),
                         std::string(tandem::text::trimmed(line.substr(colon + 1))));
  }
}

}  // namespace

std::string Part::header(std::string_view name) const {
  for (auto const& [key, value] : headers) {
    if (tandem::text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string boundary_of(std::string_view content_type) {
  if (!tandem::text::ascii_lower(content_type).starts_with("multipart/mixed")) return {};
  auto const at = tandem::text::ascii_lower(content_type).find("boundary=");
  if (at == std::string::npos) return {};
  auto value = content_type.substr(at + 9);
  value = tandem::text::trimmed(value.substr(0, value.find(';')));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return std::string(value);
}

std::optional<std::vector<Part>> parts_of(std::string_view body, std::string_view boundary) {
  auto const delimiter = "--" + std::string(boundary);
  auto at = body.find(delimiter);
  if (at == std::string_view::npos) return std::nullopt;
  std::vector<Part> out;
  while (true) {
    at += delimiter.size();
    auto rest = body.substr(at);
    if (rest.starts_with("--")) return out;
    if (!rest.starts_with(kCrLf)) return std::nullopt;
    rest.remove_prefix(kCrLf.size());
    auto const end = rest.find("\r\n" + delimiter);
    if (end == std::string_view::npos) return std::nullopt;
    auto inner = rest.substr(0, end + kCrLf.size());
    Part part;
    if (!take_headers(inner, part.headers)) return std::nullopt;
    if (inner.ends_with(kCrLf)) inner.remove_suffix(kCrLf.size());
    part.body = std::string(inner);
    out.push_back(std::move(part));
    at = static_cast<std::size_t>(rest.data() - body.data()) + end + kCrLf.size();
  }
}

std::optional<Request> request_of(std::string_view text) {
  Request out;
  while (text.starts_with(kCrLf)) text.remove_prefix(kCrLf.size());
  auto const end = text.find(kCrLf);
  auto const line = text.substr(0, end);
  auto const first = line.find(' ');
  auto const last = line.rfind(' ');
  if (first == std::string_view::npos || last == first || line.find('\n') != std::string_view::npos) return std::nullopt;
  out.method = std::string(line.substr(0, first));
  out.target = std::string(line.substr(first + 1, last - first - 1));
  if (end == std::string_view::npos) return out;
  text.remove_prefix(end + kCrLf.size());
  auto rest = std::string(text);
  // A request without a body may leave out the blank line after its headers.
  if (rest.find("\r\n\r\n") == std::string::npos && !rest.starts_with(kCrLf))
    rest += rest.ends_with(kCrLf) || rest.empty() ? "\r\n" : "\r\n\r\n";
  std::string_view view = rest;
  if (!take_headers(view, out.headers)) return std::nullopt;
  out.body = std::string(view);
  return out;
}

}  // namespace sandbox::dataverse
