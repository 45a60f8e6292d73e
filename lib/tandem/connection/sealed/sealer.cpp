#include <tandem/connection/sealed/sealer.hpp>

#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <tandem/base/ids/digest.hpp>

namespace tandem::sealed {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char const* bytes(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

tl::unexpected<Error> crypto_failed() { return fail(ErrorKind::internal, "AES-256-GCM is not available in this OpenSSL"); }

}  // namespace

json::Value Record::to_json() const {
  return json::Object{{"key", key_id}, {"nonce", to_base64(nonce)}, {"data", to_base64(ciphertext)}};
}

Result<Record> Record::from_json(json::Value const& value) {
  auto nonce = from_base64(value["nonce"].text());
  auto data = from_base64(value["data"].text());
  if (!nonce || !data || nonce->size() != kNonceBytes || data->size() < kTagBytes)
    return fail(ErrorKind::store, "a sealed record is damaged");
  return Record{std::string(value["key"].text()), std::move(*nonce), std::move(*data)};
}

Result<Sealer> Sealer::from_key(Secret const& key) {
  if (key.expose().size() != kKeyBytes) {
    return fail(ErrorKind::config, fmt::format("the sealing key has {} bytes; it must have {}", key.expose().size(), kKeyBytes));
  }
  Secret const marked("tandem sealing key id\n" + std::string(key.expose()));
  return Sealer(key.clone(), to_hex(sha256(marked.expose())).substr(0, 16));
}

Result<Record> Sealer::seal(std::string_view name, std::string_view plain) const {
  Record record{key_id_, random_bytes(kNonceBytes), std::string(plain.size() + kTagBytes, '\0')};
  Context const context(EVP_CIPHER_CTX_new());
  int length = 0;
  if (!context ||
      EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), bytes(key_.expose()), bytes(record.nonce), nullptr) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &length, bytes(name), static_cast<int>(name.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), bytes(record.ciphertext), &length, bytes(plain), static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), bytes(record.ciphertext) + length, &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, record.ciphertext.data() + plain.size()) != 1) {
    return crypto_failed();
  }
  return record;
}

Result<Secret> Sealer::open(std::string_view name, Record const& record) const {
  if (record.key_id != key_id_) {
    return fail(
        Error{ErrorKind::config,
              fmt::format("{} was sealed with another key (id {}, this one is {}); give the right TANDEM_KEY or TANDEM_KEY_FILE, "
                          "or enter the secrets anew with `tandem auth set`",
                          name, record.key_id, key_id_),
              {{"record", std::string(name)}}});
  }
  if (record.nonce.size() != kNonceBytes || record.ciphertext.size() < kTagBytes) {
    return fail(ErrorKind::store, fmt::format("the sealed record {} is damaged", name));
  }
  auto const size = record.ciphertext.size() - kTagBytes;
  std::string plain(size, '\0');
  std::string tag = record.ciphertext.substr(size);
  Context const context(EVP_CIPHER_CTX_new());
  int length = 0;
  if (!context ||
      EVP_DecryptInit_ex2(context.get(), EVP_aes_256_gcm(), bytes(key_.expose()), bytes(record.nonce), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &length, bytes(name), static_cast<int>(name.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), bytes(plain), &length, bytes(record.ciphertext), static_cast<int>(size)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) != 1) {
    return crypto_failed();
  }
  if (EVP_DecryptFinal_ex(context.get(), bytes(plain) + length, &length) != 1) {
    return fail(
        Error{ErrorKind::store,
              fmt::format("the sealed record {} was changed or damaged; enter the secret anew with `tandem auth set`", name),
              {{"record", std::string(name)}}});
  }
  return Secret(std::move(plain));
}

}  // namespace tandem::sealed
