#include "support/key_pair.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <tandem/base/ids/digest.hpp>

namespace tandem::test {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto const size = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

std::string pem_of(EVP_PKEY* key, char const* passphrase) {
  auto* const bio = BIO_new(BIO_s_mem());
  auto const* const cipher = passphrase == nullptr ? nullptr : EVP_aes_256_cbc();
  PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, nullptr, 0, nullptr, const_cast<char*>(passphrase));
  return text_of(bio);
}

}  // namespace

KeyPair make_key_pair(int bits) {
  KeyPair out;
  out.key = {EVP_RSA_gen(static_cast<unsigned>(bits)), EVP_PKEY_free};
  std::unique_ptr<X509, void (*)(X509*)> const certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400L * 30);
  X509_set_pubkey(certificate.get(), out.key.get());
  auto* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("tandem"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), out.key.get(), EVP_sha256());
  auto* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate.get());
  out.certificate_pem = text_of(bio);
  unsigned char* der = nullptr;
  auto const size = i2d_X509(certificate.get(), &der);
  out.der.assign(reinterpret_cast<char const*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  out.key_pem = pem_of(out.key.get(), nullptr);
  out.encrypted_key_pem = pem_of(out.key.get(), "open sesame");
  return out;
}

std::string make_elliptic_key_pem() {
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  return pem_of(key.get(), nullptr);
}

namespace {

void add_extension(X509* certificate, X509* issuer, int nid, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

Certificate make_certificate(EVP_PKEY* key, std::string const& name, long from, long until) {
  Certificate out(X509_new(), X509_free);
  X509_set_version(out.get(), 2);
  static long serial = 100;
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), until);
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1, 0);
  return out;
}

std::string pem_of(X509* certificate) {
  auto* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return text_of(bio);
}

}  // namespace

ServerCertificate make_server_certificate(std::string const& host, bool expired) {
  constexpr long kDay = 86'400;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const authority_key(EVP_RSA_gen(2048), EVP_PKEY_free);
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(EVP_RSA_gen(2048), EVP_PKEY_free);
  auto const authority = make_certificate(authority_key.get(), "Contoso private CA", -10 * kDay, 30 * kDay);
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(authority.get(), authority_key.get(), EVP_sha256());
  auto const certificate = make_certificate(key.get(), host, -5 * kDay, expired ? -kDay : 30 * kDay);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority.get()));
  add_extension(certificate.get(), authority.get(), NID_subject_alt_name, "DNS:" + host);
  X509_sign(certificate.get(), authority_key.get(), EVP_sha256());
  return {pem_of(authority.get()), pem_of(certificate.get()), pem_of(key.get(), nullptr)};
}

std::string make_jwt(EVP_PKEY* key, std::string_view header, std::string_view claims) {
  auto const text = to_base64url(header) + "." + to_base64url(claims);
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  std::size_t size = 512;
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<unsigned char const*>(text.data()), text.size());
  signature.resize(size);
  return text + "." + to_base64url(signature);
}

bool verifies(EVP_PKEY* key, std::string_view algorithm, std::string_view bytes, std::string_view signature) {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key) != 1) return false;
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const*>(signature.data()), signature.size(),
                          reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size()) == 1;
}

}  // namespace tandem::test
