// Digests and encodings over raw bytes, by OpenSSL's EVP interface.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

std::string sha1(std::string_view bytes);    // 20 raw bytes; only for UUIDv5 and certificate thumbprints
std::string sha256(std::string_view bytes);  // 32 raw bytes
std::string hmac_sha256(std::string_view key, std::string_view bytes);
bool equal_in_constant_time(std::string_view a, std::string_view b);
std::string random_bytes(std::size_t count);

// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  [[nodiscard]] std::string finished() const;  // 32 raw bytes of what was added so far

 private:
  std::shared_ptr<void> state_;
};

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);  // without padding
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tandem
