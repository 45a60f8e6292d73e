// Certificate: an application's certificate with its RSA key, and the assertions signed with it (entra.md §5).
//
// PS256 with `x5t#S256` is what Entra recommends; RS256 with `x5t` is what older registrations were made with, on request. An
// assertion lives for ten minutes and has a fresh id; it is signed anew for each token request.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/entra/client_proof.hpp>

namespace tandem::entra {

enum class Signature { ps256, rs256 };
std::string_view name_of(Signature signature);

class Certificate {
 public:
  // `pem` holds the certificate and its private key, in either order; other certificates (a chain) may follow it. The passphrase is
  // for an encrypted key, "" = none. Errors: config, saying what of the two is missing, does not fit or cannot be opened; a key
  // that is no RSA key of at least 2048 bits is refused.
  static Result<Certificate> from_pem(Secret const& pem, Secret const& passphrase);

  // The assertion as a compact JWT. `audience` is the token endpoint. Errors: internal.
  Result<Secret> assertion(std::string_view client_id, std::string_view audience, Instant now, Signature signature) const;
  // Hex SHA-1 of the certificate: the thumbprint that Entra's "Certificates & secrets" page shows.
  [[nodiscard]] std::string const& thumbprint() const { return thumbprint_; }
  // The end of its life: after it Entra refuses it.
  [[nodiscard]] Instant expires() const { return expires_; }
  [[nodiscard]] Instant valid_from() const { return valid_from_; }

 private:
  struct Key;
  std::shared_ptr<Key> key_;
  std::string der_;
  std::string thumbprint_;
  Instant valid_from_{}, expires_{};
};

std::unique_ptr<ClientProof> certificate_proof(Certificate certificate, std::string client_id, Signature signature);

}  // namespace tandem::entra
