#include <tandem/connection/http/url.hpp>

#include <charconv>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::http {
namespace {

bool is_host_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'; }

bool plausible_host(std::string_view host) {
  if (host.empty() || host.size() > 255) return false;
  if (host.front() == '[') {
    return host.size() > 3 && host.back() == ']' &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  for (char const c : host) {
    if (!is_host_character(c)) return false;
  }
  return host.front() != '.' && host.front() != '-';
}

int default_port(std::string_view scheme) { return scheme == "http" ? 80 : 443; }

// 127.0.0.1 and its neighbours; "127.evil.example" is a name and not one of them.
bool is_loopback_ipv4(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int dots = 0;
  for (char const c : host) {
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return dots == 3;
}

}  // namespace

std::string Url::origin() const {
  return port == default_port(scheme) ? fmt::format("{}://{}", scheme, host) : fmt::format("{}://{}:{}", scheme, host, port);
}

bool Url::loopback() const { return host == "localhost" || host == "[::1]" || is_loopback_ipv4(host); }

std::optional<Url> parse_url(std::string_view text) {
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '\\') return std::nullopt;
  }
  auto const mark = text.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = text::ascii_lower(text.substr(0, mark));
  if (url.scheme != "https" && url.scheme != "http") return std::nullopt;
  auto rest = text.substr(mark + 3);
  auto const end = rest.find_first_of("/?#");
  auto authority = rest.substr(0, end);
  if (end != std::string_view::npos) url.target = rest.substr(end);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;

  url.port = default_port(url.scheme);
  auto const bracket = authority.rfind(']');
  auto const colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    auto const digits = authority.substr(colon + 1);
    auto const [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (error != std::errc{} || stop != digits.data() + digits.size() || url.port < 1 || url.port > 65535) return std::nullopt;
    authority = authority.substr(0, colon);
  }
  url.host = text::ascii_lower(authority);
  if (!plausible_host(url.host)) return std::nullopt;
  return url;
}

}  // namespace tandem::http
