#include "http/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <tandem/base/text/utf8.hpp>

namespace sandbox::http {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> number_from(std::string_view text, int base) {
  std::uint64_t out = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// Is `word` in a comma-separated header value?
bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    auto const comma = std::min(value.find(','), value.size());
    if (tandem::text::equal_ignoring_case(without_blanks(value.substr(0, comma)), word)) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

}  // namespace

RequestParser::State RequestParser::feed(std::string_view bytes) {
  if (state_ == State::refused) return state_;
  if (position_ > 0 && position_ == buffer_.size()) {
    scanned_ -= std::min(scanned_, position_);
    buffer_.clear();
    position_ = 0;
  }
  buffer_.append(bytes);
  go_on();
  return state_;
}

void RequestParser::go_on() {
  while ((state_ == State::head || state_ == State::body) && step()) {
  }
}

Request RequestParser::take() {
  auto out = std::move(request_);
  request_ = {};
  buffer_.erase(0, position_);
  position_ = scanned_ = head_bytes_ = 0;
  has_line_ = expects_ = old_version_ = false;
  keep_alive_ = true;
  state_ = State::head;
  part_ = Part::request_line;
  go_on();
  return out;
}

void RequestParser::refuse(int status, std::string reason) {
  state_ = State::refused;
  refusal_ = status;
  reason_ = std::move(reason);
  keep_alive_ = false;
}

bool RequestParser::take_line(std::string_view& line) {
  auto const from = std::max(position_, scanned_);
  auto const end = buffer_.find('\n', from);
  bool const in_head = state_ == State::head;
  std::size_t const length = (end == std::string::npos ? buffer_.size() : end) - position_;
  if (part_ == Part::request_line && length > limits_.line) {
    refuse(414, "the request line is too long");
    return false;
  }
  if (length > limits_.head || (in_head && head_bytes_ + length > limits_.head)) {
    refuse(431, "the header is too long");
    return false;
  }
  scanned_ = buffer_.size();
  if (end == std::string::npos) return false;
  line = std::string_view(buffer_).substr(position_, length);
  if (line.ends_with('\r')) line.remove_suffix(1);
  head_bytes_ += length + 1;
  position_ = scanned_ = end + 1;
  return true;
}

bool RequestParser::step() {
  std::string_view line;
  switch (part_) {
    case Part::request_line:
      if (!take_line(line)) return false;
      if (line.empty()) return true;  // RFC 9112 §2.2: empty lines before a request are ignored
      read_request_line(line);
      return state_ != State::refused;
    case Part::headers:
      if (!take_line(line)) return false;
      if (line.empty())
        end_head();
      else
        read_header(line);
      return state_ != State::refused;
    case Part::chunk_size:
      if (!take_line(line)) return false;
      read_chunk_size(line);
      return state_ != State::refused;
    case Part::chunk_end:
      if (!take_line(line)) return false;
      if (!line.empty()) refuse(400, "a chunk is longer than it says");
      part_ = Part::chunk_size;
      return state_ != State::refused;
    case Part::trailers:
      if (!take_line(line)) return false;
      if (line.empty()) state_ = State::done;
      if (head_bytes_ > 2 * limits_.head) refuse(431, "the trailers are too long");
      return state_ == State::body;
    case Part::length:
    case Part::chunk: break;
  }
  return take_bytes();
}

bool RequestParser::take_bytes() {
  auto const here = static_cast<std::size_t>(std::min<std::uint64_t>(wanted_, buffer_.size() - position_));
  request_.body.append(buffer_, position_, here);
  position_ += here;
  wanted_ -= here;
  if (wanted_ > 0) return false;
  if (part_ == Part::chunk)
    part_ = Part::chunk_end;
  else
    state_ = State::done;
  return state_ == State::body;
}

void RequestParser::read_request_line(std::string_view line) {
  auto const first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400, "the request line is not METHOD TARGET HTTP/1.1");
  auto const method = line.substr(0, first), version = line.substr(last + 1);
  auto target = line.substr(first + 1, last - first - 1);
  if (!version.starts_with("HTTP/")) return refuse(400, "the request line is not METHOD TARGET HTTP/1.1");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  if (!is_token(method) || method.size() > 32) return refuse(400, "the method is no token");
  if (auto const scheme = target.find("://"); !target.starts_with('/') && scheme != std::string_view::npos) {
    auto const slash = target.find('/', scheme + 3);  // absolute form, as for a proxy
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  bool const usable = target.starts_with('/') || (target == "*" && method == "OPTIONS");
  if (!usable || std::any_of(target.begin(), target.end(), [](char c) { return c == ' ' || is_control(c); }))
    return refuse(400, "the target of the request is no path");
  has_line_ = true;
  old_version_ = version == "HTTP/1.0";
  request_.method = method;
  request_.target = target;
  part_ = Part::headers;
}

void RequestParser::read_header(std::string_view line) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return refuse(400, "a header line has no name");
  auto const value = without_blanks(line.substr(colon + 1));
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; }))
    return refuse(400, "a header holds a control character");
  if (request_.headers.size() >= limits_.headers) return refuse(431, "there are too many headers");
  request_.headers.emplace_back(line.substr(0, colon), value);
}

void RequestParser::end_head() {
  std::optional<std::uint64_t> length;
  bool chunked = false, closes = false, stays = false;
  int hosts = 0;
  for (auto const& [name, value] : request_.headers) {
    auto const is = [&header = name](std::string_view other) { return tandem::text::equal_ignoring_case(header, other); };
    if (is("Host")) ++hosts;
    if (is("Expect") && tandem::text::equal_ignoring_case(value, "100-continue")) expects_ = true;
    if (is("Connection")) {
      closes = closes || lists(value, "close");
      stays = stays || lists(value, "keep-alive");
    }
    if (is("Content-Length")) {
      auto const said = number_from(value, 10);
      if (!said || (length && *length != *said)) return refuse(400, "the content length is no number, or there are two");
      length = said;
    }
    if (is("Transfer-Encoding")) {
      if (!tandem::text::equal_ignoring_case(value, "chunked") || chunked)
        return refuse(501, "of transfer encodings there is only chunked");
      chunked = true;
    }
  }
  keep_alive_ = !closes && (!old_version_ || stays);
  if (hosts > 1 || (hosts == 0 && !old_version_)) return refuse(400, "a request has one Host header");
  if (chunked && length) return refuse(400, "a body is either chunked or has a length");
  if (length.value_or(0) > limits_.body) return refuse(413, "the body is too large");
  state_ = State::body;
  wanted_ = length.value_or(0);
  part_ = chunked ? Part::chunk_size : Part::length;
  head_bytes_ = 0;
}

void RequestParser::read_chunk_size(std::string_view line) {
  auto const size = number_from(without_blanks(line.substr(0, line.find(';'))), 16);
  if (!size) return refuse(400, "a chunk has no size");
  if (*size > limits_.body || request_.body.size() + *size > limits_.body) return refuse(413, "the body is too large");
  wanted_ = *size;
  part_ = *size == 0 ? Part::trailers : Part::chunk;
  head_bytes_ = 0;
}

}  // namespace sandbox::http
