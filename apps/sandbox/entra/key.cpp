#include "entra/key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <ctime>

#include <tandem/base/ids/digest.hpp>

namespace sandbox::entra {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;

namespace {

template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using Bio = std::unique_ptr<BIO, Freeing<BIO_free>>;
using X509Held = std::unique_ptr<X509, Freeing<X509_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;

constexpr int kLeastBits = 2048;

// A PEM without passphrase; never asks the terminal for one.
int no_passphrase(char*, int, int, void*) { return 0; }

Bio reading(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

X509Held certificate_from(std::string_view pem) {
  auto const bio = reading(pem);
  return X509Held(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
}

std::optional<tandem::Instant> instant_of(ASN1_TIME const* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return tandem::from_epoch_millis(static_cast<std::int64_t>(timegm(&parts)) * 1000);
}

}  // namespace

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  EVP_PKEY* raw = nullptr;
  if (auto const certificate = certificate_from(pem)) {
    raw = X509_get_pubkey(certificate.get());
  } else {
    auto const bio = reading(pem);
    raw = PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr);
  }
  if (raw == nullptr) return fail(ErrorKind::config, "expected the PEM of a certificate or of a public key");
  PublicKey out;
  out.key_ = std::shared_ptr<void>(raw, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
  if (EVP_PKEY_get_base_id(raw) != EVP_PKEY_RSA || EVP_PKEY_get_bits(raw) < kLeastBits)
    return fail(ErrorKind::config, "the key must be RSA with at least 2048 bits");
  return out;
}

bool PublicKey::verifies(std::string_view algorithm, std::string_view text, std::string_view signature) const {
  bool const pss = algorithm == "PS256";
  if (key_ == nullptr || (!pss && algorithm != "RS256")) return false;
  Context const context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, static_cast<EVP_PKEY*>(key_.get())) != 1) return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
              EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  auto const bytes = [](std::string_view of) { return reinterpret_cast<unsigned char const*>(of.data()); };
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  auto const held = certificate_from(pem);
  if (!held) return fail(ErrorKind::config, "expected the PEM of a certificate");
  Certificate out;
  TANDEM_TRY(out.key, PublicKey::from_pem(pem));
  unsigned char* der = nullptr;
  int const size = i2d_X509(held.get(), &der);
  auto const from = instant_of(X509_get0_notBefore(held.get())), until = instant_of(X509_get0_notAfter(held.get()));
  if (size <= 0 || !from || !until) return fail(ErrorKind::config, "the certificate cannot be read");
  std::string_view const bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(size));
  out.sha1 = tandem::sha1(bytes);
  out.sha256 = tandem::sha256(bytes);
  OPENSSL_free(der);
  out.valid_from = *from;
  out.valid_until = *until;
  return out;
}

}  // namespace sandbox::entra
