// Sealer: secrets and tokens at rest (SPEC A8). AES-256-GCM, a fresh 96-bit nonce each, the record's name as associated data.
//
// A sealed record names the id of its key, so that a wrong key is a clear error and never a guess. The id says nothing about the
// key (a hash over it with a prefix of its own). Errors: config when the key is another one; store when a record was changed or
// damaged.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::sealed {

// What the store keeps: a value of table "sealed" (store::Table<Record>).
struct Record {
  std::string key_id;  // 16 hex digits
  std::string nonce;  // 12 raw bytes
  std::string ciphertext;  // raw bytes, the 16-byte tag at the end
  [[nodiscard]] json::Value to_json() const;
  static Result<Record> from_json(json::Value const& value);
};

class Sealer {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  // `key`: 32 raw bytes (key_file.hpp reads or makes them). Errors: config.
  static Result<Sealer> from_key(Secret const& key);

  Result<Record> seal(std::string_view name, std::string_view plain) const;
  Result<Secret> open(std::string_view name, Record const& record) const;
  [[nodiscard]] std::string const& key_id() const { return key_id_; }

 private:
  Sealer(Secret key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {}
  Secret key_;
  std::string key_id_;
};

}  // namespace tandem::sealed
