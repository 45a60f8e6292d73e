#include "entra/token.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

#include "entra/jwt.hpp"

namespace sandbox::entra {

namespace json = tandem::json;

std::string write_token(Token const& token) {
  bool const second = token.audience == kDataverseAppId;
  json::Object const header{{"typ", "JWT"}, {"alg", "none"}};
  json::Object const claims{{"aud", token.audience},
                            {"iss", second ? "https://login.microsoftonline.com/" + token.tenant + "/v2.0"
                                           : "https://sts.windows.net/" + token.tenant + "/"},
                            {"iat", token.issued_at},
                            {"nbf", token.issued_at},
                            {"exp", token.expires_at},
                            {second ? "azp" : "appid", token.application},
                            {second ? "azpacr" : "appidacr", "1"},
                            {"oid", token.object},
                            {"sub", token.object},
                            {"tid", token.tenant},
                            {"ver", second ? "2.0" : "1.0"}};
  return tandem::to_base64url(json::to_text(header)) + "." + tandem::to_base64url(json::to_text(claims)) + ".";
}

std::optional<Token> read_token(std::string_view text) {
  auto const jwt = parse_jwt(text);
  if (!jwt) return std::nullopt;
  auto const& claims = jwt->claims;
  Token token;
  token.audience = claims["aud"].text_or("");
  token.tenant = claims["tid"].text_or("");
  token.application = claims[claims.has("azp") ? "azp" : "appid"].text_or("");
  token.object = claims["oid"].text_or("");
  token.issued_at = claims["iat"].integer().value_or(0);
  token.expires_at = claims["exp"].integer().value_or(0);
  return token;
}

}  // namespace sandbox::entra
