// A certificate of a test: made on the spot, so that no key lies in the repository.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace tandem::test {

struct KeyPair {
  std::shared_ptr<EVP_PKEY> key;
  std::string certificate_pem, key_pem, encrypted_key_pem;  // the last with the passphrase "open sesame"
  std::string der;                                          // of the certificate
};

KeyPair make_key_pair(int bits = 2048);
// A key of another kind (P-256), as PEM.
std::string make_elliptic_key_pem();
// What a TLS server shows: its certificate with its key, and the authority that signed it.
struct ServerCertificate {
  std::string authority_pem, certificate_pem, key_pem;
};
ServerCertificate make_server_certificate(std::string const& host, bool expired = false);
// A JSON web token, signed with RS256 as identity providers do.
std::string make_jwt(EVP_PKEY* key, std::string_view header, std::string_view claims);
bool verifies(EVP_PKEY* key, std::string_view algorithm, std::string_view bytes, std::string_view signature);

}  // namespace tandem::test
