#include <tandem/connection/entra/certificate.hpp>

#include <ctime>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::entra {

struct Certificate::Key {
  explicit Key(EVP_PKEY* given) : pkey(given) {}
  Key(Key const&) = delete;
  Key& operator=(Key const&) = delete;
  ~Key() { EVP_PKEY_free(pkey); }
  EVP_PKEY* pkey;
};

namespace {

constexpr int kLeastKeyBits = 2048;
constexpr Millis kLife{10 * 60'000};

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

Bio reader(std::string_view bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }

// libcrypto asks for the passphrase of an encrypted key.
int give_passphrase(char* buffer, int size, int, void* user) {
  auto const passphrase = static_cast<Secret const*>(user)->expose();
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  passphrase.copy(buffer, passphrase.size());
  return static_cast<int>(passphrase.size());
}

tl::unexpected<Error> bad_certificate(std::string what) { return fail(ErrorKind::config, std::move(what)); }

Result<EVP_PKEY*> read_key(std::string_view pem, Secret const& passphrase) {
  bool const encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
  if (encrypted && passphrase.empty()) {
    return bad_certificate(
        "the certificate's key is encrypted; give its passphrase with --certificate-passphrase-file (or -env, "
        "-command, -stdin)");
  }
  auto const source = reader(pem);
  auto* const key = PEM_read_bio_PrivateKey(source.get(), nullptr, give_passphrase, const_cast<Secret*>(&passphrase));
  ERR_clear_error();
  if (key != nullptr) return key;
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos) {
    return bad_certificate("the certificate file holds no private key; give a PEM file with both certificate and key");
  }
  return bad_certificate(encrypted ? "the certificate's key does not open with this passphrase; check --certificate-passphrase-…"
                                   : "the certificate's private key cannot be read; give it as PEM (PKCS #8 or PKCS #1)");
}

// The certificate in the file that belongs to the key; a chain's other ones do not fit.
Result<X509Ptr> find_certificate(std::string_view pem, EVP_PKEY* key) {
  auto const source = reader(pem);
  bool any = false;
  while (true) {
    X509Ptr one(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!one) break;
    any = true;
    if (X509_check_private_key(one.get(), key) == 1) return one;
    ERR_clear_error();
  }
  return bad_certificate(any ? "the certificate does not belong to the private key in the same file"
                             : "the certificate file holds no certificate; give a PEM file with both certificate and key");
}

Instant instant_of(ASN1_TIME const* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return Instant{};
  return from_epoch_millis(static_cast<std::int64_t>(timegm(&parts)) * 1000);
}

Result<std::string> sign(EVP_PKEY* key, std::string_view bytes, Signature signature) {
  DigestContext const context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  bool good = context != nullptr && EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key) == 1;
  if (good && signature == Signature::ps256) {
    good = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(options, EVP_sha256()) == 1;
  }
  auto const* const data = reinterpret_cast<unsigned char const*>(bytes.data());
  std::size_t size = 0;
  good = good && EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) == 1;
  std::string out(size, '\0');
  good = good && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, data, bytes.size()) == 1;
  if (!good) {
    ERR_clear_error();
    return fail(ErrorKind::internal, "the assertion could not be signed with the certificate's key");
  }
  out.resize(size);
  return out;
}

}  // namespace

std::string_view name_of(Signature signature) { return signature == Signature::ps256 ? "PS256" : "RS256"; }

Result<Certificate> Certificate::from_pem(Secret const& pem, Secret const& passphrase) {
  TANDEM_TRY(auto* const pkey, read_key(pem.expose(), passphrase));
  Certificate out;
  out.key_ = std::make_shared<Key>(pkey);
  if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA || EVP_PKEY_get_bits(pkey) < kLeastKeyBits) {
    return bad_certificate(
        fmt::format("the certificate's key is no RSA key of at least {} bits; Entra takes no other", kLeastKeyBits));
  }
  TANDEM_TRY(auto const certificate, find_certificate(pem.expose(), pkey));
  unsigned char* bytes = nullptr;
  auto const size = i2d_X509(certificate.get(), &bytes);
  if (size <= 0) return bad_certificate("the certificate cannot be read");
  out.der_.assign(reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  out.thumbprint_ = to_hex(sha1(out.der_));
  out.valid_from_ = instant_of(X509_get0_notBefore(certificate.get()));
  out.expires_ = instant_of(X509_get0_notAfter(certificate.get()));
  return out;
}

Result<Secret> Certificate::assertion(std::string_view client_id, std::string_view audience, Instant now,
                                      Signature signature) const {
  json::Object header{{"alg", name_of(signature)}, {"typ", "JWT"}};
  if (signature == Signature::ps256) {
    header.set("x5t#S256", to_base64url(sha256(der_)));
  } else {
    header.set("x5t", to_base64url(sha1(der_)));
    header.set("kid", thumbprint_);
  }
  auto const seconds = epoch_millis(now) / 1000;
  json::Object const claims{{"aud", audience},
                            {"iss", client_id},
                            {"sub", client_id},
                            {"jti", random_uuid()},
                            {"nbf", seconds},
                            {"iat", seconds},
                            {"exp", seconds + kLife.count() / 1000}};
  auto const body = to_base64url(json::to_text(json::Value(header))) + "." + to_base64url(json::to_text(json::Value(claims)));
  TANDEM_TRY(auto const signed_bytes, sign(key_->pkey, body, signature));
  return Secret(body + "." + to_base64url(signed_bytes));
}

namespace {

class CertificateProof final : public ClientProof {
 public:
  CertificateProof(Certificate certificate, std::string client_id, Signature signature)
      : certificate_(std::move(certificate)), client_id_(std::move(client_id)), signature_(signature) {}
  Result<std::vector<FormField>> fields(std::string_view endpoint, Instant now) override {
    TANDEM_TRY(auto assertion, certificate_.assertion(client_id_, endpoint, now, signature_));
    return assertion_fields(std::move(assertion));
  }
  [[nodiscard]] std::string_view name() const override { return "certificate"; }
  [[nodiscard]] std::optional<Instant> expires() const override { return certificate_.expires(); }

 private:
  Certificate certificate_;
  std::string client_id_;
  Signature signature_;
};

}  // namespace

std::unique_ptr<ClientProof> certificate_proof(Certificate certificate, std::string client_id, Signature signature) {
  return std::make_unique<CertificateProof>(std::move(certificate), std::move(client_id), signature);
}

}  // namespace tandem::entra
