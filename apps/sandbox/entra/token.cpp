#include "entra/token.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace sandbox::entra {

namespace json = tandem::json;

namespace {

std::string from_base64url(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  while (padded.size() % 4 != 0) padded += '=';
  return tandem::from_base64(padded).value_or("");
}

}  // namespace

std::string write_token(Token const& token) {
  json::Object const header{{"typ", "JWT"}, {"alg", "none"}};
  json::Object const claims{{"aud", token.audience},
                            {"iss", "https://sts.windows.net/" + token.tenant + "/"},
                            {"iat", token.issued_at},
                            {"nbf", token.issued_at},
                            {"exp", token.expires_at},
                            {"appid", token.application},
                            {"appidacr", "1"},
                            {"oid", token.object},
                            {"sub", token.object},
                            {"tid", token.tenant},
                            {"ver", "1.0"}};
  return tandem::to_base64url(json::to_text(header)) + "." + tandem::to_base64url(json::to_text(claims)) + ".";
}

std::optional<Token> read_token(std::string_view text) {
  auto const first = text.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  auto const second = text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto const claims = json::parse(from_base64url(text.substr(first + 1, second - first - 1)));
  if (!claims || !claims->is_object()) return std::nullopt;
  Token token;
  token.audience = (*claims)["aud"].text_or("");
  token.tenant = (*claims)["tid"].text_or("");
  token.application = (*claims)["appid"].text_or("");
  token.object = (*claims)["oid"].text_or("");
  token.issued_at = (*claims)["iat"].integer().value_or(0);
  token.expires_at = (*claims)["exp"].integer().value_or(0);
  return token;
}

}  // namespace sandbox::entra
