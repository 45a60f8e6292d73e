// A fresh RSA key with a self-signed certificate, and JWTs signed with it: what a client or an identity provider would hold.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>
#include <string>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox_test {

class SigningKey {
 public:
  // The certificate is valid from a day before `at` for `days`.
  explicit SigningKey(tandem::Instant at, int bits = 2048, int days = 30) {
    key_ = EVP_RSA_gen(static_cast<unsigned>(bits));
    X509* const certificate = X509_new();
    if (key_ == nullptr || certificate == nullptr) throw std::runtime_error("no key");
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    auto const from = tandem::epoch_millis(at) / 1000 - 86400;
    ASN1_TIME_set(X509_getm_notBefore(certificate), from);
    ASN1_TIME_set(X509_getm_notAfter(certificate), from + days * 86400L);
    X509_set_pubkey(certificate, key_);
    auto* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key_, EVP_sha256());
    unsigned char* der = nullptr;
    int const size = i2d_X509(certificate, &der);
    std::string const bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    sha1_ = tandem::sha1(bytes);
    sha256_ = tandem::sha256(bytes);
    certificate_pem_ = written([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); });
    public_pem_ = written([&](BIO* bio) { PEM_write_bio_PUBKEY(bio, key_); });
    X509_free(certificate);
  }
  ~SigningKey() { EVP_PKEY_free(key_); }
  SigningKey(SigningKey const&) = delete;
  SigningKey& operator=(SigningKey const&) = delete;

  [[nodiscard]] std::string const& certificate_pem() const { return certificate_pem_; }
  [[nodiscard]] std::string const& public_pem() const { return public_pem_; }
  [[nodiscard]] std::string const& sha1() const { return sha1_; }      // raw thumbprints of the certificate
  [[nodiscard]] std::string const& sha256() const { return sha256_; }

  // A JWT with these claims; the header gets what the algorithm asks for: x5t#S256 with PS256, x5t with RS256.
  [[nodiscard]] std::string assertion(tandem::json::Value const& claims, std::string const& algorithm = "PS256") const {
    tandem::json::Object header{{"alg", algorithm}, {"typ", "JWT"}};
    if (algorithm == "PS256")
      header.append("x5t#S256", tandem::to_base64url(sha256_));
    else
      header.append("x5t", tandem::to_base64url(sha1_));
    return jwt(header, claims);
  }
  // Signed as the header's `alg` says.
  [[nodiscard]] std::string jwt(tandem::json::Value const& header, tandem::json::Value const& claims) const {
    auto const text =
        tandem::to_base64url(tandem::json::to_text(header)) + "." + tandem::to_base64url(tandem::json::to_text(claims));
    return text + "." + tandem::to_base64url(sign(text, header["alg"].text() == "PS256"));
  }

 private:
  template <class Write>
  static std::string written(Write write) {
    BIO* const bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    std::string out(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
  }
  [[nodiscard]] std::string sign(std::string const& text, bool pss) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context, &options, EVP_sha256(), nullptr, key_);
    if (pss) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
    }
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key_)), '\0');
    std::size_t size = out.size();
    auto const signed_well = EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                                            reinterpret_cast<unsigned char const*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    if (signed_well != 1) throw std::runtime_error("cannot sign");
    out.resize(size);
    return out;
  }

  EVP_PKEY* key_ = nullptr;
  std::string certificate_pem_, public_pem_, sha1_, sha256_;
};

}  // namespace sandbox_test
