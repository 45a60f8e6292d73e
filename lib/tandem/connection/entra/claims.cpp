#include <tandem/connection/entra/claims.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::entra {
namespace {

// Base64url without padding, as JWTs have it, by way of the plain decoder.
std::optional<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (plain.size() % 4 != 0) plain += '=';
  return from_base64(plain);
}

}  // namespace

Claims claims_of(Secret const& token) {
  Claims claims;
  auto const text = token.expose();
  auto const first = text.find('.');
  if (first == std::string_view::npos) return claims;
  auto const payload = from_base64url(text.substr(first + 1, text.find('.', first + 1) - first - 1));
  if (!payload) return claims;
  auto const body = json::parse(*payload, {.bytes = 64U << 10U});
  if (!body) return claims;
  auto const shown = [](json::Value const& value) { return text::printable(value.text()); };
  auto const& audience = (*body)["aud"];
  if (audience.if_string() != nullptr) claims.audiences.push_back(shown(audience));
  for (auto const& one : audience.items()) claims.audiences.push_back(shown(one));
  claims.tenant = shown((*body)["tid"]);
  claims.application = body->has("appid") ? shown((*body)["appid"]) : shown((*body)["azp"]);
  return claims;
}

}  // namespace tandem::entra
