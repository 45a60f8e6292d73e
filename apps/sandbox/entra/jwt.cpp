#include "entra/jwt.hpp"

#include <algorithm>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>

namespace sandbox::entra {

std::optional<std::string> from_base64url(std::string_view text) {
  bool const clean = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!clean || text.size() % 4 == 1) return std::nullopt;
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return tandem::from_base64(padded);
}

std::optional<Jwt> parse_jwt(std::string_view text) {
  auto const first = text.find('.');
  auto const second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto const header = from_base64url(text.substr(0, first));
  auto const claims = from_base64url(text.substr(first + 1, second - first - 1));
  auto const signature = from_base64url(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  auto read_header = tandem::json::parse(*header), read_claims = tandem::json::parse(*claims);
  if (!read_header || !read_header->is_object() || !read_claims || !read_claims->is_object()) return std::nullopt;
  return Jwt{std::move(*read_header), std::move(*read_claims), std::string(text.substr(0, second)), *signature};
}

}  // namespace sandbox::entra
