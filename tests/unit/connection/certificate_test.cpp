// Certificates and the assertions signed with them (entra.md §5).
#include <catch2/catch.hpp>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/connection/entra/certificate.hpp>

#include "support/key_pair.hpp"

using namespace tandem;
using namespace tandem::test;
using entra::Certificate;
using entra::Signature;

namespace {

KeyPair const& pair() {
  static KeyPair const one = make_key_pair();
  return one;
}

Result<Certificate> read(std::string pem, std::string passphrase = {}) {
  return Certificate::from_pem(Secret(std::move(pem)), Secret(std::move(passphrase)));
}

std::string decoded(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return *from_base64(text);
}

}  // namespace

TEST_CASE("an assertion is signed by the certificate's key and names it by thumbprint [A6]") {
  auto const signature = GENERATE(Signature::ps256, Signature::rs256);
  auto const certificate = read(pair().certificate_pem + pair().key_pem);
  REQUIRE(certificate.has_value());
  auto const now = *parse_instant("2026-11-23T06:00:00Z");
  auto const jwt = certificate->assertion("client", "https://login/t/oauth2/v2.0/token", now, signature);
  REQUIRE(jwt.has_value());
  std::string const text(jwt->expose());
  auto const first = text.find('.'), second = text.find('.', first + 1);
  REQUIRE(second != std::string::npos);
  auto const header = *json::parse(decoded(text.substr(0, first)));
  auto const claims = *json::parse(decoded(text.substr(first + 1, second - first - 1)));
  CHECK(header["alg"].text() == name_of(signature));
  if (signature == Signature::ps256) {
    CHECK(decoded(std::string(header["x5t#S256"].text())) == sha256(pair().der));
  } else {
    CHECK(decoded(std::string(header["x5t"].text())) == sha1(pair().der));
    CHECK(header["kid"].text() == to_hex(sha1(pair().der)));
  }
  CHECK(claims["aud"].text() == "https://login/t/oauth2/v2.0/token");
  CHECK(claims["iss"].text() == "client");
  CHECK(claims["sub"].text() == "client");
  CHECK(claims["exp"].integer().value() - claims["nbf"].integer().value() == 600);
  CHECK(claims["nbf"].integer().value() == epoch_millis(now) / 1000);
  CHECK(verifies(pair().key.get(), name_of(signature), text.substr(0, second), decoded(text.substr(second + 1))));

  auto const again = certificate->assertion("client", "https://login/t/oauth2/v2.0/token", now, signature);
  CHECK(again->expose() != text);  // a fresh id each time
}

TEST_CASE("key and certificate are found in either order, encrypted or not [A6]") {
  auto const pem = GENERATE(as<std::string>{}, pair().certificate_pem + pair().key_pem, pair().key_pem + pair().certificate_pem,
                            pair().encrypted_key_pem + pair().certificate_pem,
                            make_key_pair().certificate_pem + pair().certificate_pem + pair().key_pem);
  auto const certificate = read(pem, "open sesame");
  REQUIRE(certificate.has_value());
  CHECK(certificate->thumbprint() == to_hex(sha1(pair().der)));
  CHECK(certificate->expires() > certificate->valid_from());
}

TEST_CASE("a certificate that cannot be used says what is wrong with it [A6]") {
  struct Row {
    std::string pem, passphrase, word;
  };
  auto const row = GENERATE(values<Row>({
      {pair().certificate_pem, "", "no private key"},
      {pair().key_pem, "", "no certificate"},
      {make_key_pair().certificate_pem + pair().key_pem, "", "does not belong"},
      {pair().certificate_pem + pair().encrypted_key_pem, "", "--certificate-passphrase"},
      {pair().certificate_pem + pair().encrypted_key_pem, "wrong", "does not open"},
      {make_elliptic_key_pem() + pair().certificate_pem, "", "no RSA key"},
      {make_key_pair(1024).key_pem, "", "2048"},
      {"", "", "no private key"},
      {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "", "cannot be read"},
  }));
  CAPTURE(row.word);
  auto const certificate = read(row.pem, row.passphrase);
  REQUIRE_FALSE(certificate.has_value());
  CHECK(certificate.error().kind == ErrorKind::config);
  CHECK(certificate.error().message.find(row.word) != std::string::npos);
}
