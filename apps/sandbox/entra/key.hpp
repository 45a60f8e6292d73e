// Public keys and certificates that a world or the control API registers, and the signatures that they verify (entra.md §5, §6). OpenSSL stays in key.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox::entra {

// An RSA public key. Copies share it.
class PublicKey {
 public:
  // PEM of a certificate or of a public key. Errors: config, when it cannot be read, or is no RSA key of at least 2048 bits.
  static tandem::Result<PublicKey> from_pem(std::string_view pem);
  // `algorithm`: RS256 (PKCS #1 v1.5) or PS256 (PSS, MGF1 with SHA-256, salt of 32 bytes). Anything else does not hold.
  [[nodiscard]] bool verifies(std::string_view algorithm, std::string_view text, std::string_view signature) const;

 private:
  std::shared_ptr<void> key_;  // EVP_PKEY
};

struct Certificate {
  PublicKey key;
  std::string sha1, sha256;  // raw thumbprints of the DER form
  tandem::Instant valid_from, valid_until;
  // Errors: config.
  static tandem::Result<Certificate> from_pem(std::string_view pem);
};

}  // namespace sandbox::entra
