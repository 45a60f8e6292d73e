#include <tandem/base/ids/uuid.hpp>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include <tandem/base/ids/digest.hpp>

namespace tandem {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string format_uuid(std::string_view bytes) {
  auto const hex = to_hex(bytes.substr(0, 16));
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

void stamp_version(std::string& bytes, unsigned version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | (version << 4U));
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
}

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_digit(text[i]) < 0) return false;
  }
  return true;
}

std::optional<std::string> normalized_uuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (!is_uuid(text)) return std::nullopt;
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string uuid5(std::string_view name_space, std::string_view name) {
  if (!is_uuid(name_space)) throw std::invalid_argument("uuid5: the name space is no UUID");
  std::string input;
  int high = -1;
  for (char const c : name_space) {
    if (c == '-') continue;
    if (high < 0) {
      high = hex_digit(c);
    } else {
      input += static_cast<char>(high * 16 + hex_digit(c));
      high = -1;
    }
  }
  input += name;
  auto bytes = sha1(input).substr(0, 16);
  stamp_version(bytes, 5);
  return format_uuid(bytes);
}

std::string random_uuid() {
  auto bytes = random_bytes(16);
  stamp_version(bytes, 4);
  return format_uuid(bytes);
}

}  // namespace tandem
