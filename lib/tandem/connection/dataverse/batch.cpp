#include <tandem/connection/dataverse/batch.hpp>

#include <charconv>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::dataverse {
namespace {

constexpr int kMostNesting = 3;  // a batch holds change sets, which hold messages

std::string_view take_line(std::string_view& rest) {
  auto const end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string boundary_of(std::string_view content_type) {
  constexpr std::string_view kMark = "boundary=";
  auto const at = text::ascii_lower(content_type).find(kMark);
  if (at == std::string::npos) return {};
  auto value = content_type.substr(at + kMark.size());
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find('"')));
  }
  return std::string(text::trimmed(value.substr(0, value.find_first_of("; \t\r\n"))));
}

std::optional<http::Header> header_in(std::string_view line) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return http::Header(text::trimmed(line.substr(0, colon)), text::trimmed(line.substr(colon + 1)));
}

// "HTTP/1.1 404 Not Found", also "HTTP/ 1.1 200 OK" -> the three digits.
int status_in(std::string_view line) {
  auto rest = text::trimmed(line.substr(5));
  auto const blank = rest.find(' ');
  if (blank == std::string_view::npos) return 0;
  rest = text::trimmed(rest.substr(blank));
  int status = 0;
  auto const [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return error == std::errc{} && status >= 100 && status <= 599 ? status : 0;
}

// A message: status line, headers, blank line, body.
http::Response read_message(std::string_view text) {
  http::Response response;
  response.status = status_in(take_line(text));
  while (!text.empty()) {
    auto const line = text::trimmed(take_line(text));
    if (line.empty() || line.starts_with('{')) {
      // An answer without the blank line still has its JSON.
      if (!line.empty()) response.body = std::string(line) + "\n";
      break;
    }
    if (auto header = header_in(line)) response.headers.push_back(std::move(*header));
  }
  response.body += text::trimmed(text);
  return response;
}

void read_parts(std::string_view body, std::string const& boundary, int depth, std::vector<BatchAnswer>& answers);

void read_part(std::string_view part, int depth, std::vector<BatchAnswer>& answers) {
  auto const http_at = part.find("HTTP/");
  std::string content_id, nested;
  auto head = part.substr(0, http_at);
  while (!head.empty()) {
    auto const header = header_in(take_line(head));
    if (!header) continue;
    if (text::equal_ignoring_case(header->first, "Content-ID")) content_id = header->second;
    if (text::equal_ignoring_case(header->first, "Content-Type") && header->second.starts_with("multipart/")) {
      nested = boundary_of(header->second);
      break;
    }
  }
  if (!nested.empty()) {
    if (depth < kMostNesting) read_parts(part, nested, depth + 1, answers);
    return;
  }
  if (http_at == std::string_view::npos) return;
  answers.push_back({std::move(content_id), read_message(part.substr(http_at))});
}

void read_parts(std::string_view body, std::string const& boundary, int depth, std::vector<BatchAnswer>& answers) {
  auto const mark = "--" + boundary;
  std::optional<std::size_t> begin;  // of the part that is being read
  std::size_t at = 0;
  auto rest = body;
  while (!rest.empty()) {
    auto const line = text::trimmed(take_line(rest));
    auto const next = body.size() - rest.size();
    if (line == mark || line == mark + "--") {
      if (begin) read_part(body.substr(*begin, at - *begin), depth, answers);
      begin = line == mark ? std::optional(next) : std::nullopt;
    }
    at = next;
  }
  if (begin) read_part(body.substr(*begin), depth, answers);  // cut off: what is there is still read
}

}  // namespace

std::string write_batch(std::string_view boundary, std::vector<BatchOperation> const& operations) {
  std::string out;
  for (auto const& operation : operations) {
    out += fmt::format("--{}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{} {} HTTP/1.1\r\n",
                       boundary, operation.method, operation.path);
    for (auto const& [name, value] : operation.headers) out += fmt::format("{}: {}\r\n", name, value);
    out += "\r\n";
    out += operation.body;
    out += "\r\n";
  }
  out += fmt::format("--{}--\r\n", boundary);
  return out;
}

Result<std::vector<BatchAnswer>> read_batch(std::string_view content_type, std::string_view body) {
  auto boundary = boundary_of(content_type);
  if (boundary.empty()) {
    auto rest = body;
    auto const first = text::trimmed(take_line(rest));
    if (first.starts_with("--")) boundary = first.substr(2);
  }
  std::vector<BatchAnswer> answers;
  if (!boundary.empty()) read_parts(body, boundary, 0, answers);
  if (answers.empty()) return fail(ErrorKind::remote, "Dataverse answered a $batch with something that is none");
  return answers;
}

}  // namespace tandem::dataverse
